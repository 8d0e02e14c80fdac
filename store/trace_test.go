package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/lib/pq"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// tracedStore keeps the spans of its batches and begins those of requests.
func tracedStore() (*Store, *tracetest.SpanRecorder) {
	spans := tracetest.NewSpanRecorder()
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(spans))
	return &Store{tracer: provider.Tracer("test"), dialect: dialect{name: "postgres"}}, spans
}

func callersOf(contexts ...context.Context) []*request {
	var requests []*request
	for _, ctx := range contexts {
		requests = append(requests, &request{caller: newCaller(ctx)})
	}
	return requests
}

func TestABatchIsInTheTraceOfItsFirstRequestAndLinkedToTheOthers(t *testing.T) {
	s, spans := tracedStore()
	first, one := s.tracer.Start(t.Context(), "first")
	second, two := s.tracer.Start(t.Context(), "second")
	traceBatch(s, "write batch", callersOf(t.Context(), first, second)).end(nil)
	two.End()
	got := spans.Ended()[0]
	if got.Parent().SpanID() != one.SpanContext().SpanID() || got.SpanContext().TraceID() != one.SpanContext().TraceID() {
		t.Errorf("it is a child of %v", got.Parent())
	}
	if links := got.Links(); len(links) != 1 || links[0].SpanContext.SpanID() != two.SpanContext().SpanID() {
		t.Errorf("it is linked to %v", links)
	}
	if links := spans.Ended()[1].Links(); len(links) != 1 || links[0].SpanContext.SpanID() != got.SpanContext().SpanID() {
		t.Errorf("nothing leads from the second request to it: %v", links)
	}
	want := map[string]string{"db.system.name": "postgresql", "assent.batch.size": "3"}
	for _, a := range got.Attributes() {
		if want[string(a.Key)] != a.Value.String() {
			t.Errorf("%s is %s", a.Key, a.Value.String())
		}
	}
}

func TestABatchOfRequestsThatNobodyTracesLeavesNoSpan(t *testing.T) {
	s, spans := tracedStore()
	remote := trace.ContextWithRemoteSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, // not sampled
	}))
	traceBatch(s, "write batch", callersOf(t.Context(), remote)).end(errors.New("x"))
	if n := len(spans.Started()); n > 0 {
		t.Errorf("%d spans", n)
	}
}

func TestTracingABatchCostsNothingWhenItIsOff(t *testing.T) {
	s, batch := &Store{}, callersOf(t.Context(), t.Context())
	if n := testing.AllocsPerRun(100, func() { traceBatch(s, "write batch", batch).end(nil) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTheSpanOfABatchTellsOfAFailureByItsCode(t *testing.T) {
	for want, err := range map[string]error{
		"23505":    fmt.Errorf("writing: %w", &pq.Error{Code: "23505", Message: "ada@mail.example", Detail: "ada@mail.example"}),
		"conflict": errConflict, "timeout": fmt.Errorf("reading: %w", context.DeadlineExceeded), "_OTHER": errors.New("ada@mail.example"),
	} {
		s, spans := tracedStore()
		ctx, _ := s.tracer.Start(t.Context(), "x")
		traceBatch(s, "write batch", callersOf(ctx)).end(err)
		got := spans.Ended()[0]
		if got.Status() != (sdk.Status{Code: codes.Error}) || got.Attributes()[len(got.Attributes())-1].Value.AsString() != want || len(got.Events()) > 0 {
			t.Errorf("%v: got %v %v", want, got.Status(), got.Attributes())
		}
	}
}
