package captchatest

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// Provider gives out tokens and tells once of each that it is good.
type Provider struct {
	URL string // where it checks tokens

	server    *httptest.Server
	secret    string
	mu        sync.Mutex
	tokens    map[string]verdict
	asked     []url.Values
	misbehave http.HandlerFunc
}

type verdict struct {
	score *float64
	used  bool
}

// Start runs a provider that knows one secret, until the test ends.
func Start(tb testing.TB, secret string) *Provider {
	tb.Helper()
	p := &Provider{secret: secret, tokens: map[string]verdict{}}
	p.server = httptest.NewServer(p)
	tb.Cleanup(p.server.Close)
	p.URL = p.server.URL + "/siteverify"
	return p
}

// Solve is a visitor who solves a CAPTCHA and gets a token for it.
func (p *Provider) Solve() string { return p.solve(nil) }

// SolveWithScore is the same where the visitor is given a score (reCAPTCHA v3).
func (p *Provider) SolveWithScore(score float64) string { return p.solve(&score) }

func (p *Provider) solve(score *float64) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	token := "0." + rand.Text()
	p.tokens[token] = verdict{score: score}
	return token
}

// Misbehave answers in place of the provider from now on; nil ends it. The handler
// finds the form parsed.
func (p *Provider) Misbehave(handler http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.misbehave = handler
}

// Asked are the forms that were received, in order.
func (p *Provider) Asked() []url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// Close ends the provider before the test does.
func (p *Provider) Close() { p.server.Close() }

// ServeHTTP is the provider.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/siteverify" || r.ParseForm() != nil {
		http.Error(w, "<html>", http.StatusNotFound)
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, r.PostForm)
	misbehave := p.misbehave
	p.mu.Unlock()
	if misbehave != nil {
		misbehave(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(p.verdict(r.PostForm)) // a client that has gone is not told
}

func (p *Provider) verdict(form url.Values) map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	token := form.Get("response")
	v, known := p.tokens[token]
	switch {
	case form.Get("secret") == "":
		return no("missing-input-secret")
	case form.Get("secret") != p.secret:
		return no("invalid-input-secret")
	case token == "":
		return no("missing-input-response")
	case !known:
		return no("invalid-input-response")
	case v.used:
		return no("timeout-or-duplicate")
	}
	p.tokens[token] = verdict{score: v.score, used: true}
	yes := map[string]any{
		"success": true, "error-codes": []string{}, "challenge_ts": "2026-03-01T12:00:00Z", "hostname": "shop.example",
	}
	if v.score != nil {
		yes["score"] = *v.score
	}
	return yes
}

func no(code string) map[string]any {
	return map[string]any{"success": false, "error-codes": []string{code}}
}
