package graph_test

import (
	"strings"
	"testing"

	"assent/graph"

	"github.com/vektah/gqlparser/v2/ast"
)

func TestEveryElementOfTheSchemaIsDescribed(t *testing.T) {
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for name, definition := range schema.Types {
		if !definition.BuiltIn && !strings.HasPrefix(name, "__") {
			describedType(t, definition)
		}
	}
}

func describedType(t *testing.T, d *ast.Definition) {
	t.Helper()
	described(t, d.Description, d.Name)
	for _, v := range d.EnumValues {
		described(t, v.Description, d.Name, v.Name)
	}
	for _, f := range d.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		described(t, f.Description, d.Name, f.Name)
		for _, a := range f.Arguments {
			described(t, a.Description, d.Name, f.Name, a.Name)
		}
	}
}

func described(t *testing.T, description string, path ...string) {
	t.Helper()
	if strings.TrimSpace(description) == "" {
		t.Errorf("%s has no description", strings.Join(path, "."))
	}
}
