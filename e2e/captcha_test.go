package e2e

import (
	"net/http"
	"strings"
	"testing"

	"assent/captcha/captchatest"
)

const (
	captchaSecret = "0x4AAA-secret-of-the-captcha"
	captchaHeader = "X-Captcha-Token"
	siteCaptcha   = `{ site { captcha { provider siteKey } } }`
)

// TestCaptcha gives every client one attempt a day to sign up, and the demo site a
// CAPTCHA of a provider that behaves as they do.
func TestCaptcha(t *testing.T) {
	provider := captchatest.Start(t, captchaSecret)
	onBoth(t, func(t *testing.T, s *shop) {
		site := company{staff: s.staff(t, bootstrapKey), site: demoSite}
		site.patches("/sites/"+demoSite, object{"captcha": object{"provider": "TURNSTILE", "site_key": "key", "secret": captchaSecret}})
		visitor, op := s.visitor(t), signUp("EMAIL", s.email("eve"))
		visitor.does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
		visitor.isChallenged(op)
		visitor.with(captchaHeader, "made-up").isChallenged(op)

		solved := provider.Solve()
		visitor.with(captchaHeader, solved).does(op, "OK", granted("EMAIL"))
		visitor.with(captchaHeader, solved).isChallenged(op)
		visitor.with(captchaHeader, provider.Solve()).does(op, "DUPLICATE", requested("EMAIL"))
		visitor.with(captchaHeader, provider.Solve()).at(plain).isLimited(signUp("EMAIL", s.email("grace")), "MARKETING_MATERIAL_SIGN_UP")

		site.patches("/sites/"+demoSite, object{"captcha": object{"secret": "another-secret"}})
		visitor.with(captchaHeader, provider.Solve()).isChallenged(op)
		visitor.with(captchaHeader, provider.Solve()).isLimited(op, "CAPTCHA")
		log := s.log.String()
		if strings.Count(log, "the provider does not know the secret") != 1 {
			t.Error("a secret that the provider does not know is not logged once")
		}
		for _, secret := range []string{captchaSecret, "another-secret", solved} {
			if strings.Contains(log, secret) {
				t.Errorf("the log holds %s", secret)
			}
		}
	}, "RATE_LIMITS=MARKETING_MATERIAL_SIGN_UP.ip=1/24h,CAPTCHA.ip=5/24h", "CAPTCHA_VERIFY_URL="+provider.URL, "ADMIN_API_KEY="+bootstrapKey)
}

// isChallenged wants the operation to be refused, and the client to be told what
// lets it through.
func (c *client) isChallenged(op operation) {
	c.t.Helper()
	before := c.shop.tables(c.t)
	got := c.send(op.document, op.variables)
	if !got.isError("CAPTCHA_REQUIRED", "") {
		c.t.Fatalf("%s answers %s, want CAPTCHA_REQUIRED", op.document, got.body)
	}
	told := got.Errors[0].Extensions
	if told["provider"] != "TURNSTILE" || told["siteKey"] != "key" || told["bucket"] != "MARKETING_MATERIAL_SIGN_UP" ||
		told["retryAfter"] == nil || got.header.Get("Retry-After") == "" {
		c.t.Errorf("the client is told %v", told)
	}
	c.shop.wantUnchanged(c.t, before)
}

func keepsCaptchaSecret(t *testing.T, s *shop) {
	c := s.company(t)
	visitor, path := s.visitor(t).at(c.slug), "/sites/"+c.site
	visitor.comesToSee(siteCaptcha, `{"site":{"captcha":null}}`)
	set := func(captcha object) answered { return c.do(http.MethodPatch, path, object{"captcha": captcha}) }
	want := func(got answered, provider, key string, version float64) {
		t.Helper()
		shown := got.object(t)["captcha"]
		wantSame(t, object{"captcha": shown}, object{"captcha": object{"provider": provider, "site_key": key, "secret_version": version}})
	}
	refused := func(got answered, field string) {
		t.Helper()
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"#/captcha/`+field+`"`) {
			t.Errorf("it is answered with %d %s, want %s to be at fault", got.status, got.body, field)
		}
	}
	refused(set(object{"provider": "TURNSTILE", "site_key": "key"}), "secret")
	refused(set(object{"secret": captchaSecret}), "provider")
	want(set(object{"provider": "TURNSTILE", "site_key": "key", "secret": captchaSecret}), "TURNSTILE", "key", 1)
	visitor.comesToSee(siteCaptcha, `{"site":{"captcha":{"provider":"TURNSTILE","siteKey":"key"}}}`)
	refused(set(object{"site_key": "other"}), "secret")
	refused(set(object{"provider": "HCAPTCHA"}), "secret")
	want(set(object{"provider": "TURNSTILE", "site_key": "key"}), "TURNSTILE", "key", 1)
	want(set(object{"secret": captchaSecret + "-2"}), "TURNSTILE", "key", 2)
	want(c.do(http.MethodGet, path, nil), "TURNSTILE", "key", 2)
	want(set(object{"provider": "HCAPTCHA", "site_key": "other", "secret": captchaSecret + "-3"}), "HCAPTCHA", "other", 3)

	records := c.do(http.MethodGet, "/admin-records?subject_id="+c.site, nil)
	if len(records.list(t)) != 4 || !strings.Contains(records.body, `"secret_version":3`) || strings.Contains(records.body, captchaSecret) {
		t.Errorf("the records are %s, want three changes of the secret and not what it was", records.body)
	}
	for _, kept := range s.captchaSecrets(t) {
		if strings.Contains(kept, captchaSecret) {
			t.Errorf("the database holds %s", kept)
		}
	}
	want(set(object{"provider": ""}), "", "", 3) // a number stands for one secret only
	visitor.comesToSee(siteCaptcha, `{"site":{"captcha":null}}`)
	refused(set(object{"provider": "HCAPTCHA", "site_key": "other"}), "secret")
	want(set(object{"provider": "HCAPTCHA", "site_key": "other", "secret": captchaSecret}), "HCAPTCHA", "other", 4)
}

// captchaSecrets are the secrets of all sites as the database has them.
func (s *shop) captchaSecrets(t *testing.T) []string {
	t.Helper()
	var kept []string
	must(t, s.db.SelectContext(t.Context(), &kept, `SELECT captcha_secret FROM site WHERE captcha_secret <> ''`))
	if len(kept) == 0 {
		t.Error("no secret is kept")
	}
	return kept
}
