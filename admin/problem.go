package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is an answer to a request that could not be done (RFC 9457). Without a
// type it is about:blank: the status says it all.
type Problem struct { //nolint:errname // what the RFC calls it
	Title   string       `json:"title" doc:"What the status is called"`
	Status  int          `json:"status" doc:"The HTTP status"`
	Detail  string       `json:"detail,omitempty" doc:"What is wrong with this request"`
	Errors  []FieldError `json:"errors,omitempty" doc:"What is wrong with each field"`
	ErrorID string       `json:"error_id,omitempty" doc:"Names the failure in our log"`
}

// FieldError is what is wrong with one field.
type FieldError struct {
	Detail   string `json:"detail" doc:"What is wrong with it"`
	Location string `json:"location" doc:"Where it is, for instance body.domains[0] or query.limit"`
	Pointer  string `json:"pointer,omitempty" doc:"Where it is in the body, as a JSON Pointer (RFC 6901)"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus and ContentType are what the library asks an error for.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (*Problem) ContentType(string) string { return "application/problem+json" }

func problem(status int, detail string) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: detail}
}

// invalid is what the library and we say of an input with something wrong.
const invalid = "validation failed"

// newProblem is a problem as the library finds it. What was sent is not repeated.
func newProblem(status int, detail string, errs ...error) huma.StatusError {
	if status == http.StatusBadRequest { // nothing, or nothing that is JSON
		p := problem(http.StatusUnprocessableEntity, invalid)
		p.Errors = []FieldError{fieldError("body", fmt.Sprintf("must be a JSON object, in UTF-8, with at most %d items or members in a value", maxItems))}
		return p
	}
	if status == http.StatusUnsupportedMediaType {
		return problem(status, "the body must be sent as application/json")
	}
	var tooLarge *http.MaxBytesError
	if status == http.StatusRequestEntityTooLarge || errors.As(errors.Join(errs...), &tooLarge) {
		return problem(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body must have at most %d bytes", MaxBody))
	}
	p := problem(status, detail)
	var patterns []FieldError // we have words for most of them
	for _, err := range errs {
		var found *huma.ErrorDetail
		switch {
		case !errors.As(err, &found):
		case strings.HasPrefix(found.Message, "expected string to match pattern"):
			patterns = append(patterns, fieldError(found.Location, "has not the form that the document asks for"))
		default:
			p.add(fieldError(found.Location, found.Message))
		}
	}
	for _, e := range patterns {
		p.add(e)
	}
	return p
}

// maxFieldErrors is how many fields at fault are told of; no honest body has as many.
const maxFieldErrors = 50

// add notes what is wrong with a field, unless something is noted already of it, of
// what is in it, or of what it is in.
func (p *Problem) add(e FieldError) {
	if len(p.Errors) >= maxFieldErrors {
		return
	}
	noted := func(n FieldError) bool { return isWithin(n.Location, e.Location) || isWithin(e.Location, n.Location) }
	if !slices.ContainsFunc(p.Errors, noted) {
		p.Errors = append(p.Errors, e)
	}
}

func isWithin(inner, outer string) bool {
	rest, ok := strings.CutPrefix(inner, outer)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// fieldError says what is wrong where. What is missing the library notices in the
// object around it.
func fieldError(location, message string) FieldError {
	if name, ok := strings.CutPrefix(message, "expected required property "); ok {
		location += "." + strings.TrimSuffix(name, " to be present")
		message = "is required"
	}
	location = known(location)
	if values, ok := strings.CutPrefix(message, "expected value to be one of "); ok {
		message = "must be one of " + strings.TrimPrefix(strings.Trim(values, `"`), ", ")
	}
	if lower := strings.ToLower(message); strings.Contains(lower, "uuid") || strings.Contains(lower, "urn prefix") {
		message = "must be a UUID" // the library's texts repeat what was sent
	}
	e := FieldError{Detail: message, Location: location}
	if rest, ok := strings.CutPrefix(location, "body"); ok {
		e.Pointer = "#" + pointer(rest)
	}
	return e
}

// maxLocation is longer than any of ours, in bytes: the caller has made it up.
const maxLocation = 48

// known is the location, or what it is in, such as the body, when it is too long
// to be repeated.
func known(location string) string {
	if len(location) <= maxLocation {
		return location
	}
	around, _, _ := strings.Cut(location, ".")
	return around
}

// pointer writes ".brand.colour" and ".domains[0]" as "/brand/colour" and
// "/domains/0".
func pointer(path string) string {
	path = strings.NewReplacer("~", "~0", "/", "~1").Replace(path)
	return strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(path)
}

// writeProblem answers outside of any operation.
func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client has gone
}

// withoutBody keeps the status and headers of an answer and drops its body.
type withoutBody struct {
	header http.Header
	status int
}

func (w *withoutBody) Header() http.Header         { return w.header }
func (w *withoutBody) WriteHeader(status int)      { w.status = status }
func (w *withoutBody) Write(b []byte) (int, error) { return len(b), nil }
