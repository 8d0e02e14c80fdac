package backoffice

import (
	"regexp"
	"slices"

	"assent/consent"
)

// Captcha is what lets visitors of a site through where a rate limit would not.
// The zero value is none.
type Captcha struct {
	Provider      consent.CaptchaProvider `json:"provider" enum:",TURNSTILE,HCAPTCHA,RECAPTCHA" doc:"Who runs it; empty: the site has none"`
	SiteKey       string                  `json:"site_key" doc:"The public key, with which storefronts show the widget"`
	SecretVersion int                     `json:"secret_version" doc:"How often a secret was set. The secret itself is never shown"`

	NewSecret string               `json:"-"` // to set; empty: stays as it is
	Sealed    consent.SealedSecret `json:"-"`
}

// Sealer encrypts a secret of a site before it is stored.
type Sealer interface {
	Seal(site consent.SiteID, secret string) consent.SealedSecret
}

func (c Captcha) check(p *Problems) {
	if c.Provider == "" {
		if c.SiteKey != "" || c.NewSecret != "" {
			p.add("captcha.provider", "is required with a site key or a secret")
		}
		return
	}
	if !slices.Contains(consent.CaptchaProviders(), c.Provider) {
		p.add("captcha.provider", "is no provider")
	}
	p.add("captcha.site_key", captchaKey(c.SiteKey))
	switch {
	case c.NewSecret != "":
		p.add("captcha.secret", captchaKey(c.NewSecret))
	case c.SecretVersion == 0:
		p.add("captcha.secret", "is required with a provider")
	}
}

// fits refuses a provider or site key that is not the one before, without a secret
// of its own: the secret of one provider must not be sent to another, and a pair
// that does not match would let nobody through.
func (c Captcha) fits(before Captcha) error {
	same := c.Provider == before.Provider && c.SiteKey == before.SiteKey
	if c.Provider == "" || same || c.NewSecret != "" {
		return nil
	}
	return Invalid("captcha.secret", "must be sent with another provider or site key")
}

// seal puts the seal on a secret to set.
func (s *Service) seal(site *Site) {
	c := &site.Captcha
	if c.NewSecret == "" {
		return
	}
	c.Sealed = s.sealer.Seal(site.ID, c.NewSecret)
	c.SecretVersion++
	c.NewSecret = ""
}

// captchaKey is the rule for a key as every provider makes them.
func captchaKey(s string) string {
	if !regexp.MustCompile(`^[A-Za-z0-9._-]{1,200}$`).MatchString(s) {
		return "must be 1 to 200 letters, digits, dots, underscores and hyphens"
	}
	return ""
}
