package store

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// newWire is a connection to a server that is silent, and tells how often it was
// given up for that.
func newWire(t *testing.T) (wire *deadlineConn, server net.Conn, fellSilent *int) {
	client, server := net.Pipe()
	t.Cleanup(func() { _, _ = client.Close(), server.Close() }) // either may have been closed
	fellSilent = new(int)
	dialer := &deadlineDialer{silence: time.Minute, fellSilent: func() { *fellSilent++ }}
	return &deadlineConn{Conn: client, dialer: dialer}, server, fellSilent
}

func TestASilentConnectionIsGivenUp(t *testing.T) {
	for name, transfer := range map[string]func(net.Conn) (int, error){
		"one that says nothing":  func(c net.Conn) (int, error) { return c.Read(make([]byte, 1)) },
		"one that takes nothing": func(c net.Conn) (int, error) { return c.Write([]byte{1}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire, server, fellSilent := newWire(t)
				start := time.Now()
				_, err := transfer(wire)
				if took := time.Since(start); took != time.Minute || !errors.Is(err, os.ErrDeadlineExceeded) || *fellSilent != 1 {
					t.Errorf("after %v: %v, told %d times", took, err, *fellSilent)
				}
				if _, err := server.Write([]byte{1}); err == nil {
					t.Error("what comes too late is still read")
				}
			})
		})
	}
}

func TestAConnectionIsGivenUpSoonAfterItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire, _, fellSilent := newWire(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wire.keepTo(ctx)
		start := time.Now()
		_, err := wire.Read(make([]byte, 1))
		if took := time.Since(start); took != time.Second+grace || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("after %v: %v", took, err)
		}
		if *fellSilent != 0 {
			t.Error("nobody waited for long, so others must not suffer")
		}
	})
}

func TestAContextCountsForItsOwnStatements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire, server, _ := newWire(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wire.keepTo(ctx)
		wire.keepTo(t.Context())
		go func() {
			<-time.After(30 * time.Second)
			_, _ = server.Write([]byte{1}) // the reader tells
		}()
		if _, err := wire.Read(make([]byte, 1)); err != nil {
			t.Error(err)
		}
	})
}

// farewell is a driver's connection that says goodbye to the server, as PostgreSQL
// wants it.
type farewell struct {
	driverConn
	wire *deadlineConn
}

func (f farewell) Close() error {
	_, err := f.wire.Write([]byte{'X'})
	return errors.Join(err, f.wire.Close())
}

func TestAnIdleConnectionIsClosedWithoutAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire, server, _ := newWire(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wire.keepTo(ctx)
		<-time.After(time.Hour)
		heard := make(chan byte, 1)
		go func() {
			b := make([]byte, 1)
			_, _ = server.Read(b) // what is missing is told below
			heard <- b[0]
		}()
		if err := (&boundConn{driverConn: farewell{wire: wire}, wire: wire}).Close(); err != nil {
			t.Error(err)
		}
		if b := <-heard; b != 'X' {
			t.Errorf("the server heard %q", b)
		}
	})
}
