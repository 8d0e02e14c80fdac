package e2e

import (
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// swamp stands between the program and a server, and can hold up whatever passes.
type swamp struct {
	listener net.Listener
	server   string
	tasks    sync.WaitGroup

	mu    sync.Mutex
	open  chan struct{} // closed while things pass
	delay time.Duration // of every answer
	links map[*sunken]struct{}
}

// sunken is a connection through a swamp.
type sunken struct {
	client, server net.Conn
	lost           chan struct{} // closed once nothing passes any more, which neither side is told
}

// newSwamp returns a swamp before the server and the URL that leads through it.
func newSwamp(t *testing.T, serverURL string) (*swamp, string) {
	t.Helper()
	u, err := url.Parse(serverURL)
	must(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &swamp{listener: listener, server: u.Host, open: make(chan struct{}), links: map[*sunken]struct{}{}}
	close(s.open)
	s.tasks.Go(s.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		s.dry()
		s.lose()
		s.tasks.Wait()
	})
	u.Host = listener.Addr().String()
	return s, u.String()
}

// flood lets nothing pass any more, not even a new connection.
func (s *swamp) flood() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = make(chan struct{})
}

// dry lets everything pass again, what was held up included.
func (s *swamp) dry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.open:
	default:
		close(s.open)
	}
}

// lose lets nothing pass on the connections there are, for good. As with a firewall
// that has forgotten them, only the server finds out.
func (s *swamp) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.links {
		close(l.lost)
		_ = l.server.Close()
		delete(s.links, l)
	}
}

func (s *swamp) slow(delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = delay
}

func (s *swamp) state() (open <-chan struct{}, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open, s.delay
}

func (s *swamp) accept() {
	for {
		client, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.tasks.Go(func() { s.serve(client) })
	}
}

func (s *swamp) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", s.server)
	if err != nil {
		return
	}
	defer server.Close()
	l := &sunken{client, server, make(chan struct{})}
	s.mu.Lock()
	s.links[l] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.links, l)
	}()
	s.tasks.Go(func() {
		s.carry(client, server, l.lost, true)
		if !isClosed(l.lost) {
			_ = client.Close()
		}
	})
	s.carry(server, client, l.lost, false)
}

// carry passes on what comes until the sender has ended, and what it says after the
// connection is lost to nobody.
func (s *swamp) carry(to, from net.Conn, lost <-chan struct{}, answers bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		open, delay := s.state()
		if answers && delay > 0 && n > 0 {
			select {
			case <-time.After(delay):
			case <-lost:
			}
		}
		select {
		case <-open:
		case <-lost:
		}
		if _, failed := to.Write(buffer[:n]); (failed != nil || err != nil) && !isClosed(lost) {
			return
		}
		if err != nil {
			return
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
