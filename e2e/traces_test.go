package e2e

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/mail/mailtest"
)

const (
	callersTrace = "0af7651916cd43dd8448eb211c80319c"
	callersSpan  = "b7ad6b7169203331"
)

// TestTraces follows a sign-up from the storefront's span to the commit and the
// letter.
func TestTraces(t *testing.T) {
	collector := newCollector(t)
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		visitor := s.visitor(t).with("Traceparent", "00-"+callersTrace+"-"+callersSpan+"-01")
		op := signUp("EMAIL", s.email("ada"))
		op.document = strings.Replace(op.document, "mutation(", "mutation AdasOwnName(", 1)
		got := visitor.send(op.document, op.variables)
		server.Next()
		invalid := visitor.send(signUp("EMAIL", "x").document, signUp("EMAIL", "x").variables)
		visitor.do(http.MethodGet, "/healthz", "")
		log := s.log
		s.restart(t) // which exports what is left

		spans, text := collector.all()
		request := spanOf(t, spans, got)
		request.wants(t, span{Name: "mutation signUpForMarketing", TraceID: callersTrace, ParentSpanID: callersSpan},
			"http.route", "/graphql", "http.response.status_code", "200", "error.type", "")
		find(t, spans, "write batch", func(s span) bool { return s.ParentSpanID == request.SpanID }).
			wants(t, span{Name: "write batch", TraceID: callersTrace, ParentSpanID: request.SpanID}, "assent.batch.size", "1")
		letter := find(t, spans, "send message", func(span) bool { return true })
		letter.wants(t, span{Name: "send message", TraceID: letter.TraceID}, "assent.message.outcome", "sent",
			"assent.message.channel", "EMAIL", "assent.message.kind", "WELCOME", "assent.message.attempts", "1")
		spanOf(t, spans, invalid).wants(t, span{Name: request.Name, TraceID: callersTrace, ParentSpanID: callersSpan},
			"error.type", "BAD_USER_INPUT")
		if n := strings.Count(log.String(), callersTrace); n != 2 {
			t.Errorf("%d lines of the log name the trace, want one for each request", n)
		}
		if strings.Contains(text, "healthz") || strings.Contains(text, "AdasOwnName") {
			t.Error("spans tell of probes, or what the client calls its operation")
		}
	}, "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL)
}

// wants wants a span that is no failure to have the name, trace, parent and attributes.
func (s span) wants(t *testing.T, want span, attributes ...string) {
	t.Helper()
	if s.Name != want.Name || s.TraceID != want.TraceID || s.ParentSpanID != want.ParentSpanID || s.Status.Code != 0 {
		t.Errorf("got %+v\nwant %+v", s, want)
	}
	for pair := range slices.Chunk(attributes, 2) {
		if got := s.attribute(pair[0]); got != pair[1] {
			t.Errorf("%s: %s is %q, want %q", s.Name, pair[0], got, pair[1])
		}
	}
}

// find is the first span of the name that fits.
func find(t *testing.T, spans []span, name string, fits func(span) bool) span {
	t.Helper()
	for _, s := range spans {
		if s.Name == name && fits(s) {
			return s
		}
	}
	t.Fatalf("none of %d spans is the %s", len(spans), name)
	return span{}
}

// spanOf is the span of an answer.
func spanOf(t *testing.T, spans []span, got reply) span {
	t.Helper()
	for _, s := range spans {
		if s.attribute("assent.request.id") == got.header.Get("X-Request-Id") {
			return s
		}
	}
	t.Fatalf("none of %d spans is of %s", len(spans), got.header.Get("X-Request-Id"))
	return span{}
}

// TestACollectorThatHangs slows nobody down, not at the end either.
func TestACollectorThatHangs(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	s := openEmbedded(t, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+l.Addr().String(), "OTEL_EXPORTER_OTLP_HEADERS=x-key=collector-s3cret")
	for range 20 {
		s.visitor(t).does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
	}
	began := time.Now()
	s.close(t)
	if took := time.Since(began); took > stopTimeout/2 {
		t.Errorf("a stop takes %v", took)
	}
	if n := strings.Count(s.log.String(), "spans cannot be exported"); n != 1 || strings.Contains(s.log.String(), "s3cret") {
		t.Errorf("it is logged %d times, or with the key", n)
	}
}
