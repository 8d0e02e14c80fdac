package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/ratelimit"
	"assent/token"
)

func TestAnAddressThatIsNoneIsAskedForAgain(t *testing.T) {
	for _, typed := range []string{"", "anna", "anna@localhost", "+447400123456", strings.Repeat("a", 300) + "@example.com", `"><script>@x.example`} {
		d := openLanding(t)
		f := d.fill(t, "/sign-up", typed, d.site.Preferences[1])
		w := d.sends(f)
		d.want(t, w, http.StatusUnprocessableEntity, "Sign up for news and offers")
		page := w.Body.String()
		for _, part := range []string{
			"<title>Please enter an e-mail address, such as name@example.com. – Sign up", `id="problem" role="alert">Please enter`,
			` aria-invalid="true" aria-describedby="problem" autofocus>`,
		} {
			if !strings.Contains(page, part) {
				t.Errorf("%q: no %s", typed, part)
			}
		}
		if again := d.form(t, w); again.Encode() != f.Encode() {
			t.Errorf("the form is not as it was: got %s, want %s", again.Encode(), f.Encode())
		}
		if strings.Contains(page, "<script") || len(d.refused) > 0 {
			t.Errorf("%q: refused as %q, or typed into the page", typed, d.refused)
		}
		d.wantNothingWritten(t)
	}
}

func TestAProgramThatFillsInEverythingIsToldWhatANewcomerIs(t *testing.T) {
	nonce := regexp.MustCompile(`nonce="[^"]*"`)
	for name, shop := range map[string][]func(*landingDoor){
		"a shop that asks to confirm": nil, "a shop that does not": {singleOptIn}, "a discreet shop": {singleOptIn, neutral},
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t, shop...)
			f := d.fill(t, "/sign-up", landingEmail, d.site.Preferences...)
			f.Set("comment", "Buy my tea")
			trapped := d.sends(f)
			f.Del("stamp") // programs are quick, or bring no stamp at all
			unstamped := d.sends(f)
			d.wantNothingWritten(t)
			newcomer := openLanding(t, shop...).signsUp(t, landingEmail)
			for _, w := range []string{trapped.Body.String(), unstamped.Body.String()} {
				if nonce.ReplaceAllString(w, "") != nonce.ReplaceAllString(newcomer.Body.String(), "") || len(w) != newcomer.Body.Len() {
					t.Errorf("got\n%s\nwant\n%s", w, newcomer.Body)
				}
			}
			if trapped.Code != newcomer.Code || unstamped.Code != newcomer.Code {
				t.Errorf("status %d and %d, want %d", trapped.Code, unstamped.Code, newcomer.Code)
			}
			if !slices.Equal(d.refused, []string{"honeypot", "honeypot"}) {
				t.Errorf("counted as %q", d.refused)
			}
		})
	}
}

func TestTheHoneypotIsOutOfTheWayOfPeople(t *testing.T) {
	page := openLanding(t).get("/sign-up").Body.String()
	_, aside, _ := strings.Cut(page, `<div class="aside" aria-hidden="true">`)
	aside, _, _ = strings.Cut(aside, "</div>")
	if !strings.Contains(aside, `name="comment" type="text" tabindex="-1" autocomplete="off">`) || !strings.Contains(aside, "leave this field empty") {
		t.Errorf("the honeypot is %s", aside)
	}
}

func TestAFormMustHaveBeenShownForAWhile(t *testing.T) {
	day := 24 * time.Hour
	tests := map[string]struct {
		age     time.Duration
		refused []string
	}{
		"at once":               {0, []string{"too_fast"}},
		"just before 3 seconds": {3*time.Second - time.Millisecond, []string{"too_fast"}},
		"after 3 seconds":       {3 * time.Second, nil},
		"after a day":           {day, nil},
		"after more than a day": {day + time.Millisecond, []string{"stale"}},
		"before it was shown":   {-time.Millisecond, []string{"stale"}},
		"long before it was":    {-200 * 365 * day, []string{"stale"}},
		"long after it was":     {200 * 365 * day, []string{"stale"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t, singleOptIn)
			f := d.fill(t, "/sign-up", landingEmail, d.site.Preferences[1])
			stamp, _ := d.keys.ParseStamp(f.Get("stamp"))
			d.store.now = stamp.At.Add(tt.age)
			w := d.sends(f)
			if !slices.Equal(d.refused, tt.refused) {
				t.Fatalf("counted as %q", d.refused)
			}
			if tt.refused == nil {
				d.want(t, w, http.StatusOK, "You are signed up")
				return
			}
			d.wantNothingWritten(t)
			again := d.asksAgain(t, f, w)
			if kept := again.Get("stamp") == f.Get("stamp"); kept != (tt.refused[0] == "too_fast") {
				t.Errorf("the stamp is kept: %t", kept)
			}
			d.store.now = d.store.now.Add(3 * time.Second)
			d.want(t, d.sends(again), http.StatusOK, "You are signed up")
		})
	}
}

// asksAgain wants that the page asks to press the button once more, with the form filled in as it was.
func (d *landingDoor) asksAgain(t testing.TB, f signUpForm, w *httptest.ResponseRecorder) signUpForm {
	t.Helper()
	d.want(t, w, http.StatusUnprocessableEntity, "Sign up for news and offers")
	page := w.Body.String()
	for _, part := range []string{
		"<title>You are not signed up yet. Please look at the form again, then press the button once more. – Sign up",
		`id="problem" role="alert">You are not signed up yet.`, `<button type="submit" aria-describedby="problem" autofocus>`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("no %s", part)
		}
	}
	again := d.form(t, w)
	if again.Get("email") != f.Get("email") || !slices.Equal(again.Values["preference"], f.Values["preference"]) {
		t.Errorf("the form is not as it was: got %s, want %s", again.Encode(), f.Encode())
	}
	return again
}

func TestAFormThatIsNotOurPageAsItIsNowIsShownAgain(t *testing.T) {
	stamped := func(d *landingDoor, f signUpForm, change func(*token.Stamp)) {
		stamp, _ := d.keys.ParseStamp(f.Get("stamp"))
		change(&stamp)
		f.Set("stamp", d.keys.Stamp(stamp))
	}
	for name, change := range map[string]func(t *testing.T, d *landingDoor, f signUpForm){
		"it has no stamp":       func(_ *testing.T, _ *landingDoor, f signUpForm) { f.Del("stamp") },
		"its stamp is nonsense": func(_ *testing.T, _ *landingDoor, f signUpForm) { f.Set("stamp", "AAAA") },
		"its stamp is somebody else's": func(t *testing.T, d *landingDoor, f signUpForm) {
			others, err := token.NewKeys([]byte("another secret of thirty-two bytes"))
			if err != nil {
				t.Fatal(err)
			}
			stamp, _ := d.keys.ParseStamp(f.Get("stamp"))
			f.Set("stamp", others.Stamp(stamp))
		},
		"it is that of another site": func(_ *testing.T, d *landingDoor, f signUpForm) {
			stamped(d, f, func(s *token.Stamp) { s.Site = landingRival().ID })
		},
		"its words are others": func(_ *testing.T, d *landingDoor, f signUpForm) {
			stamped(d, f, func(s *token.Stamp) { s.Wording = consent.HashText("Free tea") })
		},
		"it was shown in another language": func(_ *testing.T, _ *landingDoor, f signUpForm) { f.Set("lang", "de") },
		"a text has been reworded": func(_ *testing.T, d *landingDoor, _ signUpForm) {
			d.store.sites[0].Preferences = []consent.Preference{d.site.Preferences[0], {ID: d.site.Preferences[1].ID, Text: "More", Version: 2}}
		},
		"a text is offered no more": func(_ *testing.T, d *landingDoor, _ signUpForm) {
			d.store.sites[0].Preferences = d.site.Preferences[1:]
		},
		"the shop has another name": func(_ *testing.T, d *landingDoor, _ signUpForm) { d.store.sites[0].Name = "Thorn" },
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t)
			f := d.fill(t, "/sign-up", landingEmail, d.site.Preferences[1])
			change(t, d, f)
			w := d.sends(f)
			if w.Code != http.StatusUnprocessableEntity || !slices.Equal(d.refused, []string{"stale"}) {
				t.Fatalf("got %d, counted as %q", w.Code, d.refused)
			}
			d.wantNothingWritten(t)
			again := d.form(t, w)
			if again.Get("email") != landingEmail || again.Get("preference") != d.site.Preferences[1].ID.String() {
				t.Errorf("the form is not as it was: %s", again.Encode())
			}
			d.store.now = d.store.now.Add(minFillTime)
			if w := d.sends(again); w.Code != http.StatusOK || d.store.written() == 0 {
				t.Errorf("pressing again: %d", w.Code)
			}
		})
	}
}

func TestABoxThatThePageDoesNotHaveCountsForNothing(t *testing.T) {
	d := openLanding(t)
	f := d.fill(t, "/sign-up", landingEmail, d.site.Preferences[1], d.site.Preferences[1])
	f.Add("preference", "nonsense")
	f.Add("preference", landingRival().ID.String())
	d.want(t, d.sends(f), http.StatusOK, "Please look into your mailbox")
	if records := d.store.last().Records; len(records) != 2 {
		t.Errorf("recorded %+v", records)
	}
}

func TestAFormOfAnotherSitesPageIsShownInstead(t *testing.T) {
	for from, carriedOut := range map[string]bool{"cross-site": false, "same-site": true, "same-origin": true, "none": true, "": true} {
		d := openLanding(t, singleOptIn)
		w := d.sends(d.fill(t, "/sign-up", landingEmail, d.site.Preferences...), "Sec-Fetch-Site", from)
		if carriedOut {
			d.want(t, w, http.StatusOK, "You are signed up")
			continue
		}
		d.want(t, w, http.StatusForbidden, "Sign up for news and offers")
		if f := d.form(t, w); f.Get("email") != "" || f.Has("preference") || f.Get("stamp") == "" {
			t.Errorf("what the other page filled in is in the form: %s", f.Encode())
		}
		d.wantNothingWritten(t)
	}
}

func TestASignUpFormThatCannotBeReadDoesNothing(t *testing.T) {
	for name, body := range map[string]string{"a broken escape": "email=%zz", "more than 8 KB": "a=" + strings.Repeat("x", 8<<10)} {
		d := openLanding(t)
		d.want(t, d.send(http.MethodPost, "/sign-up", body), http.StatusBadRequest, "We could not read the form")
		if d.wantNothingWritten(t); d.log.Len() > 0 {
			t.Errorf("%s: logged %s", name, d.log)
		}
	}
}

func TestTooManySignUpsHaveToWait(t *testing.T) {
	trap := func(f signUpForm) { f.Set("comment", "x") }
	none := func(f signUpForm) { f.Set("email", "nobody") }
	hasty := func(f signUpForm) { f.Del("stamp") }
	good := func(signUpForm) {}
	for name, tt := range map[string]struct {
		kind  string
		first func(signUpForm)
	}{
		"of a client": {ratelimit.KeyIP, good}, "at a site": {ratelimit.KeySite, good}, "of an address": {ratelimit.KeyContact, good},
		"after one with no address": {ratelimit.KeyIP, none}, "at a site after one with no address": {ratelimit.KeySite, none},
		"after one by a program": {ratelimit.KeyContact, trap}, "after one that was too quick": {ratelimit.KeyContact, hasty},
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t, func(d *landingDoor) {
				d.limits = ratelimit.Limits{ratelimit.SignUp: {tt.kind: {{Count: 1, Period: time.Minute}}}}
			})
			for range 3 {
				d.get("/sign-up") // to look is free
			}
			d.sends(d.fill(t, "/sign-up", landingEmail), "Sec-Fetch-Site", "cross-site") // and so is what somebody else sends
			f := d.fill(t, "/sign-up", landingEmail)
			tt.first(f)
			if w := d.sends(f); w.Code == http.StatusTooManyRequests {
				t.Fatal("the first is refused")
			}
			before := d.store.written()
			w := d.signsUp(t, landingEmail)
			d.want(t, w, http.StatusTooManyRequests, "Too many attempts")
			if wait := w.Header().Get("Retry-After"); !regexp.MustCompile(`^[1-9]\d?$`).MatchString(wait) {
				t.Errorf("wait for %q", wait)
			}
			if text := landingText(w.Body.String()); !strings.Contains(text, "Please come back in a minute and try again.") || hasButton(w) {
				t.Errorf("got %s", text)
			}
			if d.store.written() != before {
				t.Error("something was written")
			}
		})
	}
}

func TestThePageSaysWhenToComeBack(t *testing.T) {
	words := landingLocalesOf(t)["en"]
	for wait, want := range map[time.Duration]string{
		time.Second: "in a minute", time.Minute: "in a minute", 61 * time.Second: "in 2 minutes", 90 * time.Minute: "in 90 minutes",
		91 * time.Minute: "in 2 hours", 24 * time.Hour: "in 24 hours",
	} {
		v, err := words.view(landingPage{name: "signup"}, landingTooMany, consent.LinkPage{}, wait)
		if err != nil || !strings.Contains(fmt.Sprint(v.Text), want+" and") {
			t.Errorf("%s: %q, %v", wait, v.Text, err)
		}
	}
}

func TestAFailureToSignUpIsAdmittedAndLoggedOnce(t *testing.T) {
	for _, method := range []string{"Site", "Wordings", "KeepText", "Update"} {
		t.Run(method, func(t *testing.T) {
			d := openLanding(t)
			f := d.fill(t, "/sign-up", landingEmail, d.site.Preferences...)
			d.store.failing = method
			w := d.sends(f)
			d.want(t, w, http.StatusInternalServerError, "Something went wrong")
			id := w.Header().Get("X-Request-Id")
			if text := landingText(w.Body.String()); !strings.Contains(text, id) || strings.Contains(text, errDisk.Error()) {
				t.Errorf("got %s", text)
			}
			log := d.log.String()
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, id) || !strings.Contains(log, errDisk.Error()) {
				t.Errorf("logged %s", log)
			}
			if strings.Contains(log, "example.com") || strings.Contains(log, "192.0.2") {
				t.Errorf("the log knows who it was: %s", log)
			}
		})
	}
}

func FuzzNoSignUpFormDoesHarm(f *testing.F) {
	d := openLanding(f)
	form := d.fill(f, "/sign-up", landingEmail)
	f.Add("site=shop&lang=de", strings.Replace(form.Encode(), "A", "B", 1), "multipart/form-data; boundary=x", "")
	f.Add(`site="><script>&lang='`, `email="><script>&stamp=`+form.Get("stamp"), "application/x-www-form-urlencoded", "same-origin")
	f.Add("site=\x00\r\nX-Evil: 1", "email=a\x00\xff@b.example&preference=\xff&comment=x", "application/x-www-form-urlencoded", "cross-site")
	d.store.now = d.store.now.Add(48 * time.Hour) // no form of before counts any more
	f.Fuzz(func(t *testing.T, query, body, contentType, from string) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequestWithContext(t.Context(), method, "/sign-up", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.RawQuery = query
			w := d.serve(r, body, "Content-Type", contentType, "Sec-Fetch-Site", from, "Accept-Language", query)
			if w.Code >= http.StatusInternalServerError {
				t.Errorf("%s: %d", method, w.Code)
			}
			if strings.Contains(w.Body.String(), "<script") || w.Header().Get("X-Evil") != "" {
				t.Error("a parameter is part of the page")
			}
		}
		d.wantNothingWritten(t)
	})
}
