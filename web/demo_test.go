package web

import (
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func demoOptions(customer DemoCustomer) DemoOptions {
	return DemoOptions{
		Endpoint: "/graphql", Inbox: "/dev/inbox",
		Sites:    []DemoSite{{"demo", "Single opt-in"}, {"demo-double-opt-in", "Double opt-in"}},
		Customer: func() (DemoCustomer, error) { return customer, nil },
	}
}

func ann() DemoCustomer {
	return DemoCustomer{Name: "Ann Example", Email: "ann@example.com", PhoneNumber: "+447400123456", Token: "login-of-ann"}
}

func demoPageAt(t *testing.T, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := get(t, Demo(demoOptions(ann()), silent()), target)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%s: %d %s", target, w.Code, w.Header().Get("Content-Type"))
	}
	return w
}

func demoConfigIn(t *testing.T, page string) demoConfig {
	t.Helper()
	text := regexp.MustCompile(`(?s)<script type="application/json" id="config">(.*?)</script>`).FindStringSubmatch(page)
	if text == nil {
		t.Fatal("no configuration in the page")
	}
	var config demoConfig
	if err := json.Unmarshal([]byte(text[1]), &config); err != nil {
		t.Fatal(err)
	}
	return config
}

func TestEveryPageOfTheDemoHasWhatItIsFor(t *testing.T) {
	for target, parts := range map[string][]string{
		"/demo":            {"<h1>Put the kettle on</h1>", "Foghorn Breakfast", "£7.50", `aria-current="page">Shop<`},
		"/demo/":           {"<h1>Put the kettle on</h1>"},
		"/demo/prize-draw": {`<form id="prize-draw"`, `name="marketingOptIn">`, `aria-current="page">Prize draw<`},
		"/demo/account": {"<dd>Ann Example</dd>", "<dd>ann@example.com</dd>", "44740012345", `data-type="EMAIL"`, `data-type="SMS"`,
			`data-type="POST"`, `data-type="THIRD_PARTY"`, `aria-current="page">Account<`},
	} {
		page := demoPageAt(t, target).Body.String()
		everywhere := []string{`<form id="newsletter-footer"`, `href="/dev/inbox"`, "<noscript>", `role="status"`,
			">Single opt-in<", ">Double opt-in<", `<html lang="en">`}
		for _, part := range append(everywhere, parts...) {
			if !strings.Contains(page, part) {
				t.Errorf("%s lacks %s", target, part)
			}
		}
	}
}

func TestNoConsentIsGivenInAdvance(t *testing.T) {
	for _, view := range demoViews() {
		page := demoPageAt(t, view.Path).Body.String()
		if ticked := regexp.MustCompile(`<input type="checkbox"[^>]*checked`).FindString(page); ticked != "" {
			t.Errorf("%s: %s", view.Path, ticked)
		}
	}
}

func TestTheDemoLoadsOnlyOurOwnFiles(t *testing.T) {
	for _, view := range demoViews() {
		page := demoPageAt(t, view.Path).Body.String()
		files := regexp.MustCompile(`(?:src|<link [^>]*href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
		if len(files) < 6 {
			t.Errorf("%s loads %d files", view.Path, len(files))
		}
		for _, file := range files {
			if w := get(t, Static(), html.UnescapeString(file[1])); w.Code != http.StatusOK {
				t.Errorf("%s: %d", file[1], w.Code)
			}
		}
		if other := regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*"`).FindString(page); other != "" {
			t.Errorf("%s refers to another host: %s", view.Path, other)
		}
	}
}

func TestTheDemoRunsNothingThatIsInThePage(t *testing.T) {
	for _, view := range demoViews() {
		w := demoPageAt(t, view.Path)
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
			"img-src 'self' data:", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s is missing in %s", part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("unsafe: %s", policy)
		}
		if inline := regexp.MustCompile(`<style| style=| on[a-z]+=|<script>`).FindString(w.Body.String()); inline != "" {
			t.Errorf("%s has %s, which its policy forbids", view.Path, inline)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be stored", view.Path)
		}
	}
}

func TestTheVisitorChoosesTheSite(t *testing.T) {
	for target, want := range map[string]string{
		"/demo":                                 "demo",
		"/demo?site=demo-double-opt-in":         "demo-double-opt-in",
		"/demo/account?site=my-shop-2":          "my-shop-2",
		"/demo?site=":                           "demo",
		"/demo?site=My+Shop":                    "demo",
		"/demo?site=%22%3E%3Cb%3E":              "demo",
		"/demo?site=demo%0a":                    "demo",
		"/demo?site=" + strings.Repeat("a", 64): strings.Repeat("a", 64),
		"/demo?site=" + strings.Repeat("a", 65): "demo",
	} {
		page := demoPageAt(t, target).Body.String()
		if got := demoConfigIn(t, page).Site; got != want {
			t.Errorf("%s shows the site %q, want %q", target, got, want)
		}
		if !strings.Contains(page, `?site=`+want+`" aria-current="true">`) {
			t.Errorf("%s does not mark %s as chosen", target, want)
		}
		if !strings.Contains(page, `href="/demo/account?site=`+want+`"`) {
			t.Errorf("%s: the site is lost on the way to the account", target)
		}
	}
}

func TestWithoutSitesTheHostSaysWhichOneItIs(t *testing.T) {
	o := demoOptions(ann())
	o.Sites = nil
	if got := demoConfigIn(t, get(t, Demo(o, silent()), "/demo").Body.String()).Site; got != "" {
		t.Errorf("the site is %q", got)
	}
}

func TestTheLoginIsOnTheAccountPageOnly(t *testing.T) {
	for path, want := range map[string]demoConfig{
		"/demo":            {Endpoint: "/graphql", Site: "demo", Inbox: "/dev/inbox"},
		"/demo/prize-draw": {Endpoint: "/graphql", Site: "demo", Inbox: "/dev/inbox"},
		"/demo/account":    {Endpoint: "/graphql", Site: "demo", Inbox: "/dev/inbox", Token: "login-of-ann"},
	} {
		if got := demoConfigIn(t, demoPageAt(t, path).Body.String()); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func TestWithoutALoginTheAccountSaysSo(t *testing.T) {
	page := get(t, Demo(demoOptions(DemoCustomer{Name: "Ann Example"}), silent()), "/demo/account").Body.String()
	if !strings.Contains(page, "needs a login") || strings.Contains(page, "Ann Example") || strings.Contains(page, `role="switch"`) {
		t.Error("the account is shown to nobody in particular")
	}
}

func TestWhatTheCustomerIsCalledStaysText(t *testing.T) {
	evil := "</script><script>alert(1)</script>"
	h := Demo(demoOptions(DemoCustomer{Name: evil, Email: `"><b>@example.com`, PhoneNumber: evil, Token: evil}), silent())
	page := get(t, h, "/demo/account").Body.String()
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<b>@") {
		t.Error("the customer wrote a part of the page")
	}
	if got := demoConfigIn(t, page).Token; got != evil {
		t.Errorf("the login arrives as %q", got)
	}
}

func TestTheDemoLogsInAfreshOnEveryLoad(t *testing.T) {
	o := demoOptions(DemoCustomer{})
	loads := 0
	o.Customer = func() (DemoCustomer, error) { loads++; return ann(), nil }
	h := Demo(o, silent())
	get(t, h, "/demo/account")
	get(t, h, "/demo/account")
	if loads != 2 {
		t.Errorf("asked %d times", loads)
	}
}

func TestAFailedDemoLoginIsNotToldInDetail(t *testing.T) {
	o := demoOptions(DemoCustomer{})
	o.Customer = func() (DemoCustomer, error) { return DemoCustomer{}, errors.New("key at /secret is gone") }
	w := get(t, Demo(o, silent()), "/demo/account")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestTheDemoHasNoOtherPages(t *testing.T) {
	for _, target := range []string{"/demo/basket", "/demo/account/x", "/demo//", "/demonstration", "/"} {
		if w := get(t, Demo(demoOptions(ann()), silent()), target); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}
