package e2e

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

const signUpPage = "/sign-up"

// What the page says in English, with the box for offers ticked.
const signUpWording = `Sign up for news and offers
Enter your address to receive news and offers from Tamblewick Tea by e-mail.
Topics (optional)
I want to receive emails about special offers
By pressing the button you agree that Tamblewick Tea sends you news and offers by e-mail. You can unsubscribe at any time, with the link at the end of every e-mail.
Sign up`

// signUpForm is the form of the sign-up page, filled in.
type signUpForm struct {
	path   string
	fields url.Values
}

// fills opens the sign-up page of a site, or that of the client's host, and fills
// in its form. Nobody has to wait: the stamp is made older, which only the shop
// can do.
func (c *client) fills(site, email string, ticked ...string) signUpForm {
	c.t.Helper()
	f := signUpForm{signUpPage, url.Values{"email": {email}, "comment": {""}, "lang": {"en"}, "preference": ticked}}
	if site != "" {
		f.path += "?site=" + site
	}
	page := c.at("").do(http.MethodGet, f.path, "")
	page.shows(c.t, http.StatusOK, `<form method="post" action="`+f.path+`" novalidate>`)
	f.fields.Set("stamp", c.shop.aged(c.t, stampOf(c.t, page.body), 10*time.Second))
	return f
}

func stampOf(t *testing.T, page string) string {
	t.Helper()
	stamp := regexp.MustCompile(`name="stamp" value="([^"]+)"`).FindStringSubmatch(page)
	if stamp == nil {
		t.Fatalf("there is no stamp on %s", page)
	}
	return html.UnescapeString(stamp[1])
}

// aged is the same stamp of a form that was shown earlier.
func (s *shop) aged(t *testing.T, text string, by time.Duration) string {
	t.Helper()
	stamp, ok := s.keys.ParseStamp(text)
	if !ok {
		t.Fatalf("%q is no stamp of this shop", text)
	}
	stamp.At = stamp.At.Add(-by)
	return s.keys.Stamp(stamp)
}

func (c *client) sends(f signUpForm) reply {
	c.t.Helper()
	return c.at("").with("Content-Type", "application/x-www-form-urlencoded").do(http.MethodPost, f.path, f.fields.Encode())
}

// isSignedUp sends the form and wants the page, exactly the audit records, and
// with each of them what the page said.
func (c *client) isSignedUp(f signUpForm, heading string, records ...record) {
	c.t.Helper()
	seen, began := c.shop.logged(c.t), time.Now()
	c.sends(f).shows(c.t, http.StatusOK, "<h1>"+heading+"</h1>")
	op := operation{
		field: signUpPage, actor: "VISITOR", address: f.fields.Get("email"),
		variables: map[string]any{"input": map[string]any{"auditData": map[string]any{
			"messageShown": signUpWording, "formIdentifier": "sign-up-page", "formLocation": c.shop.publicURL() + f.path,
		}}},
	}
	c.wantRecords(op, period{began, time.Now()}, c.shop.records(c.t, seen.Last), records)
}

// publicURL is where shoppers reach the shop.
func (s *shop) publicURL() string {
	if s.composer == nil {
		return s.url
	}
	return publicURL
}

func TestSignUpPage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		for _, tt := range []struct {
			name string
			test func(c *client, email string)
		}{
			{"who signs up on the page confirms by mail", (*client).signsUpAndConfirms},
			{"a shop that asks nobody to confirm signs up at once, and once", (*client).signsUpAtOnce},
			{"the host says whose page it is", (*client).signsUpByHost},
			{"to look at the page changes nothing", (*client).looksAtSignUp},
			{"a program that fills in everything is told what a newcomer is, and nothing is written", (*client).fillsInEverything},
			{"a form that was open for too long is shown again, filled in, and can then be sent", (*client).pressesOnceMore},
			{"an address that is none is asked for again", (*client).mistypes},
			{"the page of another site cannot sign anybody up", (*client).isSentElsewhere},
			{"where nobody can sign up there is no page", (*client).findsNoPage},
		} {
			t.Run(tt.name, func(t *testing.T) { tt.test(s.visitor(t), s.email("ada")) })
		}
	})
}

func (c *client) signsUpAndConfirms(email string) {
	c.isSignedUp(c.fills(double, email, offers), "Please look into your mailbox", requested("EMAIL"), requested(preference(offers)))
	l := c.shop.linkTo(c.t, confirmPage, email)
	c.at(double).does(confirm(l), "OK", granted("EMAIL"), granted(preference(offers)))
	c.isSignedUp(c.fills(double, email, offers), "You are already signed up", requested("EMAIL"), requested(preference(offers)))
}

func (c *client) signsUpAtOnce(email string) {
	f := c.fills(single, email, offers)
	c.isSignedUp(f, "You are signed up", granted("EMAIL"), granted(preference(offers)))
	c.isSignedUp(f, "You are already signed up", requested("EMAIL"), requested(preference(offers)))
	c.knows(email, isSubscribed)
}

func (c *client) signsUpByHost(email string) {
	here := c.atHost(plainHost)
	f := here.fills("", email)
	here.sends(f).shows(c.t, http.StatusOK, "<title>You are signed up – Shop plain</title>")
	c.atHost(plainHost).knows(email, isSubscribed)
	c.at(single).knows(email, isNotAMember)
}

func (c *client) looksAtSignUp(email string) {
	before := c.shop.tables(c.t)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if got := c.do(method, signUpPage+"?site="+double+"&email="+email, ""); got.status != http.StatusOK {
			c.t.Errorf("%s answers %d", method, got.status)
		}
	}
	c.shop.wantUnchanged(c.t, before)
}

func (c *client) fillsInEverything(email string) {
	for _, site := range []string{single, double, discreet} {
		ticked := []string{offers, products}
		trapped, counted := c.fills(site, email, ticked...), c.refusals("honeypot")
		trapped.fields.Set("comment", "https://tea.example")
		before := c.shop.tables(c.t)
		got := c.sends(trapped)
		c.shop.wantUnchanged(c.t, before)
		want := c.sends(c.fills(site, email, ticked...))
		nonce := regexp.MustCompile(`nonce="[^"]*"`)
		if got.status != want.status || nonce.ReplaceAllString(got.body, "") != nonce.ReplaceAllString(want.body, "") {
			c.t.Errorf("got %d %s\nwant %d %s", got.status, got.body, want.status, want.body)
		}
		if got.header.Get("Content-Length") != want.header.Get("Content-Length") {
			c.t.Error("the answers have different lengths")
		}
		if now := c.refusals("honeypot"); now != counted+1 {
			c.t.Errorf("counted %d times", now-counted)
		}
	}
}

func (c *client) pressesOnceMore(email string) {
	f, counted := c.fills(double, email, offers), c.refusals("stale")
	f.fields.Set("stamp", c.shop.aged(c.t, f.fields.Get("stamp"), 48*time.Hour))
	before := c.shop.tables(c.t)
	again := c.sends(f)
	again.shows(c.t, http.StatusUnprocessableEntity, "press the button once more")
	again.shows(c.t, http.StatusUnprocessableEntity, `value="`+email+`"`)
	again.shows(c.t, http.StatusUnprocessableEntity, `value="`+offers+`" checked>`)
	c.shop.wantUnchanged(c.t, before)
	if now := c.refusals("stale"); now != counted+1 {
		c.t.Errorf("counted %d times", now-counted)
	}
	f.fields.Set("stamp", c.shop.aged(c.t, stampOf(c.t, again.body), 3*time.Second))
	c.isSignedUp(f, "Please look into your mailbox", requested("EMAIL"), requested(preference(offers)))
}

// refusals is how often the program counted a form not carried out.
func (c *client) refusals(reason string) int {
	c.t.Helper()
	found := regexp.MustCompile(`assent_form_refusals_total{reason="` + reason + `"} (\d+)`).FindStringSubmatch(c.do(http.MethodGet, "/metrics", "").body)
	if found == nil {
		c.t.Fatalf("%s is not in the metrics", reason)
	}
	n, err := strconv.Atoi(found[1])
	must(c.t, err)
	return n
}

func (c *client) mistypes(email string) {
	before := c.shop.tables(c.t)
	mistyped := strings.ReplaceAll(email, "@", "(at)")
	got := c.sends(c.fills(single, mistyped))
	got.shows(c.t, http.StatusUnprocessableEntity, "Please enter an e-mail address")
	got.shows(c.t, http.StatusUnprocessableEntity, `value="`+mistyped+`"`)
	c.shop.wantUnchanged(c.t, before)
}

func (c *client) isSentElsewhere(email string) {
	before := c.shop.tables(c.t)
	got := c.with("Sec-Fetch-Site", "cross-site").sends(c.fills(single, email, offers))
	got.shows(c.t, http.StatusForbidden, "<form")
	if strings.Contains(got.body, email) || strings.Contains(got.body, "checked") {
		c.t.Error("the form is filled in")
	}
	c.shop.wantUnchanged(c.t, before)
}

func (c *client) findsNoPage(email string) {
	before := c.shop.tables(c.t)
	for _, site := range []string{closed, "nowhere", "00000000-0000-4000-8000-000000000000", "%00"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			got := c.with("Content-Type", "application/x-www-form-urlencoded").do(method, signUpPage+"?site="+site, "email="+email)
			got.shows(c.t, http.StatusNotFound, "There is nothing to sign up for here")
		}
	}
	c.shop.wantUnchanged(c.t, before)
}
