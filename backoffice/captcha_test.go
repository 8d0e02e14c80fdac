package backoffice_test

import (
	"encoding/json"
	"strings"
	"testing"

	"assent/backoffice"
	"assent/consent"
)

// turnstile is a CAPTCHA as it is given.
func turnstile() backoffice.Captcha {
	return backoffice.Captcha{Provider: consent.Turnstile, SiteKey: "0x4AAA-site", NewSecret: "0x4AAA-secret"}
}

func TestACaptchaHasAProviderASiteKeyAndASecret(t *testing.T) {
	key := strings.Repeat("k", 200)
	for name, tt := range map[string]struct {
		captcha backoffice.Captcha
		faults  []string
	}{
		"none":                             {backoffice.Captcha{}, nil},
		"Turnstile":                        {turnstile(), nil},
		"hCaptcha":                         {backoffice.Captcha{Provider: consent.HCaptcha, SiteKey: "10000000-ffff-ffff-ffff-000000000001", NewSecret: "ES_0"}, nil},
		"reCAPTCHA, with the longest keys": {backoffice.Captcha{Provider: consent.ReCaptcha, SiteKey: key, NewSecret: key}, nil},
		"a site key alone":                 {backoffice.Captcha{SiteKey: "k"}, []string{"captcha.provider"}},
		"a secret alone":                   {backoffice.Captcha{NewSecret: "s"}, []string{"captcha.provider"}},
		"a provider alone":                 {backoffice.Captcha{Provider: consent.Turnstile}, []string{"captcha.site_key", "captcha.secret"}},
		"another provider":                 {backoffice.Captcha{Provider: "ORACLE", SiteKey: "k", NewSecret: "s"}, []string{"captcha.provider"}},
		"keys that were copied badly": {backoffice.Captcha{Provider: consent.Turnstile, SiteKey: " k", NewSecret: "very secret\n"},
			[]string{"captcha.site_key", "captcha.secret"}},
		"keys that are too long": {backoffice.Captcha{Provider: consent.Turnstile, SiteKey: key + "k", NewSecret: key + "k"},
			[]string{"captcha.site_key", "captcha.secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := create(t, func(s *backoffice.Site) { s.Captcha = tt.captcha })
			if tt.faults == nil {
				if err != nil {
					t.Errorf("it is refused: %v", err)
				}
				return
			}
			wantFaults(t, err, tt.faults...)
			if strings.Contains(err.Error(), "very secret") {
				t.Errorf("the secret is repeated: %v", err)
			}
		})
	}
}

func TestASecretIsSealedForItsSiteAndNeverShown(t *testing.T) {
	site, err := create(t, func(s *backoffice.Site) { s.Captcha = turnstile() })
	if err != nil {
		t.Fatal(err)
	}
	want := backoffice.Captcha{
		Provider: consent.Turnstile, SiteKey: "0x4AAA-site", SecretVersion: 1,
		Sealed: plainSealer{}.Seal(site.ID, "0x4AAA-secret"),
	}
	if site.Captcha != want {
		t.Errorf("it is kept as %+v, want %+v", site.Captcha, want)
	}
	shown, err := json.Marshal(site)
	if err != nil || strings.Contains(string(shown), "0x4AAA-secret") || !strings.Contains(string(shown), `"captcha":{"provider":"TURNSTILE","site_key":"0x4AAA-site","secret_version":1}`) {
		t.Errorf("it is shown as %s, %v", shown, err)
	}
}

func TestChangingACaptcha(t *testing.T) {
	before := backoffice.Captcha{Provider: consent.Turnstile, SiteKey: "site", Sealed: "sealed before", SecretVersion: 1}
	sealed := func(secret string) consent.SealedSecret { return plainSealer{}.Seal(teaUK, secret) }
	for name, tt := range map[string]struct {
		change func(*backoffice.Captcha)
		want   backoffice.Captcha
		faults []string
	}{
		"something else": {func(*backoffice.Captcha) {}, before, nil},
		"the secret alone": {func(c *backoffice.Captcha) { c.NewSecret = "new" },
			backoffice.Captcha{Provider: consent.Turnstile, SiteKey: "site", Sealed: sealed("new"), SecretVersion: 2}, nil},
		"the site key with its secret": {func(c *backoffice.Captcha) { c.SiteKey, c.NewSecret = "other", "new" },
			backoffice.Captcha{Provider: consent.Turnstile, SiteKey: "other", Sealed: sealed("new"), SecretVersion: 2}, nil},
		"the provider with its keys": {func(c *backoffice.Captcha) { c.Provider, c.SiteKey, c.NewSecret = consent.HCaptcha, "other", "new" },
			backoffice.Captcha{Provider: consent.HCaptcha, SiteKey: "other", Sealed: sealed("new"), SecretVersion: 2}, nil},
		"no CAPTCHA any more":                 {func(c *backoffice.Captcha) { *c = backoffice.Captcha{} }, backoffice.Captcha{}, nil},
		"the site key without its secret":     {func(c *backoffice.Captcha) { c.SiteKey = "other" }, before, []string{"captcha.secret"}},
		"the provider, with the secret kept":  {func(c *backoffice.Captcha) { c.Provider = consent.HCaptcha }, before, []string{"captcha.secret"}},
		"the provider gone, its keys left":    {func(c *backoffice.Captcha) { c.Provider = "" }, before, []string{"captcha.provider"}},
		"the site key gone, with the rest on": {func(c *backoffice.Captcha) { c.SiteKey = "" }, before, []string{"captcha.site_key"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := stocked()
			m.sites[0].Captcha = before
			got, err := m.service().UpdateSite(t.Context(), owner, teaUK, func(s *backoffice.Site) { tt.change(&s.Captcha) })
			if tt.faults != nil {
				wantFaults(t, err, tt.faults...)
				return
			}
			if err != nil || got.Captcha != tt.want {
				t.Errorf("got %+v, %v; want %+v", got.Captcha, err, tt.want)
			}
		})
	}
}
