package httpx

import (
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// AccessLog writes one line for each request. It holds the pattern of the route
// instead of the path, and neither address nor user agent: paths and queries
// carry tokens and hashes of addresses. method is _OTHER for one that HTTP does not
// know; route is "" when no route matched; status is 0 when the connection was cut
// before an answer, by either side; trace_id is there when the request belongs to a trace.
func AccessLog(logger *slog.Logger) func(http.Handler) http.Handler {
	return answered(func(r *http.Request, rec *recorder, took time.Duration) { logRequest(logger, r, rec, took) })
}

// Observe tells of each request what AccessLog writes of it. pattern is not to be
// trusted where it is none that was registered: of a redirect to a subtree it is
// the path.
func Observe(told func(method, pattern string, status int, took time.Duration)) func(http.Handler) http.Handler {
	return answered(func(r *http.Request, rec *recorder, took time.Duration) { told(r.Method, r.Pattern, rec.shown(), took) })
}

// answered has done called when a request has been answered, or cut off.
func answered(done func(*http.Request, *recorder, time.Duration)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := &recorder{ResponseWriter: w, left: r.Context().Done()}
			start := time.Now()
			defer func() { done(r, rec, time.Since(start)) }()
			next.ServeHTTP(rec, r)
			if rec.status == 0 {
				rec.status = http.StatusOK // what net/http sends for a handler that wrote nothing
			}
		})
	}
}

func logRequest(logger *slog.Logger, r *http.Request, rec *recorder, took time.Duration) {
	attrs := make([]slog.Attr, 0, 7)
	attrs = append(attrs,
		slog.String("method", shownMethod(r)),
		slog.String("route", r.Pattern),
		slog.Int("status", rec.shown()),
		slog.Int64("bytes", rec.bytes),
		slog.Duration("duration", took),
		slog.String("request_id", RequestIDFrom(r.Context())),
	)
	if span := trace.SpanContextFromContext(r.Context()); span.HasTraceID() {
		attrs = append(attrs, slog.String("trace_id", span.TraceID().String()))
	}
	logger.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
}
