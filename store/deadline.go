package store

import (
	"context"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// silence is how long a database may stay silent within a statement before its
// connection is given up. It is less than patience, which leaves time to try again
// on another one.
const silence = 1750 * time.Millisecond

// dialTimeout is how long a connection may take to open.
const dialTimeout = 2 * time.Second

// grace is how long after its context a statement is given up, so that the driver
// comes to ask the server to do so first.
const grace = 100 * time.Millisecond

// deadlineDialer implements pq.DialerContext.
type deadlineDialer struct {
	silence    time.Duration
	fellSilent func() // is told of each connection given up for its silence
}

// dialedKey is under what a context holds the place for the connection it dials.
type dialedKey struct{}

func (d *deadlineDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialTimeout(network, address, dialTimeout)
}

func (d *deadlineDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d *deadlineDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err //nolint:wrapcheck // the driver inspects it
	}
	c := &deadlineConn{Conn: conn, dialer: d}
	c.keepTo(ctx)
	if dialed, ok := ctx.Value(dialedKey{}).(**deadlineConn); ok {
		*dialed = c
	}
	return c, nil
}

// deadlineConn is a connection that nobody waits for longer than they should.
type deadlineConn struct {
	net.Conn
	dialer *deadlineDialer
	until  atomic.Int64 // when whoever uses it stops waiting, in Unix nanoseconds; 0: no such time
}

// keepTo makes what follows end with the context.
func (c *deadlineConn) keepTo(ctx context.Context) {
	var until int64
	if deadline, ok := ctx.Deadline(); ok {
		until = deadline.Add(grace).UnixNano()
	}
	c.until.Store(until)
}

func (c *deadlineConn) Read(b []byte) (int, error) {
	return c.within(c.SetReadDeadline, c.Conn.Read, b)
}

func (c *deadlineConn) Write(b []byte) (int, error) {
	return c.within(c.SetWriteDeadline, c.Conn.Write, b)
}

// within closes the connection when time is up: what answer may still come must
// not be taken for that to something else.
func (c *deadlineConn) within(limit func(time.Time) error, transfer func([]byte) (int, error), b []byte) (int, error) {
	start := time.Now()
	deadline := start.Add(c.dialer.silence)
	if until := c.until.Load(); until != 0 && until < deadline.UnixNano() {
		deadline = time.Unix(0, until)
	}
	if err := limit(deadline); err != nil {
		return 0, err
	}
	n, err := transfer(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		_ = c.Close() // the lack of time is the error to report
		if time.Since(start) >= c.dialer.silence {
			c.dialer.fellSilent()
		}
	}
	return n, err
}
