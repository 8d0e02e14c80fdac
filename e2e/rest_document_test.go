package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// restOperation is an operation as the OpenAPI document describes it.
type restOperation struct {
	method, path string
	parameters   []restParameter
	body         []restParameter // the fields of its body
}

// restParameter is something to be filled in.
type restParameter struct {
	Name     string
	In       string // path, query, header or body
	Required bool
	Schema   struct{ Format, Type any }
}

// isID reports whether it names something that may not be there.
func (p restParameter) isID() bool { return p.In == "path" || p.Schema.Format == "uuid" }

const documentPath = "../admin/openapi.json"

// restDocument reads the operations of the document, by their ids.
func restDocument(t *testing.T) map[string]restOperation {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []restParameter
			RequestBody struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					}
				}
			}
		}
		Components struct{ Schemas map[string]restSchema }
	}
	must(t, json.Unmarshal([]byte(readFile(t, documentPath)), &document))
	operations := map[string]restOperation{}
	for path, methods := range document.Paths {
		for method, o := range methods {
			schema := document.Components.Schemas[strings.TrimPrefix(o.RequestBody.Content["application/json"].Schema.Ref, "#/components/schemas/")]
			operations[o.OperationID] = restOperation{strings.ToUpper(method), path, o.Parameters, schema.fields()}
		}
	}
	return operations
}

// restSchema is the schema of a body.
type restSchema struct {
	Properties map[string]struct{ Format, Type any }
	Required   []string
}

func (s restSchema) fields() []restParameter {
	var fields []restParameter
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		fields = append(fields, restParameter{name, "body", slices.Contains(s.Required, name), s.Properties[name]})
	}
	return fields
}

// TestRESTDocument is about the document itself.
func TestRESTDocument(t *testing.T) {
	t.Parallel()
	s := openEmbedded(t)
	defer s.close(t)
	everybody := s.staff(t, "")
	t.Run("everybody gets the document as it is committed", func(t *testing.T) {
		if got := everybody.wants(http.StatusOK, http.MethodGet, "/openapi.json", nil); got.body != readFile(t, documentPath) {
			t.Error("it is another one")
		}
	})
	t.Run("every {parameter} of a path is described", func(t *testing.T) {
		for id, o := range restDocument(t) {
			for _, part := range strings.Split(o.path, "/") {
				described := slices.ContainsFunc(o.parameters, func(p restParameter) bool { return "{"+p.Name+"}" == part && p.In == "path" })
				if strings.HasPrefix(part, "{") && !described {
					t.Errorf("%s: %s is not", id, part)
				}
			}
		}
	})
}
