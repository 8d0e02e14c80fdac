package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// collector takes spans as an OpenTelemetry collector does (OTLP over HTTP, JSON).
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	text  strings.Builder
	spans []span
}

// span is what the tests look at.
type span struct {
	TraceID      string `json:"traceId"`
	SpanID       string `json:"spanId"`
	ParentSpanID string `json:"parentSpanId"`
	Name         string `json:"name"`
	Attributes   []struct {
		Key   string            `json:"key"`
		Value map[string]string `json:"value"`
	} `json:"attributes"`
	Links []struct {
		SpanID string `json:"spanId"`
	} `json:"links"`
	Status struct {
		Code int `json:"code"`
	} `json:"status"`
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("it is sent %s %s %v %v", r.Method, r.URL, r.Header, err)
		}
		if err := c.keep(body); err != nil {
			t.Errorf("it is sent %s: %v", body, err)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) keep(body []byte) error {
	var export struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []span `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"resourceSpans"`
	}
	if err := json.Unmarshal(body, &export); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text.Write(body)
	for _, r := range export.ResourceSpans {
		for _, s := range r.ScopeSpans {
			c.spans = append(c.spans, s.Spans...)
		}
	}
	return nil
}

// all are the spans that have come, and as they came.
func (c *collector) all() ([]span, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spans, c.text.String()
}

// attribute is the value of an attribute as text; "" when the span has none.
func (s span) attribute(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value["stringValue"] + a.Value["intValue"]
		}
	}
	return ""
}
