package sms

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

const (
	number = "+447700900123"
	token  = "t0ken"
)

// provider is a server that plays the provider, and a sender that hands in messages there.
type provider struct {
	sender      *Sender
	host        string
	connections atomic.Int32
	closed      chan struct{} // one element for every connection that was closed
}

func newProvider(t *testing.T, answer http.HandlerFunc) *provider {
	t.Helper()
	p := &provider{closed: make(chan struct{}, 100)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // net/http notices a client that hangs up only once the body is read
		answer(w, r)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			p.connections.Add(1)
		case http.StateClosed:
			p.closed <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	p.host = server.Listener.Addr().String()
	p.sender = newTestSender(t, "http://AC12:"+token+"@"+p.host+"?from=%2B447400000000")
	return p
}

func newTestSender(t *testing.T, smsURL string) *Sender {
	t.Helper()
	sender, err := NewSender(smsURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	return sender
}

// checkSilence sees to it that an error tells nothing that must not get into a log.
func (p *provider) checkSilence(t *testing.T, err error) {
	t.Helper()
	host, port, _ := net.SplitHostPort(p.host)
	for _, secret := range []string{"7700900123", token, "AC12", "http", host, port, "Hello"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
}

func created(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write([]byte(`{"sid":"SM1","status":"queued","error_code":null}`))
}

// newPipedSender has a provider at the other end of a pipe, for tests with the fake clock: it stands still while a real
// connection is waited for.
func newPipedSender(t *testing.T) (*Sender, net.Conn) {
	t.Helper()
	sender := newTestSender(t, "http://AC12:"+token+"@localhost/sms?from=Shop")
	ours, theirs := net.Pipe()
	t.Cleanup(func() { theirs.Close() })
	sender.client.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) { return ours, nil }
	return sender, theirs
}
