package web

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"assent/consent"
)

// everyLandingAnswer has one answer of each sort.
func everyLandingAnswer(t *testing.T) map[string]*httptest.ResponseRecorder {
	t.Helper()
	d := openLanding(t)
	links := d.signUp(t, consent.Email)
	answers := map[string]*httptest.ResponseRecorder{
		"ask":              d.get(links.confirm),
		"ask without body": d.send(http.MethodHead, links.confirm, ""),
		"done":             d.press(t, links.confirm),
		"already":          d.get(links.confirm),
		"one-click":        d.send(http.MethodPost, links.unsubscribe, "List-Unsubscribe=One-Click"),
		"expired":          d.get(links.confirm),
		"unknown":          d.get("/unsubscribe"),
		"unreadable":       d.send(http.MethodPost, "/unsubscribe", "%zz"),
		"other method":     d.send(http.MethodPut, "/unsubscribe", ""),
		"sign-up":          d.get("/sign-up"),
		"signed up":        d.signsUp(t, "other@example.com"),
		"not signed up":    d.send(http.MethodPost, "/sign-up", "email=other@example.com"),
		"no sign-up":       d.get("/sign-up?site=nowhere"),
	}
	d.store.failing = "State"
	answers["failed"] = d.get(links.reject)
	return answers
}

func TestEveryAnswerIsSealed(t *testing.T) {
	for name, w := range everyLandingAnswer(t) {
		for header, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"X-Robots-Tag": "noindex, nofollow", "Set-Cookie": "", "Location": "",
		} {
			if got := w.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action "} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: %q lacks %s", name, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") || strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s: a script may run: %s", name, policy)
		}
	}
}

func TestThePolicyLetsInTheStyleOfThisAnswerOnly(t *testing.T) {
	d := openLanding(t)
	target := d.signUp(t, consent.Email).confirm
	first, second := d.get(target), d.get(target)
	policy := first.Header().Get("Content-Security-Policy")
	_, nonce, _ := strings.Cut(policy, "style-src 'nonce-")
	nonce, _, _ = strings.Cut(nonce, "'")
	if nonce == "" || strings.Count(first.Body.String(), `<style nonce="`+nonce+`">`) != 1 || strings.Count(first.Body.String(), "<style") != 1 {
		t.Errorf("the page does not know the nonce of %s", policy)
	}
	if strings.Contains(first.Body.String(), "style=") {
		t.Error("the policy refuses a style attribute")
	}
	if policy == second.Header().Get("Content-Security-Policy") {
		t.Error("the nonce is used twice")
	}
}

func TestTheLogoOfTheSiteIsTheOnlyImage(t *testing.T) {
	tests := []struct{ logo, shown, images string }{
		{"https://cdn.example/logo.png?v=1&w=2", `src="https://cdn.example/logo.png?v=1&amp;w=2" alt="Rose &amp; Sons"`, "img-src https://cdn.example;"},
		{"http://localhost:8080/logo.png", `src="http://localhost:8080/logo.png"`, "img-src http://localhost:8080;"},
		{"", "", "img-src 'none';"},
		{"javascript:alert(1)", "", "img-src 'none';"},
		{"data:image/png;base64,AAAA", "", "img-src 'none';"},
		{"//cdn.example/logo.png", "", "img-src 'none';"},
		{"https://cdn.example;script-src/logo.png", "", "img-src 'none';"},
		{"https://*/logo.png", "", "img-src 'none';"},
		{`https://cdn.example/"onerror="x`, `src="https://cdn.example/%22onerror=%22x"`, "img-src https://cdn.example;"},
	}
	for _, tt := range tests {
		d := openLanding(t, func(d *landingDoor) { d.site.Brand.LogoURL = tt.logo })
		w := d.get(d.signUp(t, consent.Email).confirm)
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, tt.images) {
			t.Errorf("%q: %s", tt.logo, policy)
		}
		if !strings.Contains(w.Body.String(), tt.shown) {
			t.Errorf("%q is not shown as %s", tt.logo, tt.shown)
		}
		if named := strings.Contains(w.Body.String(), `<header class="brand">Rose &amp; Sons</header>`); named != (tt.shown == "") {
			t.Errorf("%q: the name is shown: %t", tt.logo, named)
		}
	}
}

func TestAPageHasTheColourOfItsSite(t *testing.T) {
	for colour, want := range map[string]string{
		"#0b6e4f": "--brand: #0b6e4f; --on-brand: #ffffff;", "#ffee00": "--brand: #ffee00; --on-brand: #000000;",
		"red;}body{display:none": "--brand: #1f4fbf; --on-brand: #ffffff;",
	} {
		d := openLanding(t, func(d *landingDoor) { d.site.Brand.Colour = colour })
		if page := d.get(d.signUp(t, consent.Email).confirm).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%s: no %s", colour, want)
		}
	}
}

func TestHEADHasTheHeadersOfGETAndNoBody(t *testing.T) {
	d := openLanding(t)
	target := d.signUp(t, consent.Email).unsubscribe
	for _, target := range []string{target, "/unsubscribe", strings.Replace(target, "/unsubscribe", "/marketing/confirm", 1)} {
		get, head := d.get(target), d.send(http.MethodHead, target, "")
		if head.Code != get.Code || head.Body.Len() != 0 {
			t.Errorf("got %d with %d bytes, want %d", head.Code, head.Body.Len(), get.Code)
		}
		if length := get.Header().Get("Content-Length"); length != strconv.Itoa(get.Body.Len()) {
			t.Errorf("the length is %q, not %d", length, get.Body.Len())
		}
		for name := range get.Header() {
			got, want := head.Header().Get(name), get.Header().Get(name)
			if name != "X-Request-Id" && name != "Content-Security-Policy" && got != want || got == "" {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	}
}

func TestMarkupOfAShopIsShownAsText(t *testing.T) {
	d := openLanding(t, func(d *landingDoor) { d.site.Name = `</title><img src=x onerror="a">{{.}}` })
	page := d.get(d.signUp(t, consent.Email).confirm).Body.String()
	if strings.Contains(page, "<img src=x") || strings.Contains(page, "<b>offers") {
		t.Errorf("markup of the shop is part of the page: %s", page)
	}
	if !strings.Contains(landingText(page), d.site.Name) {
		t.Error("the name is not shown as it is")
	}
}
