package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"assent/consent"
)

func TestTheEvidenceIsWhatThePageWithTheButtonSaid(t *testing.T) {
	for _, page := range landingPages() {
		for _, channel := range []consent.Channel{consent.Email, consent.SMS} {
			for _, lang := range []string{"de", "en", "es", "fr"} {
				t.Run(page+" "+string(channel)+" "+lang, func(t *testing.T) {
					d := openLanding(t)
					target := d.signUp(t, channel).named(page)
					shown := strings.Split(landingText(d.get(target+"&lang="+lang).Body.String()), "\n")
					d.press(t, target+"&lang="+lang)
					wording := d.store.last().Event.Data.MessageShown()
					for line := range strings.SplitSeq(wording, "\n") {
						if !slices.Contains(shown, line) {
							t.Errorf("the page does not say %q", line)
						}
					}
					if strings.Contains(wording, "•") {
						t.Errorf("the address is in %q", wording)
					}
					if !slices.Contains(d.store.kept, wording) {
						t.Error("the wording is not kept")
					}
				})
			}
		}
	}
}

func TestTheEvidenceLeavesOutNothingButTheAddress(t *testing.T) {
	d := openLanding(t)
	d.press(t, d.signUp(t, consent.Email).confirm)
	want := `Please confirm your sign-up
This address was entered in a form at Rose & Sons to receive news and offers by e-mail.
Also chosen:
Tell me about <b>offers</b>
Tell me the news
If this is what you want, press the button. Nothing happens unless you press it, and you can unsubscribe at any time.
Confirm sign-up`
	if got := d.store.last().Event.Data.MessageShown(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestTheEvidenceSaysWhereAndHow(t *testing.T) {
	for page, want := range map[string]struct{ form, url string }{
		"confirm":     {"confirm-page", "https://consent.example/base/marketing/confirm"},
		"reject":      {"reject-page", "https://consent.example/base/marketing/reject"},
		"unsubscribe": {"unsubscribe-page", "https://consent.example/base/unsubscribe"},
	} {
		d := openLanding(t, func(d *landingDoor) { d.public = "https://consent.example/base/" })
		target := d.signUp(t, consent.Email).named(page) + "&utm_source=mail"
		_, form, _ := strings.Cut(target, "?")
		d.send(http.MethodPost, target, form)
		event := d.store.last().Event
		if event.Data.FormIdentifier() != want.form || event.Data.LandingURL() != want.url {
			t.Errorf("got %s at %s", event.Data.FormIdentifier(), event.Data.LandingURL())
		}
		if event.Actor != (consent.Actor{Kind: consent.Link}) {
			t.Errorf("done by %+v", event.Actor)
		}
		if event.Origin != (consent.Origin{IP: "192.0.2.0/24", UserAgent: "Browser/1"}) {
			t.Errorf("done from %+v", event.Origin)
		}
	}
}

func TestNoTextOfAShopKeepsAnybodyFromConfirming(t *testing.T) {
	for name, text := range map[string]string{
		"a long one":              strings.Repeat("wörd ", 5_000),
		"one of several lines":    "one\r\ntwo\n\n\tthree",
		"one with control bytes":  "one\x00two\u0085three",
		"one that is not UTF-8":   "one\xfftwo",
		"one of nothing to print": " \n ",
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t, func(d *landingDoor) { d.site.Preferences[0].Text = text })
			d.want(t, d.press(t, d.signUp(t, consent.Email).confirm), http.StatusOK, "Sign-up confirmed")
			if wording := d.store.last().Event.Data.MessageShown(); name == "a long one" && !strings.Contains(wording, strings.TrimSpace(text)) {
				t.Errorf("%d of %d bytes are kept", len(wording), len(text))
			}
		})
	}
}
