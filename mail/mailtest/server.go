package mailtest

import (
	"context"
	"crypto/x509"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Encryption says how a server speaks TLS.
type Encryption int

// The kinds of encryption.
const (
	None     Encryption = iota
	STARTTLS            // offered after EHLO
	Implicit            // from the first byte
)

// Options describe a server. The zero value speaks plain SMTP to anyone.
type Options struct {
	Encryption     Encryption
	User, Password string // with a user, MAIL needs AUTH PLAIN
	UTF8           bool   // offers SMTPUTF8
}

// Server is safe for concurrent use.
type Server struct {
	tb          testing.TB
	options     Options
	address     string
	certificate *certificate // nil without encryption
	arrived     chan struct{}

	mu          sync.Mutex
	hooks       map[Step]Hook
	received    []received
	taken       int
	connections int
	stop        func() // nil when down
}

// NewServer starts a server on a port of its own. It stops at the end of the test.
func NewServer(tb testing.TB, options Options) *Server {
	tb.Helper()
	s := &Server{tb: tb, options: options, hooks: map[Step]Hook{}, arrived: make(chan struct{}, 1)}
	if options.Encryption != None {
		s.certificate = newCertificate(tb)
	}
	listener := s.listenAt("127.0.0.1:0")
	s.address = listener.Addr().String()
	s.serve(listener)
	tb.Cleanup(s.Stop)
	return s
}

// URL is what SMTP_URL would say.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: s.address}
	if s.options.Encryption == Implicit {
		u.Scheme = "smtps"
	}
	if s.options.User != "" {
		u.User = url.UserPassword(s.options.User, s.options.Password)
	}
	return u.String()
}

// Pool holds the certificate of a server with encryption.
func (s *Server) Pool() *x509.CertPool { return s.certificate.pool() }

// PEM is the certificate of a server with encryption, fit for the file that SSL_CERT_FILE names.
func (s *Server) PEM() []byte { return s.certificate.pem }

// Connections counts the connections ever accepted.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// Start brings the server up, after Stop on the same address with what it had received.
func (s *Server) Start() {
	s.tb.Helper()
	s.serve(s.listenAt(s.address))
}

func (s *Server) listenAt(address string) net.Listener {
	s.tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		s.tb.Fatalf("starting a mail server: %v", err)
	}
	return listener
}

func (s *Server) serve(listener net.Listener) {
	server := s.newSMTP()
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(s.wired(listener)) // ends with an error of no interest when stopped
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop = func() {
		listener.Close()
		server.Close()
		<-served
	}
}

// Stop ends all connections and refuses new ones.
func (s *Server) Stop() {
	s.mu.Lock()
	stop := s.stop
	s.stop = nil
	s.mu.Unlock()
	if stop != nil {
		stop()
	}
}

func (s *Server) newSMTP() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(s.newSession))
	server.Domain = "localhost"
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = s.options.UTF8
	server.ErrorLog = silence{}
	if s.options.Encryption == STARTTLS {
		server.TLSConfig = s.certificate.config()
	}
	return server
}

// silence is for complaints about broken connections, which are what tests ask for.
type silence struct{}

func (silence) Printf(string, ...any) {}
func (silence) Println(...any)        {}

// Next waits for the next mail accepted and fails the test when none comes within 10 seconds.
func (s *Server) Next() Mail {
	s.tb.Helper()
	late := time.After(10 * time.Second)
	for {
		if mail, ok := s.next(); ok {
			return s.read(mail)
		}
		select {
		case <-s.arrived:
		case <-late:
			s.tb.Fatal("no mail arrived within 10 seconds")
		}
	}
}

func (s *Server) next() (received, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == len(s.received) {
		return received{}, false
	}
	s.taken++
	return s.received[s.taken-1], true
}

// Mails returns all mail accepted so far.
func (s *Server) Mails() []Mail {
	s.tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var mails []Mail
	for _, mail := range s.received {
		mails = append(mails, s.read(mail))
	}
	return mails
}

func (s *Server) accept(mail received) {
	s.mu.Lock()
	s.received = append(s.received, mail)
	s.mu.Unlock()
	select {
	case s.arrived <- struct{}{}:
	default: // Next already knows
	}
}
