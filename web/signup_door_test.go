package web

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"
	"time"

	"assent/consent"
)

// singleOptIn makes the shop one that asks nobody to confirm.
func singleOptIn(d *landingDoor) {
	d.site.Features = []consent.Feature{consent.MarketingPreferencesEnabled}
}

func neutral(d *landingDoor) { d.site.NeutralResponses = true }

// signUpForm is the form of a sign-up page as a browser holds it.
type signUpForm struct {
	url.Values
	action string
}

// form reads the form of a page.
func (d *landingDoor) form(t testing.TB, w *httptest.ResponseRecorder) signUpForm {
	t.Helper()
	page := w.Body.String()
	action := regexp.MustCompile(`<form method="post" action="([^"]+)" novalidate>`).FindStringSubmatch(page)
	if action == nil {
		t.Fatalf("there is no form on %s", landingText(page))
	}
	f := signUpForm{url.Values{}, html.UnescapeString(action[1])}
	for _, input := range regexp.MustCompile(`<input [^>]*>`).FindAllString(page, -1) {
		name, value := attribute(input, "name"), attribute(input, "value")
		if attribute(input, "type") != "checkbox" || regexp.MustCompile(` checked`).MatchString(input) {
			f.Add(name, value)
		}
	}
	return f
}

func attribute(element, name string) string {
	found := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(element)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// fill opens the page and fills in its form.
func (d *landingDoor) fill(t testing.TB, target, email string, ticked ...consent.Preference) signUpForm {
	t.Helper()
	return d.fillIn(t, d.get(target), email, ticked...)
}

// fillIn fills in the form of a page as a person does who takes a while.
func (d *landingDoor) fillIn(t testing.TB, w *httptest.ResponseRecorder, email string, ticked ...consent.Preference) signUpForm {
	t.Helper()
	f := d.form(t, w)
	f.Set("email", email)
	for _, p := range ticked {
		f.Add("preference", p.ID.String())
	}
	d.store.now = d.store.now.Add(10 * time.Second)
	return f
}

// sends presses the button.
func (d *landingDoor) sends(f signUpForm, headers ...string) *httptest.ResponseRecorder {
	return d.send(http.MethodPost, f.action, f.Encode(), headers...)
}

// signsUp fills in the form and presses the button.
func (d *landingDoor) signsUp(t testing.TB, email string, ticked ...consent.Preference) *httptest.ResponseRecorder {
	t.Helper()
	return d.sends(d.fill(t, "/sign-up", email, ticked...))
}

// wantNothingWritten wants that the page is not carried out.
func (d *landingDoor) wantNothingWritten(t testing.TB) {
	t.Helper()
	if d.store.written() != 0 {
		t.Error("something was written")
	}
}
