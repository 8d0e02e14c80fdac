package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// step is the part of sending that failed.
type step string

const (
	stepCompose  step = "composing"
	stepConnect  step = "connecting"
	stepTLS      step = "TLS"
	stepGreeting step = "greeting"
	stepHello    step = "EHLO"
	stepStartTLS step = "STARTTLS"
	stepAuth     step = "AUTH"
	stepMail     step = "MAIL"
	stepRcpt     step = "RCPT"
	stepData     step = "DATA"
	stepContent  step = "end of data"
	stepReset    step = "RSET"
)

// Failure is why a mail was not sent. It holds the step and the codes, never the server's words, which may quote the
// recipient's address. It wraps the error of the context when that has ended.
type Failure struct { //nolint:errname // mail.Failure reads better, and is no error of ours
	step     step
	code     int    // of the answer (RFC 5321), 0 when there was none
	enhanced string // "5.1.1" (RFC 3463), "" when the answer had none
	reason   string // in words of ours, when there was no answer
	final    bool   // without an answer: no repetition will help
	cause    error  // of the context, or nil
}

func (f *Failure) Error() string {
	if f.code == 0 {
		return fmt.Sprintf("sending a mail: %s: %s", f.step, f.reason)
	}
	return strings.TrimSpace(fmt.Sprintf("sending a mail: %s answered %d %s", f.step, f.code, f.enhanced))
}

func (f *Failure) Unwrap() error { return f.cause }

// Permanent reports that sending the same mail again is of no use: the server answered 5xx to the recipient or to the
// content. What it refuses earlier concerns our account, our network or the site's sender address and not this mail.
// So do authentication codes (RFC 4954) at any step and a "5.7.x" to RCPT, the usual answer to a relay that may not
// relay. The operator can repair those, and until then no mail must be given up.
func (f *Failure) Permanent() bool {
	switch {
	case f.code == 0:
		return f.final
	case slices.Contains([]int{530, 534, 535, 538}, f.code):
		return false
	case f.step == stepRcpt:
		return f.code >= 500 && !strings.HasPrefix(f.enhanced, "5.7.")
	}
	return f.code >= 500 && (f.step == stepData || f.step == stepContent)
}

// Unavailable reports that the server took nothing, whatever the mail: it was not reached, or did not let us in.
func (f *Failure) Unavailable() bool {
	return slices.Contains([]step{stepConnect, stepTLS, stepGreeting, stepHello, stepStartTLS, stepAuth}, f.step)
}

// NoSuchRecipient reports that the mailbox does not exist, by the enhanced codes that say nothing else (RFC 3463,
// RFC 7505). A bare 550 may also be a policy, and 5.1.2 a domain whose DNS is broken today: those are only permanent.
func (f *Failure) NoSuchRecipient() bool {
	return f.step == stepRcpt && f.Permanent() &&
		slices.Contains([]string{"5.1.1", "5.1.3", "5.1.6", "5.1.10"}, f.enhanced)
}

// endsConnection reports that nothing sensible can follow on the same connection: there was no answer, or one that
// announces the end (421), or one that is no refusal.
func (f *Failure) endsConnection() bool {
	return f.code < 400 || f.code == 421
}

func newFailure(ctx context.Context, s step, err error) *Failure {
	f := &Failure{step: s, cause: ctx.Err()}
	var answer *textproto.Error
	switch {
	case errors.As(err, &answer):
		f.code, f.enhanced = answer.Code, enhancedCode(answer)
	case f.cause != nil:
		f.reason = f.cause.Error()
	default:
		f.reason = reason(err)
	}
	return f
}

// enhancedCode is read whether or not the server announced ENHANCEDSTATUSCODES: many send them all the same.
func enhancedCode(answer *textproto.Error) string {
	code := regexp.MustCompile(`^([245])\.\d{1,3}\.\d{1,3}\b`).FindStringSubmatch(answer.Msg)
	if code == nil || code[1] != strconv.Itoa(answer.Code/100) {
		return ""
	}
	return code[0]
}

// reason describes an error without repeating its text, which may hold a reply, an address or an IP.
func reason(err error) string {
	var (
		lookup  *net.DNSError
		system  syscall.Errno
		host    x509.HostnameError
		issuer  x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		noTLS   tls.RecordHeaderError
		timeout net.Error
	)
	switch {
	case errors.As(err, &lookup):
		return "the host was not found"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &host):
		return "the certificate is for another host"
	case errors.As(err, &issuer):
		return "the certificate is signed by an unknown authority"
	case errors.As(err, &invalid):
		return "the certificate is expired or otherwise invalid"
	case errors.As(err, &noTLS):
		return "the server does not speak TLS here"
	case errors.As(err, &system):
		return system.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "the connection was lost"
	}
	return "failed in an unexpected way"
}
