package captcha_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/captcha"
	"assent/consent"
)

// silent answers nobody.
func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// says answers with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// echoes repeats what it was sent where no HTTP client expects it.
func echoes(w http.ResponseWriter, r *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = connection.Write([]byte(r.PostForm.Encode() + "\r\n\r\n"))
	_ = connection.Close()
}

func cutsOff(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func TestWhatTheProviderCannotTellDoesNotPass(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"silence":                   silent,
		"a broken connection":       cutsOff,
		"no HTTP":                   echoes,
		"a failure":                 says(500, "oops"),
		"a failure that says yes":   says(503, `{"success":true}`),
		"too many requests":         says(429, `{"success":false,"error-codes":[]}`),
		"a refusal that says yes":   says(403, `{"success":true}`),
		"a page":                    says(200, "<html>"),
		"nothing":                   says(200, ""),
		"an answer about nothing":   says(200, "{}"),
		"an answer that is a list":  says(200, `[{"success":true}]`),
		"an answer of another type": says(200, `{"success":"true"}`),
		"a score of another type":   says(200, `{"success":true,"score":"1.0"}`),
		"two answers":               says(200, `{"success":true}{"success":true}`),
		"an answer without an end":  says(200, `{"success":true,"hostname":"`+strings.Repeat("x", 70_000)+`"}`),
		"an error of its own":       says(200, `{"success":false,"error-codes":["internal-error"]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patience := time.Minute
			if name == "silence" {
				patience = time.Second
			}
			d := openPatient(t, patience)
			d.provider.Misbehave(handler)
			at, token := site(consent.ReCaptcha, secret), d.provider.Solve()
			for range 3 {
				if d.Passes(t.Context(), at, token) {
					t.Error("it passes")
				}
			}
			wantLogged(t, d.log.take(), token, "WARN", "the provider does not answer as it should")
			d.provider.Misbehave(nil)
			for range 3 {
				if !d.Passes(t.Context(), at, d.provider.Solve()) {
					t.Error("a token does not pass when the provider is back")
				}
			}
			wantLogged(t, d.log.take(), token, "INFO", "can be checked again")
		})
	}
}

// wantLogged wants one line that names the site and says nothing it must not.
func wantLogged(t *testing.T, log, token, level, text string) {
	t.Helper()
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, level) || !strings.Contains(log, text) ||
		!strings.Contains(log, "site_id=00000000-0000-0000-0000-000000000001") {
		t.Errorf("logged:\n%swant one line, %s, that says %q", log, level, text)
	}
	if strings.Contains(log, secret) || strings.Contains(log, token) {
		t.Errorf("logged, though it is secret: %s", log)
	}
}

func TestAProviderThatSendsElsewhereIsNotFollowed(t *testing.T) {
	d, elsewhere := open(t), open(t)
	d.provider.Misbehave(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.provider.URL, http.StatusTemporaryRedirect)
	})
	if d.Passes(t.Context(), shop(), elsewhere.provider.Solve()) || len(elsewhere.provider.Asked()) > 0 {
		t.Error("the secret is sent to whom the provider names")
	}
}

func TestAWrongSecretIsToldTheLogOnceForEachSite(t *testing.T) {
	d := open(t)
	for range 3 {
		if d.Passes(t.Context(), site(consent.HCaptcha, "wrong-secret"), d.provider.Solve()) {
			t.Error("it passes")
		}
	}
	log := d.log.take()
	wantLogged(t, log, "wrong-secret", "WARN", "does not know the secret")
	if !d.Passes(t.Context(), shop(), d.provider.Solve()) {
		t.Error("a token does not pass after the secret was set again")
	}
	wantLogged(t, d.log.take(), "wrong-secret", "INFO", "can be checked again")
}

func TestAProviderThatHangsHoldsUpNobodyElses(t *testing.T) {
	d := open(t)
	var waiting sync.WaitGroup
	waiting.Add(captcha.MaxChecks)
	d.provider.Misbehave(func(w http.ResponseWriter, r *http.Request) {
		if r.PostForm.Get("response") == "hangs" {
			waiting.Done()
			<-r.Context().Done()
			return
		}
		_, _ = w.Write([]byte(`{"success":true}`))
	})
	ctx, leave := context.WithCancel(t.Context())
	var visitors sync.WaitGroup
	for range captcha.MaxChecks {
		visitors.Go(func() { d.Passes(ctx, site(consent.Turnstile, secret), "hangs") })
	}
	waiting.Wait()
	if !d.Passes(t.Context(), site(consent.HCaptcha, secret), "good") {
		t.Error("a token of another provider has to wait")
	}
	leave()
	visitors.Wait()
}

func TestAProviderThatIsNotThereIsNamedByItsAddress(t *testing.T) {
	d := open(t)
	d.provider.Close()
	if d.Passes(t.Context(), shop(), "token") {
		t.Error("it passes")
	}
	wantLogged(t, d.log.take(), "response=", "WARN", "connection refused")
}
