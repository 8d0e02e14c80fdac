package mailtest

import (
	"bytes"
	"errors"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one client's; go-smtp calls it from one goroutine.
type session struct {
	server   *Server
	conn     *smtp.Conn
	loggedIn bool
	mail     received
}

func (s *Server) newSession(conn *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: conn}, nil
}

func (s *session) Reset() { s.mail = received{} }

func (s *session) Logout() error {
	_ = s.server.at(Closed, "")
	return nil
}

func (s *session) AuthMechanisms() []string {
	if s.server.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := s.at(Auth, user); err != nil {
			return err
		}
		if user != s.server.options.User || password != s.server.options.Password {
			return smtp.ErrAuthFailed
		}
		s.loggedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, options *smtp.MailOptions) error {
	if s.server.options.User != "" && !s.loggedIn {
		return smtp.ErrAuthRequired
	}
	if s.mail.from != "" { // go-smtp would let it pass
		return &smtp.SMTPError{Code: 503, EnhancedCode: smtp.EnhancedCode{5, 5, 1}, Message: "nested MAIL"}
	}
	if err := s.at(From, from); err != nil {
		return err
	}
	s.mail.from, s.mail.utf8 = from, options.UTF8
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = append(s.mail.to, to)
	return s.at(To, to)
}

func (s *session) Data(r io.Reader) error {
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(r); err != nil {
		return err
	}
	if raw.Len() == 0 {
		return nil // refused at DATA, see wire
	}
	if err := s.at(Content, ""); err != nil {
		return err
	}
	s.mail.raw = raw.Bytes()
	s.server.accept(s.mail)
	return nil
}

func (s *session) at(step Step, argument string) error {
	err := s.server.at(step, argument)
	if errors.Is(err, errDrop) {
		s.conn.Conn().Close()
	}
	return err
}
