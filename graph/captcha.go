package graph

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"
)

const codeCaptchaRequired = "CAPTCHA_REQUIRED"

// captchaToken is what a visitor got for solving a CAPTCHA. Aliases must not
// multiply what it is worth, so one execution of a field takes it from the request
// and the others find none.
type captchaToken struct {
	text  string
	taken atomic.Bool
}

func (t *captchaToken) take() string {
	if t == nil || t.taken.Swap(true) {
		return ""
	}
	return t.text
}

type captchaTokenKey struct{}

func withCaptchaToken(ctx context.Context, r *http.Request) context.Context {
	return context.WithValue(ctx, captchaTokenKey{}, &captchaToken{text: r.Header.Get("X-Captcha-Token")})
}

func captchaTokenFrom(ctx context.Context) *captchaToken {
	token, _ := ctx.Value(captchaTokenKey{}).(*captchaToken)
	return token
}

// challenge is what becomes of an execution that a limit refused: it goes on with a
// good token of the site's CAPTCHA. Checking tokens is limited too.
func (r *Resolver) challenge(ctx context.Context, refused ratelimit.Decision) *limitError {
	site, err := r.site(ctx)
	if err != nil || site.Captcha.IsZero() {
		return &limitError{decision: refused}
	}
	required := &limitError{refused, site.Captcha}
	token := captchaTokenFrom(ctx).take()
	if token == "" {
		return required
	}
	subject := ratelimit.Subject{IP: httpx.ClientFrom(ctx).IP, Site: site.ID.String()}
	if d := r.limits.Take(ctx, ratelimit.Captcha, subject); !d.Allowed {
		if d.Reset > refused.Reset { // by then no token is needed
			d = refused
		}
		return &limitError{decision: d}
	}
	if !r.captcha.Passes(ctx, site, token) {
		return required
	}
	return nil
}

func (e *limitError) extensions() map[string]any {
	extensions := map[string]any{
		"code": codeRateLimited, "bucket": e.decision.Bucket, "retryAfter": int64(e.decision.Reset / time.Second),
	}
	if !e.captcha.IsZero() {
		extensions["code"] = codeCaptchaRequired
		extensions["provider"] = e.captcha.Provider
		extensions["siteKey"] = e.captcha.SiteKey
	}
	return extensions
}

// newCaptcha is the CAPTCHA of a site as clients see it; nil when it has none.
func newCaptcha(c consent.Captcha) *Captcha {
	if c.IsZero() {
		return nil
	}
	return &Captcha{Provider: c.Provider, SiteKey: c.SiteKey}
}
