package captcha

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"assent/consent"
)

const (
	// MaxToken is the longest token that is sent to a provider, in bytes. Those of
	// the three are shorter.
	MaxToken = 4096

	// MaxChecks is how many checks run at once with one provider. Others wait for their turn.
	MaxChecks = 64

	checkTimeout = 3 * time.Second // of one check, waiting included
)

// Opener opens the seal on the secret of a site.
type Opener interface {
	Open(site consent.SiteID, sealed consent.SealedSecret) (string, error)
}

// Options are settings that have a default.
type Options struct {
	VerifyURL string        // in place of the address of every provider; empty: their own
	Timeout   time.Duration // of one check; 0: 3 seconds
}

// Verifier checks the tokens that CAPTCHAs give out. It is safe for concurrent use.
type Verifier struct {
	opener  Opener
	options Options
	client  *http.Client
	turns   map[consent.CaptchaProvider]chan struct{}
	states  *states
}

// NewVerifier does no I/O. It tells the log when the checks of a site begin to
// fail and when they work again.
func NewVerifier(opener Opener, o Options, log *slog.Logger) *Verifier {
	o.Timeout = cmp.Or(o.Timeout, checkTimeout)
	// A provider that sends us elsewhere must not get to choose who is sent the secret.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v := &Verifier{
		opener: opener, options: o, client: &http.Client{CheckRedirect: stay},
		turns: map[consent.CaptchaProvider]chan struct{}{}, states: newStates(log),
	}
	for _, p := range consent.CaptchaProviders() {
		v.turns[p] = make(chan struct{}, MaxChecks)
	}
	return v
}

// Passes reports whether the provider of the site's CAPTCHA vouches for the token.
// Asking uses the token up. What cannot be a token is not asked about, and when the
// provider cannot be asked the answer is no.
func (v *Verifier) Passes(ctx context.Context, site consent.Site, token string) bool {
	if site.Captcha.IsZero() || !isToken(token) {
		return false
	}
	passed, failed := v.check(ctx, site, token)
	if ctx.Err() != nil {
		return false // the visitor has gone, or the request had little time left: neither says anything of the provider
	}
	v.states.note(ctx, site, failed)
	return passed
}

// check waits for its turn, then asks. A check that failed has not passed.
func (v *Verifier) check(ctx context.Context, site consent.Site, token string) (passed bool, failed *failure) {
	ctx, cancel := context.WithTimeout(ctx, v.options.Timeout)
	defer cancel()
	secret, err := v.opener.Open(site.ID, site.Captcha.Secret)
	if err != nil {
		return false, &failure{kind: kindSealed}
	}
	turns := v.turns[site.Captcha.Provider]
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return false, unavailable("too many checks wait for an answer")
	}
	a, failed := v.ask(ctx, cmp.Or(v.options.VerifyURL, verifyURL(site.Captcha.Provider)), secret, token)
	if failed != nil {
		return false, failed
	}
	return a.passes(site.Captcha.Provider)
}

// isToken reports whether the text can be a token: printable ASCII without spaces.
func isToken(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return text != "" && len(text) <= MaxToken
}
