package outbox

import (
	"context"
	"errors"

	"assent/consent"
	"assent/mail"
	"assent/sms"
)

// Sender hands a letter over to be delivered. It returns nil when it was taken.
// Errors hold no address and nothing that a server said.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

// SenderFunc is a Sender that is one function.
type SenderFunc func(ctx context.Context, l Letter) error

// Send calls f.
func (f SenderFunc) Send(ctx context.Context, l Letter) error { return f(ctx, l) }

// Mail sends letters as mail.
func Mail(s *mail.Sender) Sender {
	return SenderFunc(func(ctx context.Context, l Letter) error {
		return s.Send(ctx, mail.Rendered{Subject: l.Subject, Text: l.Text, HTML: l.HTML, Headers: l.Headers})
	})
}

// Text sends letters as text messages.
func Text(s *sms.Sender) Sender {
	return SenderFunc(func(ctx context.Context, l Letter) error { return s.Send(ctx, l.ID, l.To, l.Text) })
}

// Keep sends nothing: the letters stay where the development inbox finds them.
func Keep() Sender {
	return SenderFunc(func(context.Context, Letter) error { return nil })
}

// refused reports whether an error says that trying again is of no use. Every
// other error may pass.
func refused(err error) bool {
	var r interface{ Permanent() bool }
	return errors.As(err, &r) && r.Permanent()
}

// unavailable reports whether an error is about the server or the provider, and
// would have met any other message too.
func unavailable(err error) bool {
	var u interface{ Unavailable() bool }
	return errors.As(err, &u) && u.Unavailable()
}

// unreachable tells why an address is not to be written to any more; empty when
// the error does not say so.
func unreachable(err error) consent.Reason {
	var nobody interface{ NoSuchRecipient() bool }
	if errors.As(err, &nobody) && nobody.NoSuchRecipient() {
		return consent.Bounced
	}
	var stopped interface{ OptedOut() bool }
	if errors.As(err, &stopped) && stopped.OptedOut() {
		return consent.OptedOut
	}
	return ""
}
