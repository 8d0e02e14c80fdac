package captcha

import (
	"testing"

	"assent/consent"
)

func TestWhatIsWrongWithATokenIsTheVisitorsAffair(t *testing.T) {
	for _, code := range []string{
		"missing-input-response", "invalid-input-response", "timeout-or-duplicate", "bad-request", "expired-input-response",
		"already-seen-response", "invalid-or-already-seen-response", "sitekey-secret-mismatch", "unheard-of",
	} {
		for _, status := range []int{200, 400, 403} {
			a, failed := parseAnswer(status, []byte(`{"success":false,"error-codes":["`+code+`"]}`))
			if failed != nil {
				t.Errorf("%s with status %d is a failure of the provider: %v", code, status, failed)
				continue
			}
			if passed, failed := a.passes(consent.HCaptcha); passed || failed != nil {
				t.Errorf("%s with status %d: passes %t, failure %v", code, status, passed, failed)
			}
		}
	}
}

func FuzzOnlyAYesPasses(f *testing.F) {
	for _, text := range []string{
		`{"success":true}`, `{"success":true,"score":0.9,"action":"sign-up"}`, `{"success":true,"score":0.1}`,
		`{"success":false,"error-codes":["timeout-or-duplicate"]}`, `{"success":false,"error-codes":["invalid-input-secret"]}`,
		`{"success":null}`, `{"error-codes":[1]}`, `null`, `[]`, `"success"`, `<html>`, ``, `{"success":true,"score":1e999}`, `{"Success":true}`,
	} {
		f.Add(200, []byte(text))
		f.Add(403, []byte(text))
	}
	f.Fuzz(func(t *testing.T, status int, text []byte) {
		a, failed := parseAnswer(status, text)
		if failed != nil {
			if failed.kind == "" || failed.cause == "" {
				t.Errorf("%d %q fails without a word", status, text)
			}
			return
		}
		for _, provider := range consent.CaptchaProviders() {
			passed, failed := a.passes(provider)
			if passed && (failed != nil || status != 200 || !*a.Success) {
				t.Errorf("%d %q passes at %s", status, text, provider)
			}
		}
	})
}
