package graph

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// The bounds on one document; ADR 19 says what each of them prevents. Whatever a
// fragment selects counts wherever it is spread.
const (
	maxTokens     = 500
	maxSelections = 300 // of an operation or a fragment; GraphiQL needs 240 to read the schema
	maxDocument   = 600 // of all operations and fragments; GraphiQL needs 489
	maxDepth      = 15  // fields within fields; GraphiQL needs as many
	maxInline     = 2   // inline fragments within each other
	maxRootFields = 10  // each may be a query of the database
	maxAliases    = 30
	maxLists      = 5  // of objects; they are as long as a shop made them
	maxName       = 64 // bytes of a field or alias: the answer repeats them
	maxListDepth  = 1  // of a variable: as deep as the schema's own
)

// documentLimit refuses documents that are too large, before they are validated:
// some rules compare every field with every other, over and over.
type documentLimit struct {
	valid graphql.Cache[*ast.QueryDocument] // documents that passed before
	lists map[string]bool                   // see listFields
}

var _ graphql.OperationParameterMutator = documentLimit{}

// ExtensionName implements graphql.HandlerExtension.
func (documentLimit) ExtensionName() string { return "DocumentLimit" }

// Validate implements graphql.HandlerExtension.
func (documentLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters implements graphql.OperationParameterMutator.
func (l documentLimit) MutateOperationParameters(ctx context.Context, p *graphql.RawParams) *gqlerror.Error {
	if _, known := l.valid.Get(ctx, p.Query); known {
		return nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: p.Query}, maxTokens)
	var syntax *gqlerror.Error
	switch {
	case errors.As(err, &syntax) && strings.HasPrefix(syntax.Message, "exceeded token limit"):
		return protocolError(errcode.ValidationFailed, fmt.Sprintf("The document has more than %d tokens.", maxTokens))
	case err != nil:
		return nil //nolint:nilerr // gqlgen comes to the same result and tells it
	}
	if excess := exceeded(doc, l.lists); excess != "" {
		return protocolError(errcode.ValidationFailed, excess)
	}
	return nil
}

// exceeded says which bound the document exceeds; nothing if none.
func exceeded(doc *ast.QueryDocument, lists map[string]bool) string {
	c := count{fragments: doc.Fragments, document: maxDocument, listFields: lists}
	for _, operation := range doc.Operations {
		for _, v := range operation.VariableDefinitions {
			if listDepth(v.Type) > maxListDepth {
				return "The document nests lists too deep."
			}
		}
		if excess := c.definition(operation.SelectionSet, place{}); excess != "" {
			return excess
		}
	}
	for _, fragment := range doc.Fragments {
		if excess := c.definition(fragment.SelectionSet, place{depth: 1}); excess != "" {
			return excess
		}
	}
	return ""
}

// listFields are the names of fields that list objects of a shop. Where another
// field by such a name has no object, it is told apart by having no selection.
func listFields(schema *ast.Schema) map[string]bool {
	names := map[string]bool{}
	for _, t := range schema.Types {
		for _, f := range t.Fields {
			isObject := schema.Types[f.Type.Name()].Kind == ast.Object
			if f.Type.Elem != nil && isObject && t.Kind == ast.Object && !t.BuiltIn {
				names[f.Name] = true
			}
		}
	}
	return names
}

func listDepth(t *ast.Type) int {
	depth := 0
	for ; t.Elem != nil; t = t.Elem {
		depth++
	}
	return depth
}

// count counts what a document selects, and stops at the first bound: fragments
// that double at every level would keep it counting for ever.
type count struct {
	fragments  ast.FragmentDefinitionList
	document   int // selections left for the document
	left       int // selections left for the operation or fragment
	aliases    int
	lists      int
	rootFields map[string]bool
	listFields map[string]bool
}

// place is where in the document a selection stands.
type place struct {
	depth  int  // fields around it
	inline int  // inline fragments around it, up to the next field
	schema bool // it is about the schema
}

func (c *count) definition(set ast.SelectionSet, at place) string {
	c.left, c.aliases, c.lists, c.rootFields = maxSelections, 0, 0, map[string]bool{}
	return c.walk(set, at)
}

func (c *count) walk(set ast.SelectionSet, at place) string {
	for _, selection := range set {
		c.left--
		c.document--
		if min(c.left, c.document) < 0 {
			return "The document selects too much."
		}
		var excess string
		switch s := selection.(type) {
		case *ast.Field:
			excess = c.field(s, at)
		case *ast.InlineFragment:
			excess = c.inline(s, at)
		case *ast.FragmentSpread:
			if fragment := c.fragments.ForName(s.Name); fragment != nil {
				excess = c.walk(fragment.SelectionSet, at)
			}
		}
		if excess != "" {
			return excess
		}
	}
	return ""
}

func (c *count) inline(f *ast.InlineFragment, at place) string {
	if at.inline++; at.inline > maxInline {
		return "The document nests fragments too deep."
	}
	return c.walk(f.SelectionSet, at)
}

func (c *count) field(f *ast.Field, at place) string {
	if f.Alias != f.Name {
		c.aliases++
	}
	if c.listFields[f.Name] && len(f.SelectionSet) > 0 {
		c.lists++
	}
	if at.depth == 0 {
		c.rootFields[f.Alias] = true
	}
	at = place{depth: at.depth + 1, schema: at.schema || f.Name == "__schema" || f.Name == "__type"}
	switch {
	case max(len(f.Alias), len(f.Name)) > maxName:
		return "A name in the document is too long."
	case at.schema && f.Alias != f.Name: // would make a long answer longer
		return "The schema cannot be asked for by aliases."
	case c.aliases > maxAliases:
		return "The document has too many aliases."
	case c.lists > maxLists:
		return "The document asks for too many lists."
	case len(c.rootFields) > maxRootFields:
		return "The document asks for too many things at once."
	case at.depth > maxDepth:
		return "The document nests fields too deep."
	}
	return c.walk(f.SelectionSet, at)
}
