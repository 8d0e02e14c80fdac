package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// restProblem is a refusal (RFC 9457).
type restProblem struct {
	Title  string
	Status int
	Detail string
	Errors []struct{ Detail, Location, Pointer string }
}

// fault is what is wrong with an answer as such, whatever was asked for.
func (s *staff) fault(method string, a answered) string {
	switch {
	case a.isViolation():
		return "the document says otherwise"
	case a.status >= http.StatusInternalServerError:
		return "the service has failed"
	case strings.HasPrefix(a.body, `{"$schema"`):
		return "the body has a $schema"
	case method == http.MethodHead:
		return ""
	case a.status >= http.StatusBadRequest:
		return s.problemFault(a)
	case (a.status == http.StatusNoContent || a.status == http.StatusNotModified) != (a.body == ""):
		return "there is a body where there should be none, or none where there should be one"
	case a.body != "" && a.header.Get("Content-Type") != "application/json":
		return "the content type is wrong"
	}
	return ""
}

func (s *staff) problemFault(a answered) string {
	var p restProblem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		return "this is no problem+json"
	}
	for _, secret := range []string{keyPrefix, mailDomain, phonePrefix} {
		if strings.Contains(a.body, secret) {
			return "the problem repeats a key or an address"
		}
	}
	switch {
	case p.Status != a.status || p.Title != http.StatusText(a.status):
		return "status and title are not those of the answer"
	case (a.status == http.StatusUnprocessableEntity) != (len(p.Errors) > 0):
		return "fields are named with 422 and with nothing else"
	case a.status == http.StatusUnauthorized && a.header.Get("WWW-Authenticate") == "":
		return "no WWW-Authenticate, which RFC 9110 demands"
	case a.status == http.StatusMethodNotAllowed && a.header.Get("Allow") == "":
		return "it does not say which methods are allowed"
	}
	return p.fieldFault()
}

func (p restProblem) fieldFault() string {
	for _, e := range p.Errors {
		if e.Detail == "" || e.Location == "" || !pointsThere(e.Location, e.Pointer) {
			return "an error does not say where or what it is"
		}
	}
	return ""
}

// pointsThere reports whether the JSON Pointer leads to a location in the body.
func pointsThere(location, pointer string) bool {
	path, ok := strings.CutPrefix(location, "body")
	if !ok {
		return pointer == ""
	}
	return pointer == "#"+strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(path)
}

// fields are the locations of what a problem finds wrong, in order.
func (a answered) fields() []string {
	var p restProblem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		return nil
	}
	var locations []string
	for _, e := range p.Errors {
		locations = append(locations, e.Location)
	}
	slices.Sort(locations)
	return slices.Compact(locations)
}
