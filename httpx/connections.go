package httpx

import (
	"net"
	"net/netip"
	"sync"
)

// LimitClients lets one client hold at most limit connections, an IPv6 client being its /64 network, so that nobody can
// take all there are by holding on to them. More are closed at once. Those of trusted proxies, which bring many clients,
// are not counted.
func LimitClients(l net.Listener, limit int, trusted []netip.Prefix) net.Listener {
	return &clientListener{Listener: l, limit: limit, trusted: trusted, open: map[netip.Prefix]int{}}
}

type clientListener struct {
	net.Listener
	limit   int
	trusted []netip.Prefix

	mu   sync.Mutex
	open map[netip.Prefix]int
}

// Accept implements net.Listener.
func (l *clientListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr, ok := parseHop(conn.RemoteAddr().String())
		if !ok || contains(l.trusted, addr) { // not ok: a Unix socket
			return conn, nil
		}
		client := clientNetwork(addr)
		if l.take(client) {
			return &clientConn{Conn: conn, release: sync.OnceFunc(func() { l.release(client) })}, nil
		}
		_ = conn.Close()
	}
}

func clientNetwork(addr netip.Addr) netip.Prefix {
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	return netip.PrefixFrom(addr, bits).Masked()
}

func (l *clientListener) take(client netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[client] >= l.limit {
		return false
	}
	l.open[client]++
	return true
}

func (l *clientListener) release(client netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[client]--; l.open[client] == 0 {
		delete(l.open, client)
	}
}

// clientConn is a connection that counts until it is closed.
type clientConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *clientConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
