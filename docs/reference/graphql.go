package main

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// schema is the GraphQL schema with its types in the order of the source.
type schema struct {
	*ast.Schema
	types []*ast.Definition
}

func newSchema(source string) (schema, error) {
	document := &ast.Source{Name: "schema.graphqls", Input: source}
	parsed, err := gqlparser.LoadSchema(document)
	if err != nil {
		return schema{}, fmt.Errorf("reading the schema: %w", err)
	}
	s := schema{Schema: parsed}
	for _, name := range inOrder(source, parsed) {
		s.types = append(s.types, parsed.Types[name])
	}
	return s, nil
}

// inOrder lists the types that the source defines, the roots left out.
func inOrder(source string, parsed *ast.Schema) []string {
	var names []string
	for line := range strings.Lines(source) {
		words := strings.Fields(line)
		if len(words) < 2 || line[0] == ' ' || line[0] == '"' {
			continue
		}
		if d := parsed.Types[words[1]]; d != nil && d != parsed.Query && d != parsed.Mutation {
			names = append(names, d.Name)
		}
	}
	return names
}

// graphQL writes the part on the GraphQL API: operations first, then what they take and give.
func (p *page) graphQL(source string) error {
	s, err := newSchema(source)
	if err != nil {
		return err
	}
	p.heading(2, "GraphQL")
	p.line("`POST /graphql`, or `GET` for queries, as [GraphQL over HTTP](https://graphql.github.io/graphql-over-http/) says.\n")
	p.contents("query", s.Query)
	p.contents("mutation", s.Mutation)
	for _, root := range []struct {
		title, word string
		of          *ast.Definition
	}{{"Queries", "query", s.Query}, {"Mutations", "mutation", s.Mutation}} {
		p.heading(3, root.title)
		p.paragraph(root.of.Description)
		for _, f := range fields(root.of) {
			p.operation(s, root.word, f)
		}
	}
	p.heading(3, "Types")
	for _, d := range s.types {
		p.definition(s, d)
	}
	return nil
}

// contents lists the operations.
func (p *page) contents(word string, root *ast.Definition) {
	var rows [][]string
	for _, f := range fields(root) {
		rows = append(rows, []string{to(f.Name, word+" "+f.Name), firstSentence(f.Description)})
	}
	p.table([]string{word, "does"}, rows)
}

func firstSentence(text string) string {
	first, _, _ := strings.Cut(oneLine(text), ". ")
	return strings.TrimSuffix(first, ".") + "."
}

// operation writes a field of the query or the mutation, with the fields of its inputs and the values of its answer.
func (p *page) operation(s schema, word string, f *ast.FieldDefinition) {
	p.heading(4, word+" "+f.Name)
	p.paragraph(f.Description)
	var rows [][]string
	for _, a := range f.Arguments {
		input := s.Types[a.Type.Name()]
		if input.Kind != ast.InputObject {
			rows = append(rows, []string{code(a.Name), s.link(a.Type), a.Description})
		}
		for _, in := range input.Fields {
			rows = append(rows, []string{code(a.Name + "." + in.Name), s.link(in.Type), in.Description + defaultOf(in)})
		}
	}
	p.table([]string{"argument", "type", "is"}, rows)
	p.line("Answers %s.\n", s.link(f.Type))
	p.values(s.Types[f.Type.Name()])
}

// definition writes a type, with an anchor made of its kind and name.
func (p *page) definition(s schema, d *ast.Definition) {
	p.heading(4, title(d))
	p.paragraph(d.Description)
	p.values(d)
	var rows [][]string
	for _, f := range fields(d) {
		name := f.Name
		for _, a := range f.Arguments {
			name += "(" + a.Name + ": " + a.Type.String() + ")"
		}
		rows = append(rows, []string{code(name), s.link(f.Type), f.Description + defaultOf(f)})
	}
	p.table([]string{"field", "type", "is"}, rows)
}

// values writes those of an enum.
func (p *page) values(d *ast.Definition) {
	var rows [][]string
	for _, v := range d.EnumValues {
		rows = append(rows, []string{code(v.Name), v.Description})
	}
	p.table([]string{"value", "means"}, rows)
}

func fields(d *ast.Definition) []*ast.FieldDefinition {
	var ours []*ast.FieldDefinition
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			ours = append(ours, f)
		}
	}
	return ours
}

func defaultOf(f *ast.FieldDefinition) string {
	if f.DefaultValue == nil {
		return ""
	}
	return " Default: " + code(f.DefaultValue.String()) + "."
}

// link is a type as the schema writes it, leading to its definition unless GraphQL itself defines it.
func (s schema) link(t *ast.Type) string {
	d := s.Types[t.Name()]
	if d.BuiltIn {
		return code(t.String())
	}
	return to(code(t.String()), title(d))
}

// title is how the schema introduces a type.
func title(d *ast.Definition) string {
	words := map[ast.DefinitionKind]string{ast.InputObject: "input", ast.Object: "type"}
	word, ok := words[d.Kind]
	if !ok {
		word = strings.ToLower(string(d.Kind))
	}
	return word + " " + d.Name
}

func code(text string) string { return "`" + text + "`" }
