package consent

// CaptchaProvider is who tells people from programs for a site.
type CaptchaProvider string

// The providers.
const (
	Turnstile CaptchaProvider = "TURNSTILE" // Cloudflare
	HCaptcha  CaptchaProvider = "HCAPTCHA"
	ReCaptcha CaptchaProvider = "RECAPTCHA" // Google, versions 2 and 3
)

// CaptchaProviders lists the providers.
func CaptchaProviders() []CaptchaProvider {
	return []CaptchaProvider{Turnstile, HCaptcha, ReCaptcha}
}

// Captcha is what lets a visitor of a site through where a rate limit would not.
// The zero value is none.
type Captcha struct {
	Provider CaptchaProvider
	SiteKey  string // public: the storefront's widget shows itself with it
	Secret   SealedSecret
}

// IsZero reports whether the site has none.
func (c Captcha) IsZero() bool { return c == Captcha{} }

// SealedSecret is a secret of a site, encrypted so that neither the database nor
// a copy of it gives the secret away. It is text.
type SealedSecret string
