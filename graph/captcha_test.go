package graph_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"assent/captcha/captchatest"
	"assent/consent"
	"assent/ratelimit"
	"assent/token"
)

const (
	captchaSecret = "0x4AAA-secret"
	captchaHeader = "X-Captcha-Token"
	isMember      = "accountCreationMarketingPreferences"
	asksMember    = `{` + isMember + `(email:"a@example.com")}`
	isNoMember    = `{"` + isMember + `":"DOES_NOT_RECEIVE_MARKETING_MATERIAL"}`
)

// guarded is the shop with a CAPTCHA, and its provider.
func guarded(t testing.TB, limits ratelimit.Limits) (*door, *captchatest.Provider) {
	t.Helper()
	keys, err := token.NewKeys([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	provider, site := captchatest.Start(t, captchaSecret), shop()
	site.Captcha = consent.Captcha{Provider: consent.Turnstile, SiteKey: "0x4AAA-site", Secret: keys.Seal(site.ID, captchaSecret)}
	return open(t, over(newMemory(site)), func(s *setup) { s.limits, s.verifyURL = limits, provider.URL }), provider
}

// exhausted admits one attempt a day, and nine checks of tokens.
func exhausted(b ratelimit.Bucket) ratelimit.Limits {
	return ratelimit.Limits{
		b:                 {ratelimit.KeyIP: {{Count: 1, Period: 24 * time.Hour}}},
		ratelimit.Captcha: {ratelimit.KeyIP: {{Count: 9, Period: 24 * time.Hour}}},
	}
}

// required is the error that asks for a token.
func required(bucket ratelimit.Bucket) map[string]any {
	return map[string]any{
		"code": "CAPTCHA_REQUIRED", "bucket": string(bucket), "retryAfter": nil, "provider": "TURNSTILE", "siteKey": "0x4AAA-site",
	}
}

func TestATokenLetsThroughWhatALimitRefuses(t *testing.T) {
	link := `{"in":{"token":"a","email":"b",` + landing + `}}`
	for _, tt := range []struct {
		name                string
		bucket              ratelimit.Bucket
		document, variables string
		want                string
	}{
		{"a sign-up", ratelimit.SignUp, signUp, in(`"type":"EMAIL"`, `"contactDetails":"b@example.com"`), `{"signUpForMarketing":"DUPLICATE"}`},
		{"an entry", ratelimit.SignUp, enter, in(`"name":"Eve"`, `"email":"b@example.com"`, `"campaignId":"42"`), `{"signUpForEmailMarketingCampaign":"NOT_FOUND"}`},
		{"a question about an address", ratelimit.Preferences, asksMember, "", isNoMember},
		{"a number to stop messages to", ratelimit.Preferences, stopSMS, `{"n":"07400123456"}`, `{"unsubscribeSmsMarketing":true}`},
		{"a confirmation", ratelimit.Token, confirm, link, `{"confirmMarketing":"NOT_FOUND"}`},
		{"an unsubscription", ratelimit.Token, leave, link, `{"unsubscribeMarketing":"NOT_FOUND"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, provider := guarded(t, exhausted(tt.bucket))
			d.ask(t, tt.document, tt.variables)
			if n := len(provider.Asked()); n > 0 {
				t.Fatal("the provider is asked before a limit is reached")
			}
			written := d.store.written()
			got := d.ask(t, tt.document, tt.variables)
			e := got.wantError(t, required(tt.bucket))
			seconds, _ := e.Extensions["retryAfter"].(float64)
			if seconds < 1 || got.header.Get("Retry-After") != strconv.Itoa(int(seconds)) || got.status != http.StatusOK {
				t.Errorf("status %d, retryAfter %v and Retry-After %q", got.status, seconds, got.header.Get("Retry-After"))
			}
			if d.store.written() != written {
				t.Error("something was written")
			}
			solved := provider.Solve()
			through := d.ask(t, tt.document, tt.variables, captchaHeader, solved)
			through.wantData(t, tt.want)
			d.ask(t, tt.document, tt.variables, captchaHeader, solved).wantError(t, required(tt.bucket))
			if d.log.String() != "" {
				t.Errorf("logged: %s", d.log)
			}
		})
	}
}

func TestATokenThatIsNotGoodIsAskedForAgain(t *testing.T) {
	d, provider := guarded(t, exhausted(ratelimit.Preferences))
	d.ask(t, asksMember, "").wantData(t, isNoMember)
	for name, text := range map[string]string{
		"made up": "made-up", "in two words": "a b", "too long": strings.Repeat("a", 4097), "no ASCII": "é",
	} {
		got := d.ask(t, asksMember, "", captchaHeader, text)
		got.wantError(t, required(ratelimit.Preferences))
		if strings.Contains(got.text, text) {
			t.Errorf("a token that is %s is repeated: %s", name, got.text)
		}
	}
	if n := len(provider.Asked()); n != 1 {
		t.Errorf("the provider is asked about %d tokens, want the one that could be some", n)
	}
}

func TestAProviderThatFailsLetsNobodyThrough(t *testing.T) {
	d, provider := guarded(t, exhausted(ratelimit.Preferences))
	d.ask(t, asksMember, "").wantData(t, isNoMember)
	provider.Misbehave(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	for range 3 {
		d.ask(t, asksMember, "", captchaHeader, provider.Solve()).wantError(t, required(ratelimit.Preferences))
	}
	if lines := d.log.lines(t); len(lines) != 1 || strings.Contains(d.log.String(), captchaSecret) {
		t.Errorf("logged: %s", d.log)
	}
}

// A request may ask about ten addresses under as many aliases.
func TestATokenIsWorthOneExecutionOfAField(t *testing.T) {
	d, provider := guarded(t, exhausted(ratelimit.Preferences))
	d.ask(t, asksMember, "").wantData(t, isNoMember)
	got := d.ask(t, "{"+aliases(isMember+`(email:"a@example.com")`, 10)+"}", "", captchaHeader, provider.Solve())
	if answered := strings.Count(got.data(), "DOES_NOT_RECEIVE"); answered != 1 || len(got.errors) != 9 {
		t.Errorf("%d of ten are answered and %d refused, want one: %s", answered, len(got.errors), got.text)
	}
	for _, e := range got.errors {
		if e.Extensions["code"] != "CAPTCHA_REQUIRED" {
			t.Errorf("one is refused with %v", e.Extensions)
		}
	}
	if n := len(provider.Asked()); n != 1 {
		t.Errorf("the provider is asked %d times", n)
	}
}

func TestChecksOfTokensAreLimitedThemselves(t *testing.T) {
	for _, key := range []string{ratelimit.KeyIP, ratelimit.KeyNetwork, ratelimit.KeySite} {
		limits := exhausted(ratelimit.Preferences)
		limits[ratelimit.Captcha] = map[string][]ratelimit.Window{key: {{Count: 2, Period: time.Hour}}}
		d, provider := guarded(t, limits)
		d.ask(t, asksMember, "").wantData(t, isNoMember)
		d.ask(t, asksMember, "").wantError(t, required(ratelimit.Preferences)) // no token, no check
		d.ask(t, asksMember, "", captchaHeader, "made-up").wantError(t, required(ratelimit.Preferences))
		d.ask(t, asksMember, "", captchaHeader, provider.Solve()).wantData(t, isNoMember)
		d.ask(t, asksMember, "", captchaHeader, provider.Solve()).
			wantError(t, map[string]any{"code": "RATE_LIMITED", "bucket": "CAPTCHA", "retryAfter": nil})
		if n := len(provider.Asked()); n != 2 {
			t.Errorf("%s: the provider is asked %d times, want twice", key, n)
		}
	}
}

func TestNobodyIsToldToWaitForChecksLongerThanForTheLimitItself(t *testing.T) {
	d, provider := guarded(t, ratelimit.Limits{
		ratelimit.Preferences: {ratelimit.KeyIP: {{Count: 1, Period: time.Minute}}},
		ratelimit.Captcha:     {ratelimit.KeyIP: {{Count: 1, Period: 24 * time.Hour}}},
	})
	d.ask(t, asksMember, "").wantData(t, isNoMember)
	d.ask(t, asksMember, "", captchaHeader, provider.Solve()).wantData(t, isNoMember)
	e := d.ask(t, asksMember, "", captchaHeader, provider.Solve()).
		wantError(t, map[string]any{"code": "RATE_LIMITED", "bucket": "MARKETING_PREFERENCES", "retryAfter": nil})
	if seconds, _ := e.Extensions["retryAfter"].(float64); seconds > 60 {
		t.Errorf("retryAfter is %v", seconds)
	}
}

func TestOnlyTheSiteOfTheRequestHasItsCaptcha(t *testing.T) {
	d := open(t, limited(ratelimit.Preferences, ratelimit.KeyIP))
	d.ask(t, asksMember, "").wantData(t, isNoMember)
	limit := map[string]any{"code": "RATE_LIMITED", "bucket": "MARKETING_PREFERENCES", "retryAfter": nil}
	d.ask(t, asksMember, "", captchaHeader, "token").wantError(t, limit)

	guardedDoor, provider := guarded(t, exhausted(ratelimit.Token))
	link := `{"in":{"token":"a","email":"b",` + landing + `}}`
	guardedDoor.ask(t, leave, link)
	guardedDoor.ask(t, leave, link, "X-Site-Id", "nowhere", captchaHeader, provider.Solve()).
		wantError(t, map[string]any{"code": "RATE_LIMITED", "bucket": "MARKETING_TOKEN", "retryAfter": nil})
}

func TestASiteTellsOfItsCaptchaSoThatAStorefrontCanShowIt(t *testing.T) {
	const document = "{site {captcha {provider siteKey}}}"
	d, _ := guarded(t, nil)
	d.ask(t, document, "").wantData(t, `{"site":{"captcha":{"provider":"TURNSTILE","siteKey":"0x4AAA-site"}}}`)
	open(t).ask(t, document, "").wantData(t, `{"site":{"captcha":null}}`)
}
