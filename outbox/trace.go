package outbox

import (
	"strings"

	"assent/consent"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// tracedMessage is the span of one message being sent. The zero value is that of one
// that nobody traces.
type tracedMessage struct {
	span     trace.Span
	attempts int // before this one
}

// trace begins the span of a message: a trace of its own, since the request that
// queued it is long over. It names the message, not whom it goes to.
func (w *Worker) trace(m consent.Claimed) tracedMessage {
	if w.Tracer == nil {
		return tracedMessage{}
	}
	_, span := w.Tracer.Start(w.ctx, "send message", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("assent.message.id", m.ID.String()),
		attribute.String("assent.message.channel", string(w.Channel)),
		attribute.String("assent.message.kind", string(m.Kind)),
	))
	return tracedMessage{span, m.Attempts}
}

// end tells what came of it, in the words of the metrics. The log has the reason.
func (t tracedMessage) end(d consent.Delivery) {
	if t.span == nil {
		return
	}
	outcome := strings.ToLower(string(d.Status))
	if d.Status == consent.Waiting {
		outcome = "failed"
	}
	if d.Status == consent.Waiting || d.Status == consent.Parked {
		t.span.SetStatus(codes.Error, "")
	}
	if d.Status == consent.Sent || d.Failed {
		t.attempts++
	}
	t.span.SetAttributes(attribute.String("assent.message.outcome", outcome), attribute.Int("assent.message.attempts", t.attempts))
	t.span.End()
}
