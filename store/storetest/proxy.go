package storetest

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Verdict is what becomes of a message on its way to the server.
type Verdict int

// The verdicts.
const (
	Pass     Verdict = iota
	Drop             // the connection breaks before the message arrives
	PassLast         // the server carries it out, and the connection breaks before the client hears of it
)

// Watcher judges every message of a client. Kind and body are those of the
// PostgreSQL protocol, but Bind, Execute and Sync get the text of the statement they
// are about, Sync only after an Execute; hangUp breaks the client's side of the
// connection at once. It may wait, and is called for several connections at once.
type Watcher func(kind byte, body string, hangUp func()) Verdict

// proxy passes connections on to PostgreSQL until its watcher says otherwise.
type proxy struct {
	server   string
	listener net.Listener
	watch    Watcher
	running  sync.WaitGroup
}

// Interpose returns the database's URL by way of a proxy, which must end before
// the test does: open stores after it.
func Interpose(t testing.TB, databaseURL string, watch Watcher) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	must(t, err)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{server: u.Host, listener: listener, watch: watch}
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = listener.Close() // ends accept; the stores have ended the connections
		p.running.Wait()
	})
	u.Host = listener.Addr().String()
	return u.String()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server) //nolint:noctx // lives as long as the client's connection
		if err != nil {
			_ = client.Close() // the server is down; it may come back
			continue
		}
		l := &link{client: client, server: server, watch: p.watch}
		p.running.Go(l.answers)
		p.running.Go(l.messages)
	}
}

// link is one connection through the proxy. Its errors are those of two ends
// that come and go, and need no report.
type link struct {
	client, server net.Conn
	watch          Watcher
	mute           atomic.Bool // the client gets no more answers
}

// answers passes on what the server says, until it has said everything.
func (l *link) answers() {
	defer l.client.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := l.server.Read(buffer)
		if n > 0 && !l.mute.Load() {
			_, _ = l.client.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// messages passes on what the client says, after the first message, which alone
// has no kind.
func (l *link) messages() {
	defer l.finish()
	from := bufio.NewReader(l.client)
	kind := make([]byte, 0, 1)
	statements := statements{named: map[string]string{}}
	for {
		header := make([]byte, len(kind)+4)
		if _, err := io.ReadFull(from, header); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(header[len(kind):])-4)
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		if len(kind) > 0 && !l.judge(header[0], statements.about(header[0], string(body))) {
			return
		}
		if _, err := l.server.Write(append(header, body...)); err != nil || l.mute.Load() {
			return
		}
		kind = kind[:1]
	}
}

// judge reports whether the message is passed on.
func (l *link) judge(kind byte, body string) bool {
	switch l.watch(kind, body, func() { _ = l.client.Close() }) {
	case Drop:
		l.mute.Store(true)
		return false
	case PassLast:
		l.mute.Store(true)
	case Pass:
	}
	return true
}

// finish tells the server that nothing follows. It still carries out what it
// got, and then answers ends the client's side too.
func (l *link) finish() {
	if server, ok := l.server.(*net.TCPConn); ok {
		_ = server.CloseWrite()
	}
}

// statements are those that a client has prepared.
type statements struct {
	named           map[string]string
	bound, executed string
}

// about is what a Watcher gets for the body of a message.
func (s *statements) about(kind byte, body string) string {
	switch kind {
	case 'P': // the name, and the text
		name, rest, _ := strings.Cut(body, "\x00")
		s.named[name], _, _ = strings.Cut(rest, "\x00")
	case 'B': // the name of a portal, that of a statement, and arguments
		_, rest, _ := strings.Cut(body, "\x00")
		name, _, _ := strings.Cut(rest, "\x00")
		s.bound = s.named[name]
		return s.bound
	case 'E':
		s.executed = s.bound
		return s.executed
	case 'S':
		executed := s.executed
		s.executed = ""
		return executed
	}
	return body
}
