package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"assent/consent"

	"github.com/google/uuid"
)

func TestASignUpIsToldWhatCameOfIt(t *testing.T) {
	const mailbox, done, already = "Please look into your mailbox", "You are signed up", "You are already signed up"
	tests := []struct {
		name          string
		shop          []func(*landingDoor)
		first, second string
		granted       bool
	}{
		{"a shop that asks to confirm", nil, mailbox, mailbox, false},
		{"a shop that does not", []func(*landingDoor){singleOptIn}, done, already, true},
		{"a discreet shop", []func(*landingDoor){singleOptIn, neutral}, done, done, true},
		{"a discreet shop that asks to confirm", []func(*landingDoor){neutral}, mailbox, mailbox, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := openLanding(t, tt.shop...)
			d.want(t, d.signsUp(t, landingEmail, d.site.Preferences[1]), http.StatusOK, tt.first)
			st := d.store.states[d.store.last().Contact.ID]
			for _, purpose := range []consent.Purpose{consent.Email.Purpose(), d.site.Preferences[1].ID.Purpose()} {
				if st.Has(d.site.ID, purpose) != tt.granted {
					t.Errorf("%s is granted: %t", purpose, !tt.granted)
				}
			}
			if st.Has(d.site.ID, d.site.Preferences[0].ID.Purpose()) {
				t.Error("what was not ticked is granted")
			}
			d.want(t, d.signsUp(t, landingEmail, d.site.Preferences[1]), http.StatusOK, tt.second)
		})
	}
}

func TestReloadingTheAnswerDoesNoHarm(t *testing.T) {
	d := openLanding(t, singleOptIn)
	f := d.fill(t, "/sign-up", landingEmail)
	d.want(t, d.sends(f), http.StatusOK, "You are signed up")
	d.want(t, d.sends(f), http.StatusOK, "You are already signed up")
}

func TestToLookAtTheSignUpPageChangesNothing(t *testing.T) {
	d := openLanding(t)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		w := d.send(method, "/sign-up?email="+landingEmail, "")
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), landingEmail) {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	d.wantNothingWritten(t)
}

func TestNoBoxIsTickedBeforehand(t *testing.T) {
	d := openLanding(t)
	page := d.get("/sign-up?preference=" + d.site.Preferences[0].ID.String()).Body.String()
	if strings.Count(page, `type="checkbox"`) != 2 || strings.Contains(page, "checked") {
		t.Errorf("the boxes are not two that are empty: %s", page)
	}
}

func TestAShopWithoutTextsHasNoBoxes(t *testing.T) {
	d := openLanding(t, func(d *landingDoor) { d.site.Preferences = nil })
	if page := d.get("/sign-up").Body.String(); strings.Contains(page, "<fieldset") || strings.Contains(page, "Topics") {
		t.Error("there is something about topics")
	}
	d.want(t, d.signsUp(t, landingEmail), http.StatusOK, "Please look into your mailbox")
	if wording := d.store.last().Event.Data.MessageShown(); strings.Contains(wording, "Topics") {
		t.Errorf("the evidence is %s", wording)
	}
}

func TestTheEvidenceOfASignUpIsWhatThePageSaid(t *testing.T) {
	for _, lang := range []string{"de", "en", "es", "fr"} {
		t.Run(lang, func(t *testing.T) {
			d := openLanding(t)
			target := "/sign-up?lang=" + lang
			shown := strings.Split(landingText(d.get(target).Body.String()), "\n")
			d.sends(d.fill(t, target, landingEmail, d.site.Preferences...))
			wording := d.store.last().Event.Data.MessageShown()
			for line := range strings.SplitSeq(wording, "\n") {
				if !slices.ContainsFunc(shown, func(s string) bool { return strings.TrimSpace(s) == line }) {
					t.Errorf("the page does not say %q", line)
				}
			}
			if !slices.Contains(d.store.kept, wording) {
				t.Error("the wording is not kept")
			}
		})
	}
}

func TestTheEvidenceHasTheTextsThatWereTickedOnly(t *testing.T) {
	d := openLanding(t)
	d.signsUp(t, landingEmail, d.site.Preferences[0])
	want := `Sign up for news and offers
Enter your address to receive news and offers from Rose & Sons by e-mail.
Topics (optional)
Tell me about <b>offers</b>
By pressing the button you agree that Rose & Sons sends you news and offers by e-mail. You can unsubscribe at any time, with the link at the end of every e-mail.
Sign up`
	if got := d.store.last().Event.Data.MessageShown(); got != want {
		t.Errorf("got\n%s", got)
	}
	d.signsUp(t, "other@example.com")
	if got := d.store.last().Event.Data.MessageShown(); strings.Contains(got, "Topics") || strings.Contains(got, "offers</b>") {
		t.Errorf("with no box ticked: got\n%s", got)
	}
}

func TestTheEvidenceOfASignUpSaysWhereAndWho(t *testing.T) {
	for target, location := range map[string]string{
		"/sign-up":                         "https://consent.example/base/sign-up",
		"/sign-up?site=shop&lang=en&utm=x": "https://consent.example/base/sign-up?site=shop",
	} {
		d := openLanding(t, func(d *landingDoor) { d.public = "https://consent.example/base/" })
		f := d.fill(t, target, landingEmail)
		f.action = strings.TrimPrefix(f.action, "/base")
		d.sends(f)
		event := d.store.last().Event
		if event.Data.FormIdentifier() != "sign-up-page" || event.Data.FormLocation() != location || event.Data.LandingURL() != "" {
			t.Errorf("got %s at %s", event.Data.FormIdentifier(), event.Data.FormLocation())
		}
		if event.Actor != (consent.Actor{Kind: consent.Visitor}) {
			t.Errorf("done by %+v", event.Actor)
		}
		if event.Origin != (consent.Origin{IP: "192.0.2.0/24", UserAgent: "Browser/1"}) {
			t.Errorf("done from %+v", event.Origin)
		}
	}
}

func TestNoTextOfAShopKeepsAnybodyFromSigningUp(t *testing.T) {
	for name, text := range map[string]string{
		"a long one": strings.Repeat("wörd ", 5_000), "one with control bytes": "one\x00two\u0085three",
		"one that is not UTF-8": "one\xfftwo", "one of nothing to print": " \n ",
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t, func(d *landingDoor) { d.site.Preferences[0].Text = text })
			d.want(t, d.signsUp(t, landingEmail, d.site.Preferences...), http.StatusOK, "Please look into your mailbox")
			if wording := d.store.last().Event.Data.MessageShown(); name == "a long one" && !strings.Contains(wording, strings.TrimSpace(text)) {
				t.Errorf("%d of %d bytes are kept", len(wording), len(text))
			}
		})
	}
}

func TestAllThatAFullFormSaysIsEvidenceAndItHasNoMoreBoxesThanMayBeTicked(t *testing.T) {
	d := openLanding(t, func(d *landingDoor) {
		d.site.Preferences = nil
		for n := range consent.MaxPreferencesTicked + 10 {
			id := consent.PreferenceID{UUID: uuid.UUID{14: byte(n), 15: 1}}
			text := fmt.Sprintf("Text %d says %s.", n, strings.Repeat("much ", 95))
			d.site.Preferences = append(d.site.Preferences, consent.Preference{ID: id, Text: text, Version: 1})
		}
	})
	d.want(t, d.signsUp(t, landingEmail, d.site.Preferences...), http.StatusOK, "Please look into your mailbox")
	wording := d.store.last().Event.Data.MessageShown()
	for n := range consent.MaxPreferencesTicked + 10 {
		if said := strings.Contains(wording, fmt.Sprintf("Text %d says", n)); said != (n < consent.MaxPreferencesTicked) {
			t.Errorf("text %d is among what was said: %t", n, said)
		}
	}
	if !strings.HasSuffix(wording, "\nSign up") {
		t.Errorf("it ends in %q", wording[len(wording)-100:])
	}
}

func TestTheSignUpPageFindsItsSite(t *testing.T) {
	tests := []struct {
		name, target string
		headers      []string
		want         string
	}{
		{"by slug", "http://rival.example/sign-up?site=shop", nil, "Rose & Sons"},
		{"by id", "/sign-up?site=" + landingRival().ID.String(), nil, "The Rival"},
		{"by slug before the header", "/sign-up?site=shop", []string{"X-Site-Id", "rival"}, "Rose & Sons"},
		{"by header before the host", "http://rival.example/sign-up", []string{"X-Site-Id", "shop"}, "Rose & Sons"},
		{"by host", "http://rival.example/sign-up", nil, "The Rival"},
		{"as the installation falls back", "/sign-up?site=", nil, "Rose & Sons"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := openLanding(t)
			page := d.get(tt.target, tt.headers...)
			if !strings.Contains(landingText(page.Body.String()), tt.want) {
				t.Fatalf("another site: %s", landingText(page.Body.String()))
			}
			f := d.fillIn(t, page, landingEmail)
			host, _, _ := strings.Cut(tt.target, "/sign-up")
			f.action = host + f.action
			d.sends(f, tt.headers...)
			if site := d.store.last().Records[0].Scope.Site; (site == landingRival().ID) != (tt.want == "The Rival") {
				t.Errorf("signed up at %s", site)
			}
		})
	}
}

func TestWhereNobodyCanSignUpThereIsNoPage(t *testing.T) {
	for name, tt := range map[string]struct {
		target string
		shop   func(*landingDoor)
	}{
		"an unknown slug":         {"/sign-up?site=nowhere", func(*landingDoor) {}},
		"an unknown id":           {"/sign-up?site=" + uuid.NewString(), func(*landingDoor) {}},
		"an unknown host":         {"http://nowhere.example/sign-up", func(*landingDoor) {}},
		"nonsense":                {"/sign-up?site=%00%ff<script>", func(*landingDoor) {}},
		"e-mail is not on offer":  {"/sign-up?site=shop", func(d *landingDoor) { d.site.Features = nil }},
		"the same, without names": {"/sign-up", func(d *landingDoor) { d.site.Features = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t, tt.shop)
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				w := d.send(method, tt.target, "email="+landingEmail)
				d.want(t, w, http.StatusNotFound, "There is nothing to sign up for here")
				if text := landingText(w.Body.String()); hasButton(w) || strings.Contains(text, "Rose") || strings.Contains(text, "script") {
					t.Errorf("%s: got %s", method, text)
				}
			}
			d.wantNothingWritten(t)
		})
	}
}

func TestASignUpPageAnswersInTheLanguageOfItsForm(t *testing.T) {
	d := openLanding(t, func(d *landingDoor) { d.site.Locale = "" })
	f := d.fillIn(t, d.get("/sign-up?site=shop", "Accept-Language", "es"), landingEmail)
	d.want(t, d.sends(f, "Accept-Language", "de"), http.StatusOK, "Consulte su buzón")
	if wording := d.store.last().Event.Data.MessageShown(); !strings.HasPrefix(wording, "Suscríbase") {
		t.Errorf("the evidence is in another language: %s", wording)
	}
}

func TestEveryLanguageOfTheSignUpPageIsOneLinkAway(t *testing.T) {
	d := openLanding(t)
	page := d.get("/sign-up?site=shop&utm_source=mail").Body.String()
	for _, lang := range []string{"de", "en", "es", "fr"} {
		if !strings.Contains(page, `<a href="?lang=`+lang+`&amp;site=shop" rel="nofollow" lang="`+lang+`"`) {
			t.Errorf("no link to %s: %s", lang, page)
		}
	}
}

func TestAFormIsStampedWithWhenAndWhereItWasShown(t *testing.T) {
	d := openLanding(t)
	stamp, ok := d.keys.ParseStamp(d.form(t, d.get("/sign-up")).Get("stamp"))
	if !ok || stamp.Site != d.site.ID || !stamp.At.Equal(d.store.now) || stamp.Wording.IsZero() {
		t.Errorf("the stamp says %+v", stamp)
	}
}
