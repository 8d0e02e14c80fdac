package admin

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"assent/auth"
	"assent/backoffice"
	"assent/httpx"

	"github.com/danielgtaylor/huma/v2"
)

// handle adds an operation for callers with a key.
func handle[I, O any](a *API, op huma.Operation, do func(ctx context.Context, by auth.APIKey, in *I) (*O, error)) {
	op.Security = []map[string][]string{{keyScheme: {}}}
	op.Errors = append(op.Errors, http.StatusUnauthorized)
	if changes(op.Method) {
		op.Errors = append(op.Errors, http.StatusForbidden)
	}
	if hasBody(op.Method) {
		op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	op.MaxBodyBytes = MaxBody + 1 // the library refuses a body that is as long as this
	handlePublic(a, op, func(ctx context.Context, in *I) (*O, error) { return do(ctx, callerFrom(ctx), in) })
}

// handlePublic adds an operation for everybody.
func handlePublic[I, O any](a *API, op huma.Operation, do func(ctx context.Context, in *I) (*O, error)) {
	op.Errors = append(op.Errors, http.StatusUnprocessableEntity, http.StatusServiceUnavailable)
	var described *huma.Operation
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, a.shown(ctx, described, err)
		}
		return out, nil
	})
	described = a.described(op)
}

func changes(method string) bool { return method != http.MethodGet }

func hasBody(method string) bool { return changes(method) && method != http.MethodDelete }

// described is the operation as the OpenAPI document has it, parameters included.
func (a *API) described(op huma.Operation) *huma.Operation {
	item := a.huma.OpenAPI().Paths[op.Path]
	switch op.Method {
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	default:
		return item.Get
	}
}

// shown turns an error into what a caller may see. It is the one place where
// that is decided.
func (a *API) shown(ctx context.Context, op *huma.Operation, err error) error {
	var found backoffice.Problems
	switch {
	case errors.Is(err, backoffice.ErrNotFound):
		return problem(http.StatusNotFound, backoffice.ErrNotFound.Error())
	case errors.Is(err, backoffice.ErrForbidden):
		return problem(http.StatusForbidden, backoffice.ErrForbidden.Error())
	case errors.As(err, &found):
		p := problem(http.StatusUnprocessableEntity, invalid)
		for _, one := range found {
			p.add(fieldError(location(op, one.Field), one.Message))
		}
		return p
	default:
		return a.failure(ctx, err)
	}
}

// location is where an operation takes a field from.
func location(op *huma.Operation, field string) string {
	for _, p := range op.Parameters {
		if p.Name == field {
			return p.In + "." + field
		}
	}
	return strings.TrimSuffix("body."+field, ".")
}

// failure logs what is our fault and tells the caller only under which id.
func (a *API) failure(ctx context.Context, err error) *Problem {
	p := problem(http.StatusInternalServerError, "this is our fault")
	p.ErrorID = httpx.RequestIDFrom(ctx)
	if errors.Is(err, context.Canceled) { // the client has gone, which is nobody's fault
		return p
	}
	a.log.ErrorContext(ctx, "the REST admin failed", slog.String("request_id", p.ErrorID), slog.Any("error", err))
	return p
}
