package ratelimit

import (
	"net"
	"sync"
	"testing"
	"time"
)

// wire carries bytes between the program and a Redis, well or badly.
type wire struct {
	address, target string // this end, that end

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
	lag      time.Duration // until bytes are handed on
	dead     bool          // bytes vanish
}

// newWire leads to target, a host with a port.
func newWire(t *testing.T, target string) *wire {
	w := &wire{address: "127.0.0.1:0", target: target}
	w.mend(t)
	t.Cleanup(w.cut)
	return w
}

// cut ends every connection and refuses new ones.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.listener.Close()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

// hang accepts everything and answers nothing.
func (w *wire) hang() { w.set(0, true) }

// slow holds everything up, in each direction.
func (w *wire) slow(lag time.Duration) { w.set(lag, false) }

func (w *wire) set(lag time.Duration, dead bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lag, w.dead = lag, dead
}

// mend begins anew: what was lost on the way would mix up old connections.
func (w *wire) mend(t *testing.T) {
	t.Helper()
	if w.listener != nil {
		w.cut()
	}
	l := listen(t, w.address)
	w.mu.Lock()
	w.listener, w.address, w.lag, w.dead = l, l.Addr().String(), 0, false
	w.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			w.connect(in)
		}
	}()
}

func (w *wire) connect(in net.Conn) {
	out, err := net.Dial("tcp", w.target)
	if err != nil {
		_ = in.Close()
		return
	}
	w.mu.Lock()
	w.conns = append(w.conns, in, out)
	w.mu.Unlock()
	go w.carry(out, in)
	go w.carry(in, out)
}

func (w *wire) carry(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		w.mu.Lock()
		lag, dead := w.lag, w.dead
		w.mu.Unlock()
		if dead {
			continue
		}
		if lag > 0 {
			<-time.After(lag)
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
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
