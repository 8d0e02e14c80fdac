package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// oneMutation refuses documents that would run several mutations: aliases must
// not multiply what one request can do.
type oneMutation struct{}

var _ graphql.OperationContextMutator = oneMutation{}

// ExtensionName implements graphql.HandlerExtension.
func (oneMutation) ExtensionName() string { return "OneMutation" }

// Validate implements graphql.HandlerExtension.
func (oneMutation) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (oneMutation) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if op.Operation.Operation != ast.Mutation {
		return nil
	}
	if len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"})) <= 1 {
		return nil
	}
	return protocolError(errcode.ValidationFailed, "A request may have one mutation field.")
}
