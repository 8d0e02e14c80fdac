package httpx

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// TraceOptions say how requests are traced.
type TraceOptions struct {
	Tracer trace.Tracer // nil: they are not
	// Parent puts the span that a request names into the context, if it is to be taken over.
	Parent func(ctx context.Context, h http.Header) context.Context
	Except []string // paths of requests that nobody wants to see
}

// Trace gives each request a span in its context. It holds the pattern of the route
// instead of the path, and neither address nor user agent, as the access log does.
func Trace(o TraceOptions) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if o.Tracer == nil {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if slices.Contains(o.Except, r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			op := &operation{}
			ctx := context.WithValue(o.Parent(r.Context(), r.Header), operationKey{}, op)
			ctx, span := o.Tracer.Start(ctx, shownMethod(r), trace.WithSpanKind(trace.SpanKindServer))
			if !span.IsRecording() {
				ServeContext(ctx, next, w, r)
				return
			}
			rec := &recorder{ResponseWriter: w}
			defer func() { op.end(span, r, rec.status) }()
			ServeContext(ctx, next, rec, r)
			if rec.status == 0 {
				rec.status = http.StatusOK // see AccessLog
			}
		})
	}
}

type operationKey struct{}

// operation is what a door knows better about a request than its route tells.
type operation struct{ name string }

// NameOperation names the span of a request otherwise than after its route. The name
// must be one of few, and nothing a client has made up.
func NameOperation(ctx context.Context, name string) {
	if op, ok := ctx.Value(operationKey{}).(*operation); ok {
		op.name = name
	}
}

// end says what came of a request, by the semantic conventions for HTTP. The status
// is 0 when the connection was cut before an answer.
func (op *operation) end(span trace.Span, r *http.Request, status int) {
	method, route := shownMethod(r), routeOf(r)
	if op.name == "" {
		op.name = strings.TrimSpace(method + " " + route)
	}
	span.SetName(op.name)
	span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
		attribute.Int("http.response.status_code", status), attribute.String("assent.request.id", RequestIDFrom(r.Context())))
	if status == 0 || status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(attribute.String("error.type", strconv.Itoa(status)))
	}
	span.End()
}

// routeOf is the pattern of the route without its method; "" when none matched.
func routeOf(r *http.Request) string {
	if _, path, found := strings.Cut(r.Pattern, " "); found {
		return path
	}
	return r.Pattern
}

// shownMethod is the method, or _OTHER for one that a client has made up: any text
// without blanks can be sent as one, tokens and telephone numbers too.
func shownMethod(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return r.Method
	default:
		return "_OTHER"
	}
}
