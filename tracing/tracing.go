package tracing

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// maxLinks is how many links a span keeps, and how many attributes.
const maxLinks = 128

// stopWithin is how long a stop waits for the last spans to get out.
const stopWithin = 3 * time.Second

// Tracing is at work until Stop. None is nil, whose methods do nothing.
type Tracing struct {
	provider *sdk.TracerProvider
	exporter *exporter
	incoming bool
}

// Start begins to export spans; it returns nil where the settings want no traces.
// Nothing is asked of the collector before there is a span.
func Start(s Settings, log *slog.Logger) (*Tracing, error) {
	if s.Endpoint == "" {
		return nil, nil
	}
	// Neither the machine nor the command line: secrets may be in the latter.
	about, err := resource.New(context.Background(), resource.WithTelemetrySDK(), resource.WithAttributes(s.Attributes...))
	if err != nil {
		return nil, fmt.Errorf("preparing traces: %w", err)
	}
	// The library writes what goes wrong in it to standard error otherwise, in lines of its own.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.Warn("tracing fails", "type", fmt.Sprintf("%T", err))
	}))
	e := newExporter(s, log)
	return &Tracing{
		exporter: e, incoming: s.Continue,
		provider: sdk.NewTracerProvider(sdk.WithResource(about), sdk.WithSampler(s.Sampler), sdk.WithBatcher(e),
			sdk.WithRawSpanLimits(sdk.SpanLimits{
				AttributeValueLengthLimit: 200, AttributeCountLimit: 32, LinkCountLimit: maxLinks,
				EventCountLimit: 0, AttributePerEventCountLimit: 0, AttributePerLinkCountLimit: 0,
			})),
	}, nil
}

// Tracer begins spans; nil where there are no traces.
func (t *Tracing) Tracer() trace.Tracer {
	if t == nil {
		return nil
	}
	return t.provider.Tracer("assent")
}

// Parent takes over the trace that a request names (W3C Trace Context), if it is to
// be taken over; not what others have written into its tracestate.
func (t *Tracing) Parent(ctx context.Context, h http.Header) context.Context {
	if t == nil || !t.incoming {
		return ctx
	}
	named := propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(h))
	parent := trace.SpanContextFromContext(named)
	if !parent.IsValid() {
		return ctx
	}
	return trace.ContextWithRemoteSpanContext(ctx, parent.WithTraceState(trace.TraceState{}))
}

// Stop exports the spans that are left, for three seconds at most.
func (t *Tracing) Stop() {
	if t == nil {
		return
	}
	defer time.AfterFunc(stopWithin, t.exporter.giveUp).Stop()
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin+time.Second) // for what giving up takes
	defer cancel()
	_ = t.provider.Shutdown(ctx) // the exporter has told of what went wrong
	t.exporter.giveUp()
}
