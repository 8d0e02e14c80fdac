package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func TestASpanTellsWhatCameOfAnAttemptAndNotForWhom(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	work(t, func(b *bench) {
		b.tracer = sdk.NewTracerProvider(sdk.WithSpanProcessor(spans)).Tracer("test")
		b.add(1)
		b.answer = func(_ context.Context, attempt int, _ string) error {
			if attempt == 1 {
				return refusal{}
			}
			return nil
		}
	}, func(t *testing.T, _ *bench) {
		pass(time.Hour)
		got := spans.Ended()
		if len(got) != 2 {
			t.Fatalf("%d spans of two attempts", len(got))
		}
		for i, want := range []struct {
			status            codes.Code
			outcome, attempts string
		}{{codes.Error, "failed", "1"}, {codes.Unset, "sent", "2"}} {
			said := map[string]string{}
			var all strings.Builder
			for _, a := range got[i].Attributes() {
				said[string(a.Key)] = a.Value.String()
				all.WriteString(a.Value.String() + " ")
			}
			if got[i].Status().Code != want.status || said["assent.message.outcome"] != want.outcome || said["assent.message.attempts"] != want.attempts {
				t.Errorf("attempt %d: %v %v", i+1, got[i].Status(), said)
			}
			if said["assent.message.channel"] != "EMAIL" || said["assent.message.kind"] == "" || said["assent.message.id"] == "" {
				t.Errorf("it does not say which message: %v", said)
			}
			for _, private := range []string{"Anna", "xample.com"} {
				if strings.Contains(all.String()+got[i].Status().Description, private) {
					t.Errorf("it tells of %s: %s", private, all.String())
				}
			}
		}
	})
}
