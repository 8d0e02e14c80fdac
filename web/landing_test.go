package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"assent/consent"
)

func TestEachPageAsksDoesAndRemembers(t *testing.T) {
	tests := []struct{ page, ask, done, already string }{
		{"confirm", "Please confirm your sign-up", "Sign-up confirmed", "Sign-up already confirmed"},
		{"reject", "Wasn’t that you?", "Request cancelled", "Request already cancelled"},
		{"unsubscribe", "Do you want to unsubscribe?", "You are unsubscribed", "You are already unsubscribed"},
	}
	for _, tt := range tests {
		for _, channel := range []consent.Channel{consent.Email, consent.SMS} {
			t.Run(tt.page+" "+string(channel), func(t *testing.T) {
				d := openLanding(t)
				target := d.signUp(t, channel).named(tt.page)
				ask := d.get(target)
				d.want(t, ask, http.StatusOK, tt.ask)
				if !hasButton(ask) {
					t.Error("there is no button to press")
				}
				d.want(t, d.press(t, target), http.StatusOK, tt.done)
				already := d.get(target)
				d.want(t, already, http.StatusOK, tt.already)
				if hasButton(already) {
					t.Error("what is done can be done again")
				}
				before := len(d.store.changes)
				d.want(t, d.send(http.MethodPost, target, ""), http.StatusOK, tt.already) // from a tab opened before
				if len(d.store.changes) != before {
					t.Error("what was done is done again")
				}
			})
		}
	}
}

func TestPressingTheButtonOfEachPageTakesEffect(t *testing.T) {
	for _, page := range landingPages() {
		t.Run(page, func(t *testing.T) {
			d := openLanding(t)
			links := d.signUp(t, consent.Email)
			if page == "unsubscribe" {
				d.press(t, links.confirm)
			}
			if w := d.press(t, links.named(page)); w.Code != http.StatusOK {
				t.Fatalf("got %d", w.Code)
			}
			granted := d.store.states[d.store.last().Contact.ID].Has(d.site.ID, consent.Email.Purpose())
			if granted != (page == "confirm") {
				t.Errorf("granted is %t", granted)
			}
			if suppressed := d.store.last().Contact.Suppression.Reason; (suppressed == consent.Rejected) != (page == "reject") {
				t.Errorf("suppressed is %q", suppressed)
			}
		})
	}
}

func TestToLookChangesNothing(t *testing.T) {
	for _, page := range landingPages() {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			d := openLanding(t)
			target := d.signUp(t, consent.Email).named(page)
			before := d.store.written()
			for range 3 {
				if w := d.send(method, target, ""); w.Code != http.StatusOK {
					t.Errorf("%s %s: %d", method, page, w.Code)
				}
			}
			if d.store.written() != before {
				t.Errorf("%s %s wrote something", method, page)
			}
		}
	}
}

func TestThePageSaysWhatWillBeConfirmed(t *testing.T) {
	d := openLanding(t)
	text := landingText(d.get(d.signUp(t, consent.Email).confirm).Body.String())
	for _, line := range []string{
		"This address was entered in a form at Rose & Sons to receive news and offers by e-mail.",
		"A•••@e•••.com", "Tell me about <b>offers</b>", "Tell me the news", "Confirm sign-up",
	} {
		if !slices.Contains(strings.Split(text, "\n"), line) {
			t.Errorf("%q is not in\n%s", line, text)
		}
	}
	if strings.Contains(text, "Private") {
		t.Errorf("the address can be read: %s", text)
	}
}

func TestTheTitleNamesTheResultAndTheSite(t *testing.T) {
	d := openLanding(t)
	w := d.press(t, d.signUp(t, consent.Email).confirm)
	if !strings.Contains(w.Body.String(), "<title>Sign-up confirmed – Rose &amp; Sons</title>") {
		t.Errorf("got %s", w.Body)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	d := openLanding(t)
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch} {
		w := d.send(method, "/unsubscribe", "")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestPagesNeedAnAbsolutePublicURL(t *testing.T) {
	for _, public := range []string{"", "shop.example", "ftp://shop.example", "https://", ":"} {
		if _, err := NewLanding(nil, nil, nil, public, nil); err == nil {
			t.Errorf("%q is taken", public)
		}
	}
}
