package mail

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"syscall"
	"testing"

	"assent/mail/mailtest"
)

func TestAnAnswerIsTemporaryPermanentOrSaysThatNobodyIsThere(t *testing.T) {
	const temporary, permanent, nobody = "temporary", "permanent", "nobody"
	for _, test := range []struct {
		step     mailtest.Step
		code     int
		enhanced string
		want     string
	}{
		{mailtest.Greeting, 421, "", temporary},
		{mailtest.Greeting, 554, "5.7.1", temporary},
		{mailtest.From, 451, "4.3.0", temporary},
		{mailtest.From, 530, "5.7.0", temporary},
		{mailtest.From, 550, "5.7.1", temporary},
		{mailtest.From, 553, "5.1.8", temporary}, // the site's sender address
		{mailtest.From, 550, "5.1.1", temporary}, // of the sender, not of the recipient
		{mailtest.To, 450, "4.1.1", temporary},
		{mailtest.To, 452, "4.2.2", temporary},
		{mailtest.To, 550, "5.1.1", nobody},
		{mailtest.To, 553, "5.1.3", nobody},
		{mailtest.To, 551, "5.1.6", nobody},
		{mailtest.To, 556, "5.1.10", nobody},
		{mailtest.To, 550, "5.1.2", permanent},
		{mailtest.To, 550, "5.1.11", permanent},
		{mailtest.To, 552, "5.2.2", permanent},
		{mailtest.To, 550, "", permanent},
		{mailtest.To, 553, "", permanent},
		{mailtest.To, 450, "5.1.1", temporary}, // codes that contradict each other
		{mailtest.To, 550, "4.1.1", permanent},
		{mailtest.To, 550, "5.7.1", temporary}, // may not relay
		{mailtest.To, 530, "5.7.0", temporary},
		{mailtest.To, 535, "", temporary},
		{mailtest.Data, 451, "", temporary},
		{mailtest.Data, 554, "5.5.1", permanent},
		{mailtest.Data, 538, "5.7.11", temporary},
		{mailtest.Content, 451, "4.7.1", temporary},
		{mailtest.Content, 552, "5.3.4", permanent},
		{mailtest.Content, 554, "5.7.1", permanent}, // the content
		{mailtest.Content, 550, "5.1.1", permanent},
	} {
		t.Run(fmt.Sprintf("%d %s to %s", test.code, test.enhanced, test.step), func(t *testing.T) {
			server := mailtest.NewServer(t, mailtest.Options{})
			server.On(test.step, mailtest.Answer(test.code, test.enhanced))
			f := failureOf(t, senderTo(t, server, Options{}), confirmation(t))
			if early := test.step == mailtest.Greeting; f.Unavailable() != early {
				t.Errorf("unavailable: %t, want %t", !early, early)
			}
			got := temporary
			if f.Permanent() {
				got = permanent
			}
			if f.NoSuchRecipient() {
				got = nobody
			}
			if got != test.want {
				t.Errorf("%v is %s, want %s", f, got, test.want)
			}
			if !strings.Contains(f.Error(), fmt.Sprint(test.code)) {
				t.Errorf("%q does not hold the code", f)
			}
		})
	}
}

func TestAHostThatDoesNotExistIsTemporary(t *testing.T) {
	f := failureOf(t, senderAt(t, "smtp://nowhere.invalid", Options{}), confirmation(t))
	if f.Permanent() {
		t.Errorf("%v is taken as permanent", f)
	}
}

func TestAReasonSaysWhatToRepairAndNoMore(t *testing.T) {
	for want, err := range map[string]error{
		"the host was not found":                            &net.DNSError{Name: "tabu", IsNotFound: true},
		"the certificate is for another host":               x509.HostnameError{Host: "tabu", Certificate: &x509.Certificate{}},
		"the certificate is expired or otherwise invalid":   x509.CertificateInvalidError{Reason: x509.Expired, Detail: "tabu"},
		"the certificate is signed by an unknown authority": x509.UnknownAuthorityError{},
		"connection refused":                                &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"the connection was lost":                           net.ErrClosed,
		"failed in an unexpected way":                       errors.New("tabu"),
	} {
		if got := reason(fmt.Errorf("tabu: %w", err)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzEnhancedCode(f *testing.F) {
	f.Add(550, "5.1.1 no such user")
	f.Add(550, "5.1.1000")
	f.Add(-1, "-.1.1")
	f.Fuzz(func(t *testing.T, code int, text string) {
		enhanced := enhancedCode(&textproto.Error{Code: code, Msg: text})
		if len(enhanced) > len("5.999.999") || !strings.HasPrefix(text, enhanced) || strings.Trim(enhanced, "0123456789.") != "" {
			t.Errorf("%d %q holds the code %q", code, text, enhanced)
		}
	})
}
