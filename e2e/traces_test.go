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
		if request.Name != "mutation signUpForMarketing" || request.TraceID != callersTrace || request.ParentSpanID != callersSpan {
			t.Errorf("the span of the request is %+v", request)
		}
		if request.attribute("http.route") != "/graphql" || request.attribute("http.response.status_code") != "200" || request.Status.Code != 0 {
			t.Errorf("it says %+v", request.Attributes)
		}
		child := func(s span) bool {
			return s.ParentSpanID == request.SpanID && s.TraceID == callersTrace && s.Name == "write batch"
		}
		if !slices.ContainsFunc(spans, child) {
			t.Error("no batch is its child")
		}
		message := func(s span) bool {
			return s.Name == "send message" && s.ParentSpanID == "" && s.attribute("assent.message.outcome") == "sent" &&
				s.attribute("assent.message.channel") == "EMAIL" && s.attribute("assent.message.kind") == "WELCOME" && s.attribute("assent.message.attempts") == "1"
		}
		if !slices.ContainsFunc(spans, message) {
			t.Error("no span tells of the letter")
		}
		if wrong := spanOf(t, spans, invalid); wrong.attribute("error.type") != "BAD_USER_INPUT" || wrong.Status.Code != 0 {
			t.Errorf("what the client did wrong is %+v", wrong)
		}
		if strings.Count(log.String(), callersTrace) != 2 {
			t.Errorf("%d lines of the log name the trace, want one for each request", strings.Count(log.String(), callersTrace))
		}
		if strings.Contains(text, "healthz") || strings.Contains(text, "AdasOwnName") {
			t.Error("spans tell of probes, or what the client calls its operation")
		}
	}, "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL)
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
