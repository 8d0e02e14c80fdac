package web

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/ratelimit"
)

func TestALinkThatDoesNotWorkHasAPageThatHintsAtNothing(t *testing.T) {
	swapped := strings.NewReplacer("uuid=", "email=", "email=", "uuid=")
	// parts are the path, the token and the hash of the address of a link, with their names.
	parts := func(link string) (path, token, hash string) {
		path, query, _ := strings.Cut(link, "?")
		token, hash, _ = strings.Cut(query, "&")
		return path + "?", token, "&" + hash
	}
	at := func(path, token, hash string) string {
		path, _, _ = parts(path)
		_, token, _ = parts(token)
		_, _, hash = parts(hash)
		return path + token + hash
	}
	type links = landingLinks
	tests := map[string]struct {
		target func(l, other links) string
		site   string
	}{
		"no parameters":            {func(l, _ links) string { path, _, _ := parts(l.confirm); return path }, ""},
		"no address":               {func(l, _ links) string { path, token, _ := parts(l.confirm); return path + token }, ""},
		"no token":                 {func(l, _ links) string { path, _, hash := parts(l.confirm); return path + hash }, ""},
		"a truncated address":      {func(l, _ links) string { return l.unsubscribe[:len(l.unsubscribe)-1] }, ""},
		"swapped parameters":       {func(l, _ links) string { return swapped.Replace(l.confirm) }, ""},
		"a link to reject":         {func(l, _ links) string { return at(l.confirm, l.reject, l.reject) }, ""},
		"a link to unsubscribe":    {func(l, _ links) string { return at(l.reject, l.unsubscribe, l.unsubscribe) }, ""},
		"a link to confirm":        {func(l, _ links) string { return at(l.unsubscribe, l.confirm, l.confirm) }, ""},
		"the address of another":   {func(l, other links) string { return at(l.confirm, l.confirm, other.confirm) }, ""},
		"a sign-up that never was": {func(_, other links) string { return other.confirm }, ""},
		"nothing to reject":        {func(_, other links) string { return other.reject }, ""},
		"a site of somebody else":  {func(l, _ links) string { return l.confirm }, "rival"},
		"rejecting at another's":   {func(l, _ links) string { return l.reject }, "rival"},
		"leaving at another's":     {func(l, _ links) string { return l.unsubscribe }, "rival"},
		"a site that is not there": {func(l, _ links) string { return l.unsubscribe }, "nowhere"},
	}
	// What differs between two answers anyway: the nonce, and the links to the same page in other languages.
	varying := regexp.MustCompile(`(nonce|href)="[^"]*"`)
	pages := map[string]bool{}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t)
			other := d.links(consent.AddressHash{1}, consent.NewEventID(), consent.Email)
			target := tt.target(d.signUp(t, consent.Email), other)
			before := d.store.written()
			get, post := d.get(target, "X-Site-Id", tt.site), d.send(http.MethodPost, target, "", "X-Site-Id", tt.site)
			d.want(t, get, http.StatusNotFound, "This link does not work")
			d.want(t, post, http.StatusNotFound, "This link does not work")
			if d.store.written() != before {
				t.Error("something was written")
			}
			pages[varying.ReplaceAllString(get.Body.String(), "")] = true
		})
	}
	if len(pages) != 1 {
		t.Errorf("the pages can be told apart: %q", slices.Collect(maps.Keys(pages)))
	}
}

func TestALinkWorksWhereverItArrives(t *testing.T) {
	for _, headers := range [][]string{{"X-Site-Id", "shop"}, {"X-Site-Id", landingShop().ID.String()}, {"X-Site-Id", ""}} {
		d := openLanding(t)
		d.want(t, d.press(t, d.signUp(t, consent.Email).confirm, headers...), http.StatusOK, "Sign-up confirmed")
	}
}

func TestALinkThatHasExpiredSaysSo(t *testing.T) {
	for name, expire := range map[string]func(*landingDoor, landingLinks){
		"it is too old":              func(d *landingDoor, _ landingLinks) { d.store.now = d.store.now.Add(landingWeek + time.Second) },
		"its owner has unsubscribed": func(d *landingDoor, l landingLinks) { d.send(http.MethodPost, l.unsubscribe, "") },
	} {
		t.Run(name, func(t *testing.T) {
			d := openLanding(t)
			links := d.signUp(t, consent.Email)
			expire(d, links)
			before := d.store.written()
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				w := d.send(method, links.confirm, "")
				d.want(t, w, http.StatusGone, "This link has expired")
				if text := landingText(w.Body.String()); !strings.Contains(text, "Rose & Sons") || strings.Contains(text, "•") || hasButton(w) {
					t.Errorf("%s: got %s", method, text)
				}
			}
			if d.store.written() != before {
				t.Error("something was written")
			}
		})
	}
}

func TestTooManyAttemptsHaveToWait(t *testing.T) {
	for kind, stranger := range map[string]bool{ratelimit.KeyIP: true, ratelimit.KeyContact: false, ratelimit.KeySite: false} {
		d := openLanding(t, func(d *landingDoor) {
			d.limits = ratelimit.Limits{ratelimit.Token: {kind: {{Count: 1, Period: time.Minute}}}}
		})
		target := d.signUp(t, consent.Email).confirm
		for range 3 {
			d.want(t, d.get(target), http.StatusOK, "Please confirm your sign-up") // to look is free
		}
		d.press(t, target)
		before := d.store.written()
		w := d.send(http.MethodPost, target, "")
		d.want(t, w, http.StatusTooManyRequests, "Too many attempts")
		if wait := w.Header().Get("Retry-After"); !regexp.MustCompile(`^[1-9]\d?$`).MatchString(wait) {
			t.Errorf("%s: wait for %q", kind, wait)
		}
		if got, want := w.Header().Get("RateLimit-Policy"), `"MARKETING_TOKEN.`+kind+`";q=1;w=60`; got != want {
			t.Errorf("RateLimit-Policy is %s, want %s", got, want)
		}
		if d.store.written() != before {
			t.Errorf("%s: something was written", kind)
		}
		if refused := d.send(http.MethodPost, "/unsubscribe?uuid=x", "").Code == http.StatusTooManyRequests; refused != stranger {
			t.Errorf("%s: a link of nobody is refused: %t", kind, refused)
		}
	}
}

func TestAFailureOfOursIsAdmittedAndLoggedOnce(t *testing.T) {
	for _, method := range []string{"State", "SiteByID", "Site", "PreferenceTexts", "KeepText", "Update"} {
		t.Run(method, func(t *testing.T) {
			d := openLanding(t)
			target := d.signUp(t, consent.Email).confirm
			d.store.failing = method
			_, form, _ := strings.Cut(target, "?")
			w := d.send(http.MethodPost, target, form, "X-Site-Id", "shop")
			d.want(t, w, http.StatusInternalServerError, "Something went wrong")
			id := w.Header().Get("X-Request-Id")
			if !strings.Contains(landingText(w.Body.String()), id) {
				t.Error("the page does not say which failure it is")
			}
			if strings.Contains(w.Body.String(), errDisk.Error()) {
				t.Error("the page says what failed")
			}
			if log := d.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, id) || !strings.Contains(log, errDisk.Error()) {
				t.Errorf("logged %s", log)
			}
		})
	}
}

func TestTheLogKnowsNobody(t *testing.T) {
	d := openLanding(t)
	links := d.signUp(t, consent.Email)
	d.press(t, links.confirm)
	d.get("/marketing/confirm?uuid=x&email=anna%40example.com")
	d.send(http.MethodPost, "/unsubscribe", "email=%zz"+landingEmail)
	d.store.failing = "State"
	d.get(links.reject)
	d.send(http.MethodPost, links.unsubscribe, "List-Unsubscribe=One-Click")
	for _, secret := range []string{"Anna", "anna", "example.com", "192.0.2", "Browser", "uuid", strings.Split(links.reject, "=")[1]} {
		if strings.Contains(d.log.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, d.log)
		}
	}
}
