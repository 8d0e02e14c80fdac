package mailtest

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/emersion/go-smtp"
)

// wired counts connections and adds the steps that go-smtp has no call for.
func (s *Server) wired(l net.Listener) net.Listener {
	l = &listener{Listener: l, server: s}
	if s.options.Encryption == Implicit {
		return tls.NewListener(l, s.certificate.config())
	}
	return l
}

type listener struct {
	net.Listener
	server *Server
}

func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.connections++
	return &wire{Conn: conn, server: l.server}, nil
}

// wire sits below TLS, where it can tell the greeting by being first, but the go-ahead for DATA only in clear.
type wire struct {
	net.Conn
	server  *Server
	greeted bool
	refused bool // at DATA: go-smtp believes that a message follows
	ended   bool // and has been told that it was empty
}

func (w *wire) Write(b []byte) (int, error) {
	switch {
	case !w.greeted:
		w.greeted = true
		if err := w.server.at(Greeting, ""); err != nil {
			defer w.Close()
			return w.refuse(b, err)
		}
	case bytes.HasPrefix(b, []byte("354 ")):
		if err := w.server.at(Data, ""); err != nil {
			w.refused, w.ended = true, false
			return w.refuse(b, err)
		}
	case w.refused:
		w.refused = false
		return len(b), nil // the answer to the empty message
	}
	return w.Conn.Write(b)
}

func (w *wire) Read(b []byte) (int, error) {
	if w.refused && !w.ended {
		w.ended = true
		return copy(b, ".\r\n"), nil
	}
	return w.Conn.Read(b)
}

// refuse writes an error in place of b.
func (w *wire) refuse(b []byte, err error) (int, error) {
	var answer *smtp.SMTPError
	if !errors.As(err, &answer) {
		return 0, w.Close()
	}
	code := ""
	if e := answer.EnhancedCode; e != smtp.NoEnhancedCode {
		code = fmt.Sprintf("%d.%d.%d ", e[0], e[1], e[2])
	}
	_, err = fmt.Fprintf(w.Conn, "%d %s%s\r\n", answer.Code, code, answer.Message)
	return len(b), err
}
