package httpx

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// traced serves one request with spans and an access log.
func traced(r *http.Request, h http.HandlerFunc) (spans []sdk.ReadOnlySpan, log string) {
	recorded := tracetest.NewSpanRecorder()
	var text bytes.Buffer
	mux := http.NewServeMux()
	mux.HandleFunc("POST /t/{token}", h)
	mux.HandleFunc("GET /healthz", h)
	logger := slog.New(slog.NewJSONHandler(&text, nil))
	options := TraceOptions{
		Tracer: sdk.NewTracerProvider(sdk.WithSpanProcessor(recorded)).Tracer("test"),
		Parent: func(ctx context.Context, _ http.Header) context.Context { return ctx },
		Except: []string{"/healthz"},
	}
	Chain(mux, RequestID, ClientAddress(nil), Trace(options), AccessLog(logger), Recover(slog.New(slog.DiscardHandler))).ServeHTTP(httptest.NewRecorder(), r)
	return recorded.Ended(), text.String()
}

func TestASpanSaysWhatARequestWasWithoutPathOrAddress(t *testing.T) {
	nothing := func(http.ResponseWriter, *http.Request) {}
	tests := []struct {
		name, method, target string
		handler              http.HandlerFunc
		span                 string
		attributes           map[string]string
		failed               bool
	}{
		{"an answer", "POST", "/t/secret?email=jane", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hi") },
			"POST /t/{token}", map[string]string{"http.route": "/t/{token}", "http.response.status_code": "200"}, false},
		{"what the client did wrong", "POST", "/t/secret", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
			"POST /t/{token}", map[string]string{"http.response.status_code": "404", "error.type": ""}, false},
		{"a failure of ours", "POST", "/t/secret", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
			"POST /t/{token}", map[string]string{"http.response.status_code": "503", "error.type": "503"}, true},
		{"a panic", "POST", "/t/secret", func(http.ResponseWriter, *http.Request) { panic("secret jane") },
			"POST /t/{token}", map[string]string{"http.response.status_code": "500"}, true},
		{"no such route", "POST", "/secret", nothing, "POST", map[string]string{"http.route": "", "http.response.status_code": "404"}, false},
		{"a method that a client made up", "447400123456", "/secret", nothing, "_OTHER", map[string]string{"http.request.method": "_OTHER"}, false},
		{"a request that its door names", "POST", "/t/secret", func(_ http.ResponseWriter, r *http.Request) { NameOperation(r.Context(), "query site") },
			"query site", map[string]string{"http.route": "/t/{token}", "http.request.method": "POST"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spans, log := traced(httptest.NewRequest(tt.method, tt.target, nil), tt.handler)
			if len(spans) != 1 || spans[0].Name() != tt.span {
				t.Fatalf("got %v", spans)
			}
			var all strings.Builder
			got := map[string]string{}
			for _, a := range spans[0].Attributes() {
				got[string(a.Key)] = a.Value.String()
				all.WriteString(a.Value.String() + " ")
			}
			for key, want := range tt.attributes {
				if got[key] != want {
					t.Errorf("%s is %q, want %q", key, got[key], want)
				}
			}
			if failed := spans[0].Status().Code == codes.Error; failed != tt.failed || spans[0].Status().Description != "" {
				t.Errorf("the status is %v", spans[0].Status())
			}
			for _, secret := range []string{"secret", "jane", "192.0.2.1", "447400123456"} { // httptest sends from 192.0.2.1
				if strings.Contains(all.String()+log, secret) {
					t.Errorf("%s is told: %s %s", secret, all.String(), log)
				}
			}
			if id := spans[0].SpanContext().TraceID().String(); !strings.Contains(log, `"trace_id":"`+id+`"`) {
				t.Errorf("the access log does not name the trace: %s", log)
			}
			if id := got["assent.request.id"]; id == "" || !strings.Contains(log, `"request_id":"`+id+`"`) {
				t.Errorf("the span does not name the request: %v", got)
			}
		})
	}
}

func TestWhatNobodyWantsToSeeIsNotTraced(t *testing.T) {
	nothing := func(http.ResponseWriter, *http.Request) {}
	if spans, log := traced(httptest.NewRequest(http.MethodGet, "/healthz", nil), nothing); len(spans) > 0 || strings.Contains(log, "trace_id") {
		t.Errorf("%d spans, log %s", len(spans), log)
	}
}

func TestWithoutATracerNothingIsAdded(t *testing.T) {
	served := false
	h := Trace(TraceOptions{})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { served = r.Context() == t.Context() }))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if n := testing.AllocsPerRun(10, func() { h.ServeHTTP(nil, r) }); n > 0 || !served {
		t.Errorf("served %t with %v allocations", served, n)
	}
}
