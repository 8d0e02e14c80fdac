package store

import (
	"context"
	"net"
	"time"
)

// silence is how long a database may stay silent within a statement before its
// connection is given up: a context alone does not unblock a dead connection.
const silence = 5 * time.Second

// dialTimeout is how long a connection may take to open.
const dialTimeout = 5 * time.Second

// deadlineDialer implements pq.DialerContext.
type deadlineDialer struct{ silence time.Duration }

func (d deadlineDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialTimeout(network, address, dialTimeout)
}

func (d deadlineDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d deadlineDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err //nolint:wrapcheck // the driver inspects it
	}
	return deadlineConn{c, d.silence}, nil
}

type deadlineConn struct {
	net.Conn
	silence time.Duration
}

func (c deadlineConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}
