package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// The codes that only this door knows.
const (
	codeInternal    = "INTERNAL"
	codeRateLimited = "RATE_LIMITED"
)

// noIntrospection is what gqlgen says, which clients are told in other words.
const noIntrospection = "introspection disabled"

// loginError is told to whoever needs to be logged in and is not.
func loginError() error {
	return &consent.Error{Code: consent.Unauthenticated, Message: loginMessage}
}

const loginMessage = "A valid login is required."

// limitError is a refusal by the rate limits.
type limitError struct {
	decision ratelimit.Decision
	captcha  consent.Captcha // which lets the request through; zero: nothing does
}

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
			return present(ctx, refused.Error(), refusal(refused))
		case errors.As(err, &limited):
			return present(ctx, limited.Error(), limited.extensions())
		case errors.As(err, &invalid) && invalid.Extensions["code"] != nil:
			return presentInvalid(invalid)
		case strings.HasSuffix(err.Error(), noIntrospection):
			return protocolError(errcode.ValidationFailed, "The schema cannot be asked for here.")
		case invalid != nil && len(invalid.Path) > len(graphql.GetPath(ctx)): // an argument that could not be read
			field := lastName(invalid.Path)
			return present(ctx, field+": must have the type the schema asks for", map[string]any{
				"code": consent.BadInput, "field": field,
			})
		default:
			id := httpx.RequestIDFrom(ctx)
			if !errors.Is(err, errLogged) {
				id = logFailure(ctx, log, ownError(err))
			}
			shown := internalError(id)
			shown.Path = graphql.GetPath(ctx)
			return shown
		}
	}
}

// ownError is what a resolver returned: gqlgen puts the path in front, in which
// clients give the fields names of their own.
func ownError(err error) error {
	var wrapped *gqlerror.Error
	if errors.As(err, &wrapped) && wrapped.Err != nil {
		return wrapped.Err
	}
	return err
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

// presentInvalid passes on what gqlgen found wrong with the document, but repeats
// no value, since it may be an address, and no more of the document than a short
// name.
func presentInvalid(e *gqlerror.Error) *gqlerror.Error {
	message, _, _ := strings.Cut(e.Message, " Did you mean") // not every suggestion can be switched off
	shown := &gqlerror.Error{Message: message, Locations: e.Locations, Extensions: e.Extensions}
	switch {
	case len(e.Path) > 1 && e.Path[0] == ast.PathName("variable"):
		shown.Message = "The variable does not have the type the schema asks for."
		shown.Extensions = map[string]any{"code": consent.BadInput, "field": lastName(e.Path)}
	case e.Extensions["code"] == errcode.ParseFailed:
		shown.Message = "The document cannot be parsed."
	case e.Rule == rules.ValuesOfCorrectTypeRule.Name:
		shown.Message = "The value does not have the type the schema asks for."
	case strings.HasPrefix(e.Message, "operation "): // … NAME not found
		shown.Message = "The document has no operation of this name."
	case len(message) > maxMessage || repeatsLongName(message):
		shown.Message = "The document is not valid."
	}
	return shown
}

// What messages about a document may repeat of it, in bytes.
const (
	maxMessage   = 300
	maxNameShown = 40
)

func repeatsLongName(message string) bool {
	for name := range strings.FieldsFuncSeq(message, func(r rune) bool { return !isNameRune(r) }) {
		if len(name) > maxNameShown {
			return true
		}
	}
	return false
}

func isNameRune(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// lastName is the innermost field of a path. What is too long for one of ours, or
// not a name, was made up by the caller and is passed over.
func lastName(path ast.Path) string {
	for _, element := range slices.Backward(path) {
		name, ok := element.(ast.PathName)
		if ok && len(name) <= maxNameShown && strings.IndexFunc(string(name), func(r rune) bool { return !isNameRune(r) }) < 0 {
			return string(name)
		}
	}
	return ""
}

// errLogged stands for a failure of ours that has been logged.
var errLogged = errors.New("see the log")

// recoverer keeps a panic from ending more than its own field.
func recoverer(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		log.ErrorContext(ctx, "panic in a resolver", "error_id", httpx.RequestIDFrom(ctx),
			"type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		return errLogged
	}
}

// logFailure logs a failure of ours and returns the id that names it outside. That
// a client has left is nobody's.
func logFailure(ctx context.Context, log *slog.Logger, err error) string {
	id := httpx.RequestIDFrom(ctx)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return id
	}
	log.ErrorContext(ctx, "request failed", "error_id", id, "error", err)
	return id
}

// internalError is all that is told of a failure of ours.
func internalError(id string) *gqlerror.Error {
	return &gqlerror.Error{
		Message: "Something went wrong on our side.", Extensions: map[string]any{"code": codeInternal, "errorId": id},
	}
}

// protocolError is an error of the document or the HTTP request itself.
func protocolError(code, message string) *gqlerror.Error {
	err := &gqlerror.Error{Message: message}
	errcode.Set(err, code)
	return err
}
