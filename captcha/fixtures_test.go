package captcha_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/captcha"
	"assent/captcha/captchatest"
	"assent/consent"

	"github.com/google/uuid"
)

const secret = "0x4AAAAAAA-secret"

// desk is a verifier with its provider.
type desk struct {
	*captcha.Verifier
	provider *captchatest.Provider
	log      *logbook
}

// open connects a verifier to a provider that knows the secret. Its patience is far
// beyond what a test takes.
func open(t testing.TB) *desk { return openPatient(t, time.Minute) }

func openPatient(t testing.TB, timeout time.Duration) *desk {
	t.Helper()
	d := &desk{provider: captchatest.Start(t, secret), log: &logbook{}}
	o := captcha.Options{VerifyURL: d.provider.URL, Timeout: timeout}
	d.Verifier = captcha.NewVerifier(plainSeal{}, o, slog.New(slog.NewTextHandler(d.log, nil)))
	return d
}

// plainSeal stands for the encryption, which needs a secret of ours.
type plainSeal struct{}

func seal(site consent.SiteID, secret string) consent.SealedSecret {
	return consent.SealedSecret(site.String() + " " + secret)
}

func (plainSeal) Open(site consent.SiteID, sealed consent.SealedSecret) (string, error) {
	secret, ok := strings.CutPrefix(string(sealed), site.String()+" ")
	if !ok {
		return "", errors.New("sealed for another site")
	}
	return secret, nil
}

// site has a CAPTCHA of the provider, with the secret given.
func site(p consent.CaptchaProvider, secret string) consent.Site {
	id := consent.SiteID{UUID: uuid.UUID{15: 1}}
	return consent.Site{ID: id, Captcha: consent.Captcha{Provider: p, SiteKey: "site-key", Secret: seal(id, secret)}}
}

// shop is a site whose CAPTCHA works.
func shop() consent.Site { return site(consent.Turnstile, secret) }

// logbook keeps what was logged.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take is what was logged since the last time.
func (l *logbook) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}
