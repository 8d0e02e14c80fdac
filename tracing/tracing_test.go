package tracing

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// collector keeps what it is sent.
type collector struct {
	*httptest.Server
	mu      sync.Mutex
	bodies  [][]byte
	headers []http.Header
}

func newCollector(t *testing.T, status int) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.bodies, c.headers = append(c.bodies, body), append(c.headers, r.Header)
		w.WriteHeader(status)
	}))
	t.Cleanup(c.Close)
	return c
}

func settings(endpoint string) Settings {
	return Settings{
		Endpoint: endpoint, Headers: http.Header{"Authorization": {"Bearer s3cret"}}, Timeout: 10 * time.Second, Continue: true,
		Sampler: sdk.ParentBased(sdk.AlwaysSample()), Attributes: []attribute.KeyValue{attribute.String("service.name", "assent")},
	}
}

func started(t *testing.T, s Settings, log io.Writer) *Tracing {
	t.Helper()
	tracing, err := Start(s, slog.New(slog.NewJSONHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return tracing
}

func TestWithoutAnEndpointThereIsNothing(t *testing.T) {
	tracing := started(t, Settings{}, io.Discard)
	if tracing != nil || tracing.Tracer() != nil {
		t.Errorf("got %v", tracing)
	}
	h := http.Header{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	if ctx := tracing.Parent(t.Context(), h); ctx != t.Context() {
		t.Error("a caller's trace is looked at")
	}
	tracing.Stop()
}

func TestSpansArriveAsOTLP(t *testing.T) {
	c := newCollector(t, http.StatusOK)
	tracing := started(t, settings(c.URL), io.Discard)
	ctx, parent := tracing.Tracer().Start(t.Context(), "POST /graphql", trace.WithSpanKind(trace.SpanKindServer))
	_, child := tracing.Tracer().Start(ctx, "write batch", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithLinks(trace.Link{SpanContext: parent.SpanContext()}),
		trace.WithAttributes(attribute.Int("n", 7), attribute.Bool("b", true), attribute.String("s", "text")))
	child.SetStatus(codes.Error, "ada@mail.example")
	child.AddEvent("ada@mail.example")
	child.End()
	parent.End()
	tracing.Stop()
	if len(c.bodies) != 1 || c.headers[0].Get("Content-Type") != "application/json" || c.headers[0].Get("Authorization") != "Bearer s3cret" {
		t.Fatalf("%d exports, headers %v", len(c.bodies), c.headers)
	}
	if bytes.Contains(c.bodies[0], []byte("ada@")) {
		t.Errorf("somebody's words are exported: %s", c.bodies[0])
	}
	var got export
	if err := json.Unmarshal(c.bodies[0], &got); err != nil {
		t.Fatal(err)
	}
	spans := got.ResourceSpans[0].ScopeSpans[0].Spans
	if len(spans) != 2 || spans[0].ParentSpanID != spans[1].SpanID || spans[0].TraceID != spans[1].TraceID || spans[1].ParentSpanID != "" {
		t.Fatalf("got %s", c.bodies[0])
	}
	for _, want := range []string{
		`"service.name","value":{"stringValue":"assent"}`, `"kind":2`, `"kind":3`, `"status":{"code":2}`, `"flags":257`,
		`{"key":"n","value":{"intValue":"7"}}`, `{"key":"b","value":{"boolValue":true}}`, `{"key":"s","value":{"stringValue":"text"}}`,
		`"links":[{"traceId":"` + spans[1].TraceID + `","spanId":"` + spans[1].SpanID + `"`, `"startTimeUnixNano":"1`,
	} {
		if !bytes.Contains(c.bodies[0], []byte(want)) {
			t.Errorf("no %s in %s", want, c.bodies[0])
		}
	}
}

func TestTheTraceOfACallerIsContinuedWithoutItsTracestate(t *testing.T) {
	c := newCollector(t, http.StatusOK)
	tracing := started(t, settings(c.URL), io.Discard)
	defer tracing.Stop()
	const id, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	h := http.Header{"Traceparent": {"00-" + id + "-" + span + "-01"}, "Tracestate": {"vendor=ada.lovelace"}}
	parent := trace.SpanContextFromContext(tracing.Parent(t.Context(), h))
	if parent.TraceID().String() != id || parent.SpanID().String() != span || !parent.IsRemote() || parent.TraceState().Len() > 0 {
		t.Errorf("got %+v", parent)
	}
	for _, wrong := range []string{"", "x", "00-" + strings.Repeat("0", 32) + "-" + span + "-01", "00-ada@mail.example-" + span + "-01"} {
		h.Set("Traceparent", wrong)
		if trace.SpanContextFromContext(tracing.Parent(t.Context(), h)).IsValid() {
			t.Errorf("%q is taken for a trace", wrong)
		}
	}
}

func TestACollectorThatRefusesIsLoggedOnceAndNotWithWhatItIsSent(t *testing.T) {
	c := newCollector(t, http.StatusForbidden)
	var log bytes.Buffer
	s := settings(strings.Replace(c.URL, "http://", "http://user:s3cret@", 1))
	e := newExporter(s, slog.New(slog.NewJSONHandler(&log, nil)))
	for range 3 {
		export1(t, e)
	}
	c.Close()
	export1(t, e)
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "status 403") || strings.Contains(log.String(), "s3cret") {
		t.Errorf("%d lines: %s", n, log.String())
	}
	again := newCollector(t, http.StatusOK)
	e.Endpoint = again.URL
	export1(t, e)
	export1(t, e)
	if n := strings.Count(log.String(), "\n"); n != 2 || !strings.Contains(log.String(), `"lost":4`) {
		t.Errorf("%d lines: %s", n, log.String())
	}
	_ = e.Shutdown(t.Context())
}

func TestWhatIsNoAnswerIsNotQuoted(t *testing.T) {
	for name, answer := range map[string]string{
		"what was sent":         "POST /v1/traces?key=s3cret HTTP/1.1\r\n\r\n",
		"a header that is none": "HTTP/1.1 200 OK\r\ns3cret\r\n\r\n",
		"a place that is none":  "HTTP/1.1 307 Moved\r\nLocation: /%zz?key=s3cret\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			}))
			defer collector.Close()
			var log bytes.Buffer
			e := newExporter(settings(collector.URL+"/v1/traces?key=s3cret"), slog.New(slog.NewJSONHandler(&log, nil)))
			export1(t, e)
			if !strings.Contains(log.String(), "an answer that cannot be read") || strings.Contains(log.String(), "s3cret") {
				t.Errorf("logged: %s", log.String())
			}
			_ = e.Shutdown(t.Context())
		})
	}
}

func export1(t *testing.T, e *exporter) {
	t.Helper()
	keep := &kept{}
	provider := sdk.NewTracerProvider(sdk.WithSyncer(keep))
	_, span := provider.Tracer("x").Start(t.Context(), "x")
	span.End()
	if err := e.ExportSpans(t.Context(), keep.spans); err != nil {
		t.Error(err)
	}
}

type kept struct{ spans []sdk.ReadOnlySpan }

func (k *kept) ExportSpans(_ context.Context, spans []sdk.ReadOnlySpan) error {
	k.spans = append(k.spans, spans...)
	return nil
}

func (*kept) Shutdown(context.Context) error { return nil }

// silent is a collector that never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestACollectorThatHangsHoldsUpNeitherRequestsNorAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		tracing := started(t, settings("http://collector.example"), &log)
		tracing.exporter.client.Transport = silent{}
		begun := time.Now()
		for range 10_000 { // more than the queue holds
			_, span := tracing.Tracer().Start(t.Context(), "x")
			span.End()
		}
		if took := time.Since(begun); took > 0 {
			t.Errorf("spans wait for %v", took)
		}
		tracing.Stop()
		if took := time.Since(begun); took > stopWithin {
			t.Errorf("a stop takes %v", took)
		}
		synctest.Wait()
		if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "no answer in time") {
			t.Errorf("%d lines:\n%s", n, log.String())
		}
	})
}
