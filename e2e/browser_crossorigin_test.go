package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestBrowserCrossOrigin opens pages of other origins, which the browser finds on
// this machine, and signs up from there as a storefront does.
func TestBrowserCrossOrigin(t *testing.T) {
	t.Parallel()
	b := browse(t, "en-GB")
	defer b.close(t)
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Shop</title><h1>Shop</h1>")) // a page cut short is one without its heading
	})
	plainHTTP, overTLS := httptest.NewServer(page), httptest.NewTLSServer(page)
	defer plainHTTP.Close()
	defer overTLS.Close()
	tests := []struct {
		name, origin, site string
		allowed            bool
	}{
		{"the storefront of the site", from(t, overTLS, plainHost), plain, true},
		{"a storefront of the same organisation", from(t, overTLS, plainHost), single, true},
		{"a storefront in development", plainHTTP.URL, plain, true},
		{"a page of somebody else", from(t, overTLS, "evil.example"), plain, false},
		{"the storefront, changed on its way", from(t, plainHTTP, plainHost), plain, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, email := b.tables(t), b.email("ada")
			got := b.callFrom(tt.origin, tt.site, signUp("EMAIL", email))
			if !tt.allowed {
				if got != "TypeError" {
					t.Errorf("the page reads %s", got)
				}
				b.wantUnchanged(t, before)
				return
			}
			if got != `{"data":{"signUpForMarketing":"OK"}}` {
				t.Errorf("the page reads %s", got)
			}
		})
	}
}

// from is the server's address with another name for it.
func from(t *testing.T, s *httptest.Server, host string) string {
	t.Helper()
	u, err := url.Parse(s.URL)
	must(t, err)
	u.Host = host + ":" + u.Port()
	return u.String()
}

// callFrom is what a page of the origin reads of the answer, or the name of what
// stops it.
func (b *browser) callFrom(origin, site string, op operation) string {
	b.t.Helper()
	p := b.open(origin, http.StatusOK)
	defer p.close()
	quoted, err := json.Marshal(graphQL(b.t, op.document, op.variables))
	must(b.t, err)
	return strings.TrimSpace(ask[string](p, "signing up", fmt.Sprintf(`fetch(%q, {method: "POST", body: %s,
		headers: {"Content-Type": "application/json", "X-Site-Id": %q, "Authorization": ""}})
		.then(response => response.text(), error => error.name)`, b.url+"/graphql", quoted, site)))
}
