package captcha_test

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"assent/captcha"
	"assent/consent"

	"github.com/google/uuid"
)

func TestATokenPassesOnceAtEveryProvider(t *testing.T) {
	for _, provider := range consent.CaptchaProviders() {
		d := open(t)
		token := d.provider.Solve()
		if !d.Passes(t.Context(), site(provider, secret), token) {
			t.Errorf("%s: a good token does not pass", provider)
		}
		if d.Passes(t.Context(), site(provider, secret), token) {
			t.Errorf("%s: it passes twice", provider)
		}
		if d.Passes(t.Context(), site(provider, secret), "made-up") {
			t.Errorf("%s: a token that was made up passes", provider)
		}
		if log := d.log.take(); log != "" {
			t.Errorf("%s: logged: %s", provider, log)
		}
	}
}

func TestAProviderIsToldTheSecretAndTheTokenAndNothingElse(t *testing.T) {
	d := open(t)
	token := d.provider.Solve()
	d.Passes(t.Context(), shop(), token)
	want := []url.Values{{"secret": {secret}, "response": {token}}}
	if got := d.provider.Asked(); !reflect.DeepEqual(got, want) {
		t.Errorf("it is sent %v, want %v", got, want)
	}
}

func TestAScoreOfReCaptchaMustBeAtLeastAHalf(t *testing.T) {
	for score, want := range map[float64]bool{0: false, 0.4: false, 0.5: true, 1: true} {
		d := open(t)
		if got := d.Passes(t.Context(), site(consent.ReCaptcha, secret), d.provider.SolveWithScore(score)); got != want {
			t.Errorf("a visitor with the score %v passes: %t", score, got)
		}
		if !d.Passes(t.Context(), site(consent.HCaptcha, secret), d.provider.SolveWithScore(score)) {
			t.Errorf("hCaptcha's score %v, which is one of risk, is taken for one of trust", score)
		}
	}
}

func TestWhatCannotBeATokenIsNotSent(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "too much": strings.Repeat("a", captcha.MaxToken+1), "a space": "a b", "a line break": "a\nb", "NUL": "a\x00",
		"no ASCII": "tökén", "no text": "\xff", "a control character": "a\x7f",
	} {
		d := open(t)
		if d.Passes(t.Context(), shop(), text) {
			t.Errorf("%s passes", name)
		}
		if n := len(d.provider.Asked()); n > 0 {
			t.Errorf("%s is sent to the provider", name)
		}
	}
	d := open(t)
	d.Passes(t.Context(), shop(), strings.Repeat("a", captcha.MaxToken))
	if n := len(d.provider.Asked()); n != 1 {
		t.Error("a long token is not sent to the provider")
	}
}

func TestASiteWithoutACaptchaIsNotAskedAbout(t *testing.T) {
	d := open(t)
	if d.Passes(t.Context(), consent.Site{}, d.provider.Solve()) || len(d.provider.Asked()) > 0 {
		t.Error("a token is checked, or good, for a site without a CAPTCHA")
	}
}

func TestAVisitorWhoHasGoneSaysNothingOfTheProvider(t *testing.T) {
	d := open(t)
	ctx, leave := context.WithCancel(t.Context())
	d.provider.Misbehave(func(_ http.ResponseWriter, r *http.Request) {
		leave()
		<-r.Context().Done()
	})
	if d.Passes(ctx, shop(), "token") {
		t.Error("it passes")
	}
	if log := d.log.take(); log != "" {
		t.Errorf("logged: %s", log)
	}
}

// All checks but the last ones wait in the provider until as many are there as may
// run at once; whoever comes then has to wait outside.
func TestChecksAtOnceAreBounded(t *testing.T) {
	const more = 16
	d := open(t)
	var arrived, running, most atomic.Int64
	var inside sync.WaitGroup
	inside.Add(captcha.MaxChecks)
	d.provider.Misbehave(func(w http.ResponseWriter, _ *http.Request) {
		now := running.Add(1)
		defer running.Add(-1)
		for {
			before := most.Load()
			if now <= before || most.CompareAndSwap(before, now) {
				break
			}
		}
		if arrived.Add(1) <= captcha.MaxChecks {
			inside.Done()
		}
		inside.Wait()
		_, _ = w.Write([]byte(`{"success":true}`))
	})
	var all sync.WaitGroup
	for range captcha.MaxChecks + more {
		all.Go(func() {
			if !d.Passes(t.Context(), shop(), "token") {
				t.Error("a check that had to wait does not pass")
			}
		})
	}
	all.Wait()
	if most.Load() != captcha.MaxChecks {
		t.Errorf("%d checks ran at once, want %d", most.Load(), captcha.MaxChecks)
	}
}

func TestASecretIsForOneSite(t *testing.T) {
	d := open(t)
	other := shop()
	other.ID = consent.SiteID{UUID: uuid.UUID{15: 2}}
	if d.Passes(t.Context(), other, d.provider.Solve()) || len(d.provider.Asked()) > 0 {
		t.Error("the secret of one site is used for another")
	}
	if log := d.log.take(); !strings.Contains(log, "set it again") {
		t.Errorf("logged: %s", log)
	}
}
