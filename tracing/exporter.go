package tracing

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// maxAnswer is how much of a collector's answer is read, of its head and of its body, in
// bytes: enough to use its connection again.
const maxAnswer = 64 << 10

// exporter posts spans as OTLP over HTTP ("OTLP Specification", 1.10). A batch that
// is not taken is lost: traces are worth no queue that grows. The SDK exports one
// batch at a time.
type exporter struct {
	Settings
	client  *http.Client
	log     *slog.Logger
	stopped context.Context // ends when nobody waits for exports any more
	giveUp  context.CancelFunc
	failing bool
	lost    int // spans, since it began to fail
}

func newExporter(s Settings, log *slog.Logger) *exporter {
	e := &exporter{Settings: s, log: log}
	e.stopped, e.giveUp = context.WithCancel(context.Background())
	e.client = &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConns: 1, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: maxAnswer,
		},
		// The headers are meant for the collector alone.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return e
}

// ExportSpans implements the exporter of the SDK. It never fails: what went wrong is
// logged here, once.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	defer context.AfterFunc(e.stopped, cancel)()
	e.note(len(spans), e.post(ctx, spans))
	return nil
}

// Shutdown implements the exporter of the SDK.
func (e *exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

func (e *exporter) post(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	body, err := encode(spans)
	if err != nil {
		return fmt.Errorf("encoding spans: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Endpoint, bytes.NewReader(body))
	if err != nil {
		return errors.New("the endpoint cannot be asked")
	}
	request.Header = e.Headers.Clone()
	request.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		return reason(err)
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, maxAnswer) // nothing in it is used
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return nil
}

// reason holds neither the URL, which may hold a key, nor any part of an answer, which
// may quote it.
func reason(err error) error {
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled): // a stop waits no longer
		return errors.New("no answer in time")
	case errors.As(err, &network):
		return network
	case errors.As(err, &certificate):
		return certificate
	default:
		return errors.New("an answer that cannot be read")
	}
}

// note logs an outage when it begins and when it is over.
func (e *exporter) note(spans int, err error) {
	switch {
	case err != nil:
		e.lost += spans
		if !e.failing {
			e.log.Warn("spans cannot be exported and are lost", "reason", err)
		}
	case e.failing:
		e.log.Info("spans are exported again", "lost", e.lost)
		e.lost = 0
	}
	e.failing = err != nil
}
