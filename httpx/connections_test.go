package httpx

import (
	"io"
	"net"
	"net/netip"
	"testing"
)

// queue is a listener that accepts the connections put into it.
type queue struct {
	net.Listener
	waiting []net.Conn
}

func (q *queue) Accept() (net.Conn, error) {
	if len(q.waiting) == 0 {
		return nil, net.ErrClosed
	}
	next := q.waiting[0]
	q.waiting = q.waiting[1:]
	return next, nil
}

// remote is a connection from an address.
type remote struct {
	net.Conn
	from   net.Addr
	closed bool
}

func (r *remote) RemoteAddr() net.Addr { return r.from }

func (r *remote) Close() error {
	r.closed = true
	return nil
}

func from(t *testing.T, address string) *remote {
	t.Helper()
	addr, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return &remote{from: addr}
}

func TestAClientHoldsAtMostItsShareOfConnections(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, addresses := range map[string]struct {
		first, second string
		refused       bool
	}{
		"one address":                     {"192.0.2.1:1000", "192.0.2.1:1001", true},
		"two addresses":                   {"192.0.2.1:1000", "192.0.2.2:1000", false},
		"one IPv6 subscriber":             {"[2001:db8::1]:1000", "[2001:db8::2]:1000", true},
		"two IPv6 subscribers":            {"[2001:db8:0:1::1]:1000", "[2001:db8:0:2::1]:1000", false},
		"an address and its mapped form":  {"192.0.2.1:1000", "[::ffff:192.0.2.1]:1001", true},
		"a proxy that brings many":        {"10.0.0.1:1000", "10.0.0.1:1001", false},
		"what is beside the proxy's nets": {"11.0.0.1:1000", "11.0.0.1:1001", true},
	} {
		t.Run(name, func(t *testing.T) {
			first, second := from(t, addresses.first), from(t, addresses.second)
			l := LimitClients(&queue{waiting: []net.Conn{first, second}}, 1, trusted)
			if _, err := l.Accept(); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Accept(); (err != nil) != addresses.refused || second.closed != addresses.refused {
				t.Errorf("the second is closed: %t (%v), want %t", second.closed, err, addresses.refused)
			}
		})
	}
}

func TestAConnectionThatEndsMakesRoomOnce(t *testing.T) {
	q := &queue{waiting: []net.Conn{from(t, "192.0.2.1:1"), from(t, "192.0.2.1:2")}}
	l := LimitClients(q, 2, nil)
	first, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Accept(); err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	_ = first.Close() // the server does
	third, fourth := from(t, "192.0.2.1:3"), from(t, "192.0.2.1:4")
	q.waiting = []net.Conn{third, fourth}
	if _, err := l.Accept(); err != nil || third.closed {
		t.Errorf("there is no room for a third: %v", err)
	}
	if _, err := l.Accept(); err == nil || !fourth.closed {
		t.Error("there is room for a fourth")
	}
}

func TestConnectionsWithoutAnAddressAreNotCounted(t *testing.T) {
	sockets := []net.Conn{&remote{from: &net.UnixAddr{Name: "@", Net: "unix"}}, &remote{from: &net.UnixAddr{Name: "@", Net: "unix"}}}
	l := LimitClients(&queue{waiting: sockets}, 1, nil)
	for range sockets {
		if _, err := l.Accept(); err != nil {
			t.Error(err)
		}
	}
}

// A real connection must stay one: the server sets deadlines on it.
func TestWhatIsAcceptedWorks(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := LimitClients(tcp, 1, nil)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		if conn, err := l.Accept(); err == nil {
			_, _ = io.WriteString(conn, "hello")
			_ = conn.Close()
		}
	}()
	conn, err := net.Dial("tcp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(conn); err != nil || string(got) != "hello" {
		t.Errorf("got %q, %v", got, err)
	}
}
