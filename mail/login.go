package mail

import (
	"context"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// authenticate logs in by the best mechanism on offer.
func (c *connection) authenticate(ctx context.Context, s Server) error {
	if s.login == nil {
		return nil
	}
	mechanism := c.mechanism(s)
	if mechanism == nil {
		return &Failure{step: stepAuth, reason: "the server offers no known way to log in"}
	}
	return c.do(ctx, stepAuth, func() error { return c.client.Auth(mechanism) })
}

// mechanism has the order of go-mail without NTLM, which needs more than a user and a password.
func (c *connection) mechanism(s Server) smtp.Auth {
	user, password := s.login()
	state, err := c.client.GetTLSConnectionState()
	encrypted := err == nil
	// Where TLS was asked for, the last two refuse to work without it.
	inClear := s.encryption == unencrypted || s.encryption == opportunistic
	_, offered := c.client.Extension("AUTH")
	for _, m := range []struct {
		name   string
		usable bool
		auth   smtp.Auth
	}{
		{"SCRAM-SHA-256-PLUS", encrypted, smtp.ScramSHA256PlusAuth(user, password, state)},
		{"SCRAM-SHA-256", true, smtp.ScramSHA256Auth(user, password)},
		{"SCRAM-SHA-1-PLUS", encrypted, smtp.ScramSHA1PlusAuth(user, password, state)},
		{"SCRAM-SHA-1", true, smtp.ScramSHA1Auth(user, password)},
		{"CRAM-MD5", true, smtp.CRAMMD5Auth(user, password)},
		{"PLAIN", true, smtp.PlainAuth("", user, password, s.host, inClear)},
		{"LOGIN", true, smtp.LoginAuth(user, password, s.host, inClear)},
	} {
		if m.usable && slices.Contains(strings.Fields(offered), m.name) {
			return m.auth
		}
	}
	return nil
}
