package graph_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"assent/ratelimit"
)

func TestRateLimits(t *testing.T) {
	token := `{"in":{"token":"a","email":"b",` + landing + `}}`
	tests := []struct {
		name      string
		bucket    ratelimit.Bucket
		key       string
		document  string
		variables string
	}{
		{"sign-ups of a client", ratelimit.SignUp, ratelimit.KeyIP, signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`)},
		{"sign-ups of an address", ratelimit.SignUp, ratelimit.KeyContact, signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`)},
		{"sign-ups at a site", ratelimit.SignUp, ratelimit.KeySite, signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`)},
		{"sign-ups that are refused", ratelimit.SignUp, ratelimit.KeyIP, signUp, in(`"type":"EMAIL"`, `"contactDetails":"nobody"`)},
		{"entries", ratelimit.SignUp, ratelimit.KeyContact, enter, in(`"name":"Eve"`, `"email":"a@example.com"`, `"campaignId":"42"`)},
		{"questions about an address", ratelimit.Preferences, ratelimit.KeyContact, "query($e: String!) {accountCreationMarketingPreferences(email: $e)}", `{"e":"a@example.com"}`},
		{"numbers to stop messages to", ratelimit.Preferences, ratelimit.KeyContact, stopSMS, `{"n":"07400123456"}`},
		{"confirmations, even of no link of ours", ratelimit.Token, ratelimit.KeyIP, confirm, token},
		{"unsubscriptions, even of no link of ours", ratelimit.Token, ratelimit.KeyIP, leave, token},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t, limited(tt.bucket, tt.key))
			if first := d.ask(t, tt.document, tt.variables); strings.Contains(first.text, "RATE_LIMITED") {
				t.Fatalf("the first is refused: %s", first.text)
			}
			written := d.store.written()
			got := d.ask(t, tt.document, tt.variables)
			e := got.wantError(t, map[string]any{"code": "RATE_LIMITED", "bucket": string(tt.bucket), "retryAfter": nil})
			seconds, _ := e.Extensions["retryAfter"].(float64)
			if seconds < 1 || seconds > 86_400 || got.header.Get("Retry-After") != strconv.Itoa(int(seconds)) {
				t.Errorf("retryAfter is %v and Retry-After %q", e.Extensions["retryAfter"], got.header.Get("Retry-After"))
			}
			if got.status != http.StatusOK || d.store.written() != written || d.log.String() != "" {
				t.Errorf("status %d, %d changes, log %q", got.status, d.store.written()-written, d.log)
			}
		})
	}
}

func TestEveryExecutionOfAFieldIsCounted(t *testing.T) {
	d := open(t, limited(ratelimit.Preferences, ratelimit.KeyIP))
	got := d.ask(t, `{a:accountCreationMarketingPreferences(email:"a@example.com") b:accountCreationMarketingPreferences(email:"b@example.com")}`, "")
	got.wantError(t, map[string]any{"code": "RATE_LIMITED", "bucket": "MARKETING_PREFERENCES", "retryAfter": nil})
}

func TestNothingThatGoesOnAtASiteKeepsAnybodyFromWithdrawing(t *testing.T) {
	d := open(t, func(s *setup) {
		s.limits = ratelimit.Limits{}
		for _, b := range []ratelimit.Bucket{ratelimit.SignUp, ratelimit.Preferences} {
			s.limits[b] = map[string][]ratelimit.Window{ratelimit.KeySite: {{Count: 1, Period: time.Hour}}}
		}
	})
	const asks = `{accountCreationMarketingPreferences(email:"a@example.com")}`
	d.ask(t, asks, "")
	d.ask(t, asks, "").wantError(t, map[string]any{"code": "RATE_LIMITED", "bucket": "MARKETING_PREFERENCES", "retryAfter": nil})
	for range 2 {
		d.ask(t, stopSMS, `{"n":"07400123456"}`).wantData(t, `{"unsubscribeSmsMarketing":true}`)
	}
}

func TestOneOfSeveralFieldsIsToldInHeadersTheStrictest(t *testing.T) {
	d := open(t, func(s *setup) {
		s.limits = ratelimit.Limits{ratelimit.Preferences: {ratelimit.KeyIP: {{Count: 3, Period: time.Hour}}}}
	})
	const asks = `accountCreationMarketingPreferences(email:"a@example.com")`
	got := d.ask(t, "{a:"+asks+" b:"+asks+"}", "")
	if standing := got.header.Get("RateLimit"); !strings.HasPrefix(standing, `"MARKETING_PREFERENCES.ip";r=1;t=3`) || got.header.Get("Retry-After") != "" {
		t.Errorf("got %v", got.header)
	}
	if policy := got.header.Get("RateLimit-Policy"); policy != `"MARKETING_PREFERENCES.ip";q=3;w=3600` {
		t.Errorf("RateLimit-Policy is %s", policy)
	}
	got = d.ask(t, "{a:"+asks+" b:"+asks+"}", "")
	if standing := got.header.Get("RateLimit"); !strings.HasPrefix(standing, `"MARKETING_PREFERENCES.ip";r=0;t=3`) || got.header.Get("Retry-After") == "" {
		t.Errorf("got %v", got.header)
	}
	if got := d.ask(t, "{site{id}}", ""); got.header.Get("RateLimit") != "" {
		t.Errorf("a field that is not counted has %v", got.header)
	}
}

func TestCustomersAreNotLimited(t *testing.T) {
	d := open(t, func(s *setup) {
		s.limits = ratelimit.Limits{}
		for _, b := range []ratelimit.Bucket{ratelimit.SignUp, ratelimit.Preferences, ratelimit.Token} {
			s.limits[b] = map[string][]ratelimit.Window{ratelimit.KeyIP: {{Count: 1, Period: time.Hour}}}
		}
	})
	for range 3 {
		d.ask(t, update, in(`"type":"EMAIL"`, `"newValue":true`), "Authorization", login(t, anna())).
			wantData(t, `{"updateMarketingPreferences":{"error":null}}`)
	}
}
