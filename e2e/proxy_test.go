package e2e

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy stands between the program and PostgreSQL, whose statements it counts, or
// any other server. It can cut every connection.
type proxy struct {
	pass       func(server io.Writer, client *bufio.Reader) error
	listener   net.Listener
	server     string
	statements atomic.Int64

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]struct{}
	tasks sync.WaitGroup
}

// newProxy returns a proxy for the database and the URL that leads through it.
func newProxy(t *testing.T, databaseURL string) (*proxy, string) {
	t.Helper()
	p := &proxy{}
	p.pass = p.forward
	u := p.open(t, databaseURL)
	query := u.Query()
	query.Set("sslmode", "disable") // the messages must be readable
	u.RawQuery = query.Encode()
	return p, u.String()
}

// newPlainProxy returns a proxy for any server and the URL that leads through it.
func newPlainProxy(t *testing.T, serverURL string) (*proxy, string) {
	t.Helper()
	p := &proxy{pass: func(server io.Writer, client *bufio.Reader) error {
		_, err := io.Copy(server, client)
		return err
	}}
	return p, p.open(t, serverURL).String()
}

func (p *proxy) open(t *testing.T, serverURL string) *url.URL {
	t.Helper()
	u, err := url.Parse(serverURL)
	must(t, err)
	p.listener, err = net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p.server, p.conns = u.Host, map[net.Conn]struct{}{}
	p.tasks.Go(p.accept)
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.setCut(true)
		p.tasks.Wait()
	})
	u.Host = p.listener.Addr().String()
	return u
}

// setCut ends every connection and refuses new ones, until it is set to false.
func (p *proxy) setCut(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	for c := range p.conns {
		if cut {
			_ = c.Close()
		}
	}
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.tasks.Go(func() { p.serve(client) })
	}
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	if !p.keep(client, server) {
		return
	}
	defer p.forget(client, server)
	p.tasks.Go(func() {
		defer client.Close()
		_, _ = io.Copy(client, server) // a broken connection is what the tests want
	})
	_ = p.pass(server, bufio.NewReader(client))
}

// keep remembers the connections of a client; false when it is to be refused.
func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if !p.cut {
			p.conns[c] = struct{}{}
		}
	}
	return !p.cut
}

func (p *proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.conns, c)
	}
}

// forward passes the client's messages on and counts Parse and Query (PostgreSQL,
// "Message Formats"). The first message has no type.
func (p *proxy) forward(server io.Writer, client *bufio.Reader) error {
	if err := forwardBody(server, client, nil); err != nil {
		return err
	}
	for {
		kind, err := client.ReadByte()
		if err != nil {
			return err
		}
		if kind == 'P' || kind == 'Q' {
			p.statements.Add(1)
		}
		if err := forwardBody(server, client, []byte{kind}); err != nil {
			return err
		}
	}
}

// forwardBody passes on a message whose type has been read already.
func forwardBody(server io.Writer, client io.Reader, message []byte) error {
	length := make([]byte, 4)
	if _, err := io.ReadFull(client, length); err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint32(length)) - len(length)
	if size < 0 || size > 1<<24 {
		return errors.New("not the protocol of PostgreSQL")
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(client, body); err != nil {
		return err
	}
	_, err := server.Write(append(append(message, length...), body...))
	return err
}
