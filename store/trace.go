package store

import (
	"context"
	"errors"
	"strconv"

	"github.com/lib/pq"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"modernc.org/sqlite"
)

// tracedBatch is the span of a batch. The zero value is that of one that nobody
// traces.
type tracedBatch struct{ span trace.Span }

// traceBatch begins the span of a batch that serves traced requests: in the trace of
// the first of them, with links to the others, which have one back to it. Batches of
// requests that are not sampled leave no span either.
func traceBatch[T interface{ context() context.Context }](s *Store, name string, batch []T) tracedBatch {
	if s.tracer == nil {
		return tracedBatch{}
	}
	var callers []trace.Span
	var links []trace.Link
	for _, r := range batch {
		if span := trace.SpanFromContext(r.context()); span.IsRecording() {
			callers = append(callers, span)
			links = append(links, trace.Link{SpanContext: span.SpanContext()})
		}
	}
	if len(callers) == 0 {
		return tracedBatch{}
	}
	ctx := trace.ContextWithSpanContext(context.Background(), callers[0].SpanContext())
	about := trace.WithAttributes(
		attribute.String("db.system.name", s.dialect.system()), attribute.Int("assent.batch.size", len(batch)))
	_, span := s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithLinks(links[1:]...), about)
	for _, caller := range callers[1:] {
		caller.AddLink(trace.Link{SpanContext: span.SpanContext()})
	}
	return tracedBatch{span}
}

// end tells of a failure by its code: texts of databases quote values.
func (b tracedBatch) end(err error) {
	if b.span == nil {
		return
	}
	if err != nil {
		b.span.SetStatus(codes.Error, "")
		b.span.SetAttributes(attribute.String("error.type", errorType(err)))
	}
	b.span.End()
}

// system is the name of the database in the semantic conventions.
func (d dialect) system() string {
	if d.name == "postgres" {
		return "postgresql"
	}
	return d.name
}

// errorType is a code of the database, or the kind of trouble there was with it.
func errorType(err error) string {
	var refused *pq.Error
	var lite *sqlite.Error
	switch {
	case errors.As(err, &refused):
		return string(refused.Code)
	case errors.As(err, &lite):
		return strconv.Itoa(lite.Code())
	case errors.Is(err, errConflict):
		return "conflict"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	default:
		return "_OTHER"
	}
}
