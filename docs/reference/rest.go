package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// openAPI is what of an OpenAPI document is described.
type openAPI struct {
	Tags []struct{ Name, Description string }
	// Paths are operations by path and method; what else a path may have is not used here.
	Paths      map[string]map[string]restOperation
	Components struct{ Schemas map[string]jsonSchema }
	Info       struct{ Description string }
}

type restOperation struct {
	method, path string

	Summary, Description string
	Tags                 []string
	Parameters           []struct {
		Name, In, Description string
		Required              bool
	}
	RequestBody content
	Responses   map[string]content
	Security    []map[string][]string
}

type content struct {
	Content map[string]struct{ Schema jsonSchema }
}

// jsonSchema is the part of a JSON Schema that tells a reader what to send.
type jsonSchema struct {
	Ref         string `json:"$ref"`
	Type        any
	Description string
	Format      string
	Enum        []any
	MaxLength   int
	Items       *jsonSchema
	Properties  map[string]jsonSchema
	Required    []string
}

// rest writes the part on the REST admin: operations by subject, then the bodies.
func (p *page) rest(text []byte) error {
	var document openAPI
	if err := json.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("reading the OpenAPI document: %w", err)
	}
	p.heading(2, "REST")
	p.paragraph(document.Info.Description)
	p.line("The document itself, for tools, is at `/openapi.json`. Parameters in brackets can be left out.")
	p.line("[What the statuses mean](back-office.md#keys).\n")
	operations := document.operations()
	for _, tag := range document.Tags {
		p.heading(3, tag.Name)
		p.line("%s.\n", tag.Description)
		var rows [][]string
		for _, o := range operations {
			if slices.Contains(o.Tags, tag.Name) {
				rows = append(rows, o.row())
			}
		}
		p.table([]string{"operation", "does", "sends", "answers", "refuses"}, rows)
	}
	p.heading(3, "Bodies")
	p.line("Fields with * must be sent.\n")
	for _, name := range slices.Sorted(maps.Keys(document.Components.Schemas)) {
		p.body(name, document.Components.Schemas[name])
	}
	return nil
}

// operations are sorted by path and method.
func (d openAPI) operations() []restOperation {
	var all []restOperation
	for path, methods := range d.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b restOperation) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.method, b.method))
	})
	return all
}

func (o restOperation) row() []string {
	does := o.Summary
	if o.Description != "" {
		does += ". " + strings.TrimSuffix(o.Description, ".")
	}
	if len(o.Security) == 0 {
		does += " (no key needed)"
	}
	success, refusals := o.answers()
	return []string{code(o.method + " " + o.path + o.query()), does, o.RequestBody.link(), success, refusals}
}

// query names the parameters after the question mark, those that can be left out in brackets.
func (o restOperation) query() string {
	var query string
	for _, parameter := range o.Parameters {
		switch {
		case parameter.In != "query":
		case parameter.Required:
			query += " ?" + parameter.Name
		default:
			query += " [?" + parameter.Name + "]"
		}
	}
	return query
}

// answers are the one of success with its body, and the statuses of refusals.
func (o restOperation) answers() (success, refusals string) {
	var refused []string
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		if strings.HasPrefix(status, "2") {
			success = strings.TrimSpace(status + " " + o.Responses[status].link())
		} else {
			refused = append(refused, status)
		}
	}
	return success, strings.Join(refused, " ")
}

func (c content) link() string {
	for _, media := range c.Content {
		return media.Schema.link()
	}
	return ""
}

// link is what a value is, leading to the description of an object.
func (s jsonSchema) link() string {
	if _, name, ok := strings.Cut(s.Ref, "#/components/schemas/"); ok {
		return to(code(name), bodyTitle(name))
	}
	if s.Items != nil {
		return "list of " + s.Items.link()
	}
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = code(fmt.Sprint(v))
		}
		return strings.Join(values, ", ")
	}
	name, orNull := s.typeName()
	return cmp.Or(s.Format, name, "any JSON") + orNull
}

// typeName is the JSON type, and " or null" when it may be that too.
func (s jsonSchema) typeName() (name, orNull string) {
	switch t := s.Type.(type) {
	case string:
		return t, ""
	case []any: // as the document has it: a type and null
		return fmt.Sprint(t[0]), " or null"
	default:
		return "", ""
	}
}

func bodyTitle(name string) string { return "JSON " + name }

func (p *page) body(name string, s jsonSchema) {
	p.heading(4, bodyTitle(name))
	p.paragraph(s.Description)
	var rows [][]string
	for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
		value := s.Properties[field]
		shown := code(field)
		if slices.Contains(s.Required, field) {
			shown += " *"
		}
		about := value.Description
		if value.MaxLength > 0 {
			about = strings.TrimPrefix(fmt.Sprintf("%s; at most %d characters", about, value.MaxLength), "; ")
		}
		rows = append(rows, []string{shown, value.link(), about})
	}
	p.table([]string{"field", "type", "is"}, rows)
}
