package ratelimit

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// logBuffer is a log that can be written and read at the same time.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// wire carries bytes to the real Redis until it is cut.
type wire struct {
	address, target string // this end, that end
	mu              sync.Mutex
	listener        net.Listener
	conns           []net.Conn
}

// newWire also returns the URL of this end.
func newWire(t *testing.T, redisURL string) (*wire, string) {
	target, err := url.Parse(redisURL)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{address: "127.0.0.1:0", target: target.Host}
	w.restore(t)
	t.Cleanup(w.cut)
	target.Host = w.address
	return w, target.String()
}

func (w *wire) restore(t *testing.T) {
	l := listen(t, w.address)
	w.mu.Lock()
	w.listener, w.address = l, l.Addr().String()
	w.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			w.carry(in)
		}
	}()
}

func (w *wire) carry(in net.Conn) {
	out, err := net.Dial("tcp", w.target)
	if err != nil {
		_ = in.Close()
		return
	}
	w.mu.Lock()
	w.conns = append(w.conns, in, out)
	w.mu.Unlock()
	go func() { _, _ = io.Copy(out, in) }()
	go func() { _, _ = io.Copy(in, out) }()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.listener.Close()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}
