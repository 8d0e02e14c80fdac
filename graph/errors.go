package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The codes that only this door knows.
const (
	codeInternal    = "INTERNAL"
	codeRateLimited = "RATE_LIMITED"
)

// loginError is told to whoever needs to be logged in and is not.
func loginError() error {
	return &consent.Error{Code: consent.Unauthenticated, Message: loginMessage}
}

const loginMessage = "A valid login is required."

// limitError is a refusal by the rate limits.
type limitError struct{ decision ratelimit.Decision }

func (*limitError) Error() string { return "too many requests" }

// isShown reports whether the error is meant for the caller.
func isShown(err error) bool {
	var refused *consent.Error
	var limited *limitError
	return errors.As(err, &refused) || errors.As(err, &limited)
}

// presenter turns every error into what a client may see. It is the one place
// where that is decided.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var refused *consent.Error
		var limited *limitError
		var invalid *gqlerror.Error
		switch {
		case errors.As(err, &refused):
			return present(ctx, refused.Message, refusal(refused))
		case errors.As(err, &limited):
			return present(ctx, limited.Error(), map[string]any{
				"code": codeRateLimited, "bucket": limited.decision.Bucket,
				"retryAfter": int64(limited.decision.RetryAfter / time.Second),
			})
		case errors.As(err, &invalid) && invalid.Extensions["code"] != nil:
			return presentInvalid(invalid)
		default:
			id := logFailure(ctx, log, err)
			return present(ctx, "Something went wrong on our side.", map[string]any{"code": codeInternal, "errorId": id})
		}
	}
}

func present(ctx context.Context, message string, extensions map[string]any) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Path: graphql.GetPath(ctx), Extensions: extensions}
}

func refusal(e *consent.Error) map[string]any {
	extensions := map[string]any{"code": e.Code}
	if e.Field != "" {
		extensions["field"] = e.Field
	}
	return extensions
}

// presentInvalid passes on what gqlgen found wrong with the document, but says of
// a variable only where it is wrong: its value is not repeated.
func presentInvalid(e *gqlerror.Error) *gqlerror.Error {
	if len(e.Path) < 2 || e.Path[0] != ast.PathName("variable") {
		return &gqlerror.Error{Message: e.Message, Locations: e.Locations, Extensions: e.Extensions}
	}
	extensions := map[string]any{"code": consent.BadInput}
	for _, element := range e.Path[1:] {
		if name, ok := element.(ast.PathName); ok {
			extensions["field"] = string(name)
		}
	}
	return &gqlerror.Error{Message: "The variable does not have the type the schema asks for.", Extensions: extensions}
}

// recoverer keeps a panic from ending more than its own field.
func recoverer(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		log.ErrorContext(ctx, "panic in a resolver", "error_id", httpx.RequestIDFrom(ctx),
			"type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		return errors.New("a resolver panicked")
	}
}

// logFailure logs a failure of ours and returns the id that names it outside.
func logFailure(ctx context.Context, log *slog.Logger, err error) string {
	id := httpx.RequestIDFrom(ctx)
	log.ErrorContext(ctx, "request failed", "error_id", id, "error", err)
	return id
}

// protocolError is an error of the document or the HTTP request itself.
func protocolError(code, message string) *gqlerror.Error {
	err := &gqlerror.Error{Message: message}
	errcode.Set(err, code)
	return err
}
