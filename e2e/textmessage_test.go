package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"assent/store/storetest"
)

// textProvider takes text messages as Twilio does.
type textProvider struct {
	*httptest.Server
	texts chan url.Values
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
