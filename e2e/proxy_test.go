package e2e

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy stands between the program and PostgreSQL, whose statements and refusals
// it counts, or any other server. It can cut every connection.
type proxy struct {
	pass       func(server io.Writer, client *bufio.Reader) error
	reply      func(client io.Writer, server *bufio.Reader) error
	listener   net.Listener
	server     string
	statements atomic.Int64

	mu    sync.Mutex
	codes map[string]int // how often the server refused something, by severity and SQLSTATE
	cut   bool
	conns map[net.Conn]struct{}
	tasks sync.WaitGroup
}

// newProxy returns a proxy for the database and the URL that leads through it.
func newProxy(t *testing.T, databaseURL string) (*proxy, string) {
	t.Helper()
	p := &proxy{codes: map[string]int{}}
	p.pass, p.reply = p.forward, p.forwardReplies
	u := p.open(t, databaseURL)
	query := u.Query()
	query.Set("sslmode", "disable") // the messages must be readable
	u.RawQuery = query.Encode()
	return p, u.String()
}

// newPlainProxy returns a proxy for any server and the URL that leads through it.
func newPlainProxy(t *testing.T, serverURL string) (*proxy, string) {
	t.Helper()
	plain := func(to io.Writer, from *bufio.Reader) error {
		_, err := io.Copy(to, from)
		return err
	}
	p := &proxy{pass: plain, reply: plain}
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
		_ = p.reply(client, bufio.NewReader(server)) // a broken connection is what the tests want
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

// forward passes the client's messages on and counts Execute and Query (PostgreSQL,
// "Message Formats"). The first message has no type.
func (p *proxy) forward(server io.Writer, client *bufio.Reader) error {
	first, err := readBody(client)
	if err != nil {
		return err
	}
	if _, err := server.Write(first); err != nil {
		return err
	}
	return forwardAll(server, client, func(kind byte, _ []byte) {
		if kind == 'E' || kind == 'Q' {
			p.statements.Add(1)
		}
	})
}

// forwardReplies passes the server's messages on and counts ErrorResponse.
func (p *proxy) forwardReplies(client io.Writer, server *bufio.Reader) error {
	return forwardAll(client, server, func(kind byte, body []byte) {
		if kind != 'E' {
			return
		}
		severity, rest, _ := bytes.Cut(body[1:], []byte{0})
		_, code, _ := bytes.Cut(rest, []byte("C"))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.codes[fmt.Sprintf("%s %.5s", severity, code)]++
	})
}

// refusals is how often the server refused something, by severity and SQLSTATE.
func (p *proxy) refusals() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.codes)
}

// forwardAll passes messages on, as many at a time as have come.
func forwardAll(to io.Writer, from *bufio.Reader, see func(kind byte, body []byte)) error {
	out := bufio.NewWriter(to)
	for {
		kind, err := from.ReadByte()
		if err != nil {
			return err
		}
		body, err := readBody(from)
		if err != nil {
			return err
		}
		see(kind, body[4:])
		_, _ = out.Write(append([]byte{kind}, body...)) // flushing tells
		if from.Buffered() > 0 {
			continue
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// readBody reads what follows the type of a message: the length, then the rest.
func readBody(from io.Reader) ([]byte, error) {
	length := make([]byte, 4)
	if _, err := io.ReadFull(from, length); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint32(length))
	if size < len(length) || size > 1<<24 {
		return nil, errors.New("not the protocol of PostgreSQL")
	}
	body := make([]byte, size)
	_, err := io.ReadFull(from, body[copy(body, length):])
	return body, err
}
