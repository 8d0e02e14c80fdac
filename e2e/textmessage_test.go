package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"assent/mail/mailtest"
	"assent/store/storetest"
)

// textProvider takes text messages as Twilio does.
type textProvider struct {
	*httptest.Server
	texts   chan url.Values
	waiting atomic.Pointer[chan struct{}] // closed when answers may be given; nil: at once
}

func newTextProvider(t *testing.T) *textProvider {
	t.Helper()
	p := &textProvider{texts: make(chan url.Values, 100)}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		body, err := io.ReadAll(r.Body)
		form, parseErr := url.ParseQuery(string(body))
		if err != nil || parseErr != nil || user != "account" || password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		p.texts <- form
		if hold := p.waiting.Load(); hold != nil {
			<-*hold
		}
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(p.Close)
	return p
}

// url is what SMS_URL would say.
func (p *textProvider) url() string {
	return strings.Replace(p.URL, "http://", "http://account:secret@", 1) + "/texts?from=Shop"
}

func (p *textProvider) next(t *testing.T) letter {
	t.Helper()
	select {
	case form := <-p.texts:
		if form.Get("From") != "Shop" {
			t.Errorf("it comes from %q", form.Get("From"))
		}
		return letter{To: form.Get("To"), Text: form.Get("Body")}
	case <-time.After(10 * time.Second):
		t.Fatal("no text message arrived within 10 seconds")
		return letter{}
	}
}

// TestTextMessageStory is the story of a number.
func TestTextMessageStory(t *testing.T) {
	t.Parallel()
	provider := newTextProvider(t)
	s := openProduction(t, storetest.Postgres(t), "SMS_URL="+provider.url())
	defer s.close(t)
	phone := s.phone()
	visitor := s.visitor(t).at(double)
	customer := s.customer(t, claims{"sub": "c-1", "phone_number": phone}).at(double)
	visitor.does(signUp("SMS", phone), "REQUIRES_VERIFICATION", requested("SMS"))
	text := provider.next(t)
	if text.To != phone {
		t.Errorf("it goes to %s", text.To)
	}
	confirming := text.link(t, confirmPage)
	visitor.opens(confirming).shows(t, http.StatusOK, "<button")
	visitor.presses(confirming).shows(t, http.StatusOK, "Sign-up confirmed")
	customer.sees(`{ customer { marketingPreferences(type: SMS) } }`, `{"customer":{"marketingPreferences":true}}`)
	leaving := text.link(t, unsubscribePage)
	visitor.opens(leaving).shows(t, http.StatusOK, "<button")
	visitor.presses(leaving).shows(t, http.StatusOK, "<h1")
	customer.sees(`{ customer { marketingPreferences(type: SMS) } }`, `{"customer":{"marketingPreferences":false}}`)
}

// TestStoppingStopsEveryChannelAtOnce: while one channel finishes a message that
// takes long, the others begin no new ones, and nobody gets a text twice.
func TestStoppingStopsEveryChannelAtOnce(t *testing.T) {
	t.Parallel()
	const people, lanes = 12, 4
	provider, server := newTextProvider(t), mailtest.NewServer(t, mailtest.Options{})
	s := openProduction(t, storetest.SQLite(t), "SMS_URL="+provider.url(), "SMTP_URL="+server.URL())
	defer s.close(t)
	reached, release := server.Stall(mailtest.Content)
	answers := make(chan struct{})
	provider.waiting.Store(&answers)
	s.visitor(t).at(double).does(signUp("EMAIL", s.email("ada")), "REQUIRES_VERIFICATION", requested("EMAIL"))
	<-reached
	seen := map[string]int{}
	for range people {
		s.visitor(t).at(double).does(signUp("SMS", s.phone()), "REQUIRES_VERIFICATION", requested("SMS"))
	}
	seen[provider.next(t).To]++

	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	if s.log.waitFor(regexp.MustCompile(`msg"?[=:]"?stopping`)) == "" {
		t.Fatal("it does not stop")
	}
	provider.waiting.Store(nil)
	close(answers)
	<-s.exited
	if status := s.cmd.ProcessState.ExitCode(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	for len(provider.texts) > 0 {
		seen[provider.next(t).To]++
	}
	if len(seen) > lanes {
		t.Errorf("%d texts were sent, at most %d can have been under way", len(seen), lanes)
	}
	server.On(mailtest.Content, nil)
	release()
	s.leaseEnds(t)
	s.revive(t)
	s.becomes(t, "13 SENT")
	for len(provider.texts) > 0 {
		seen[provider.next(t).To]++
	}
	for _, times := range seen {
		if times != 1 {
			t.Errorf("somebody gets %d texts", times)
		}
	}
	if len(seen) != people {
		t.Errorf("%d people get a text, want %d", len(seen), people)
	}
}
