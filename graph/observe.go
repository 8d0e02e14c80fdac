package graph

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"assent/consent"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Observer is told how requests were answered. Names are those of the schema,
// results those that Results and Refusals list, CLIENT_GONE, or a code that a library
// made up.
type Observer interface {
	// FieldAnswered is told of each execution of a field of Query or Mutation.
	FieldAnswered(field, result string, took time.Duration)
	// DocumentRefused is told of each request of which nothing was executed, or whose
	// answer was too large.
	DocumentRefused(code string)
}

type noObserver struct{}

func (noObserver) FieldAnswered(string, string, time.Duration) {}
func (noObserver) DocumentRefused(string)                      {}

// resultOK is the result of a field that has data and no outcome of its own.
const resultOK = "OK"

// resultGone is that of a field whose client left before it was done. Results do not
// list it: it is nobody's answer.
const resultGone = "CLIENT_GONE"

// Results lists how each field of Query and Mutation can be answered: with a value
// of its enum, else with OK, or with the code of an error.
func Results() map[string][]string {
	schema := NewExecutableSchema(Config{}).Schema()
	codes := []string{
		string(consent.BadInput), string(consent.Unauthenticated), string(consent.SiteNotFound), codeRateLimited, codeCaptchaRequired,
		codeInternal,
	}
	results := map[string][]string{}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, f := range root.Fields {
			results[f.Name] = append(outcomes(schema, schema.Types[f.Type.Name()]), codes...)
		}
	}
	for _, name := range []string{"__schema", "__type"} { // the library lists them among the fields of Query
		results[name] = []string{resultOK, errcode.ValidationFailed}
	}
	return results
}

// outcomes are the values of an enum, or what an object may have in its field error.
func outcomes(schema *ast.Schema, of *ast.Definition) (names []string) {
	if of.Kind != ast.Enum {
		names = append(names, resultOK)
		failure := of.Fields.ForName("error")
		if failure == nil {
			return names
		}
		of = schema.Types[failure.Type.Name()]
	}
	for _, v := range of.EnumValues {
		names = append(names, v.Name)
	}
	return names
}

// Refusals lists why nothing of a request may be executed, as codes of errors.
func Refusals() []string {
	return []string{
		errcode.ParseFailed, errcode.ValidationFailed, string(consent.BadInput), string(consent.Unauthenticated), codeInternal,
		codeNotFound, codeNotSupported, codeRequired,
	}
}

// reply is how one root field was answered.
type reply struct {
	mu      sync.Mutex
	outcome string // its enum's value; empty where it has none
	code    string // of the first error in it
}

type replyKey struct{}

func replyFrom(ctx context.Context) *reply {
	r, _ := ctx.Value(replyKey{}).(*reply)
	return r
}

// note keeps the outcome of the root field that is being executed.
func note[T ~string](ctx context.Context, outcome T) {
	if r := replyFrom(ctx); r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.outcome = string(outcome)
	}
}

// noteError keeps the code of an error in it. Fields of an object may fail at the
// same time: the first counts.
func noteError(ctx context.Context, err *gqlerror.Error) {
	if r := replyFrom(ctx); r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.code == "" {
			r.code = codeOf(err)
		}
	}
}

func (r *reply) result() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.code != "":
		return r.code
	case r.outcome != "":
		return r.outcome
	default:
		return resultOK
	}
}

// resultFor is resultGone when all that failed is that the client has left.
func (r *reply) resultFor(ctx context.Context) string {
	result := r.result()
	failed := result == codeInternal || result == string(consent.SignUpUnknownError)
	if failed && errors.Is(ctx.Err(), context.Canceled) {
		return resultGone
	}
	return result
}

// observed tells of each root field.
func observed(told Observer) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		began, r := time.Now(), &reply{}
		answered := next(context.WithValue(ctx, replyKey{}, r))
		told.FieldAnswered(graphql.GetRootFieldContext(ctx).Field.Name, r.resultFor(ctx), time.Since(began))
		return answered
	}
}

// noting keeps the codes of the errors that are presented.
func noting(present graphql.ErrorPresenterFunc) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := present(ctx, err)
		noteError(ctx, shown)
		return shown
	}
}

func codeOf(err *gqlerror.Error) string { return fmt.Sprint(err.Extensions["code"]) }
