package e2e

import (
	"maps"
	"net/url"
	"strings"
	"testing"
)

// restRequest is a request for an operation: what is filled in where.
type restRequest struct {
	path  map[string]string
	query map[string]string
	body  object
}

// target is the path and query of the request.
func (r restRequest) target(t *testing.T, template string) string {
	t.Helper()
	for name, value := range r.path {
		template = strings.Replace(template, "{"+name+"}", url.PathEscape(value), 1)
	}
	if strings.Contains(template, "{") {
		t.Fatalf("a request lacks a parameter of its path: %s", template)
	}
	query := url.Values{}
	for name, value := range r.query {
		query.Set(name, value)
	}
	if len(query) > 0 {
		template += "?" + query.Encode()
	}
	return template
}

// with is the request with another value for a parameter, wherever it has it.
func (r restRequest) with(name, value string) restRequest {
	if _, ok := r.path[name]; ok {
		return r.in("path", name, value)
	}
	if _, ok := r.query[name]; ok {
		return r.in("query", name, value)
	}
	return r.in("body", name, value)
}

// in is the request with a value in the path, the query or the body.
func (r restRequest) in(where, name string, value any) restRequest {
	r = restRequest{maps.Clone(r.path), maps.Clone(r.query), maps.Clone(r.body)}
	switch where {
	case "path":
		r.path[name] = value.(string)
	case "query":
		if r.query == nil {
			r.query = map[string]string{}
		}
		r.query[name] = value.(string)
	default:
		r.body[name] = value
	}
	return r
}

func (r restRequest) without(where, name string) restRequest {
	r = restRequest{r.path, maps.Clone(r.query), maps.Clone(r.body)}
	if where == "query" {
		delete(r.query, name)
	} else {
		delete(r.body, name)
	}
	return r
}

// sent is the body; nil: none.
func (r restRequest) sent() any {
	if r.body == nil {
		return nil
	}
	return r.body
}
