package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// selectionLimit refuses documents that select too much with their fragments in
// place. gqlgen's complexity limit counts to the end before it refuses, and
// fragments that double at every level keep it counting for ever.
type selectionLimit struct{}

var _ graphql.OperationContextMutator = selectionLimit{}

// ExtensionName implements graphql.HandlerExtension.
func (selectionLimit) ExtensionName() string { return "SelectionLimit" }

// Validate implements graphql.HandlerExtension.
func (selectionLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (selectionLimit) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if left := maxSelections; !spend(&left, op.Operation.SelectionSet) {
		return protocolError(errcode.ValidationFailed, "The document selects too much.")
	}
	return nil
}

// spend takes one for every selection, fragments themselves included. It stops
// and reports false when nothing is left.
func spend(left *int, set ast.SelectionSet) bool {
	for _, selection := range set {
		*left--
		if *left < 0 || !spend(left, within(selection)) {
			return false
		}
	}
	return true
}

func within(selection ast.Selection) ast.SelectionSet {
	switch s := selection.(type) {
	case *ast.Field:
		return s.SelectionSet
	case *ast.InlineFragment:
		return s.SelectionSet
	case *ast.FragmentSpread:
		return s.Definition.SelectionSet
	default:
		return nil
	}
}
