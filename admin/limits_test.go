package admin_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"assent/admin"
	"assent/auth"
	"assent/backoffice"
	"assent/httpx"
	"assent/ratelimit"
)

func TestThePublicListIsLimitedAndWhoeverHasAKeyIsNot(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	limits := ratelimit.NewMemory(ratelimit.Limits{ratelimit.PublicList: {ratelimit.KeyIP: {{Count: 2, Period: time.Minute}}}}, make([]byte, 32))
	t.Cleanup(func() { _ = limits.Close() })
	api := httpx.ClientAddress(nil)(admin.New(backoffice.NewService(nil, nil, nil), auth.NewKeyring(keys{}, "", log, time.Now), limits, log))
	ask := func(path string) *httptest.ResponseRecorder {
		request := httptest.NewRequest(http.MethodGet, path, nil)
		request.Header.Set("Authorization", "Bearer read")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, request)
		return w
	}
	const list = "/customers/show-marketing-preferences" // without its organisation: refused, yet counted
	for range 2 {
		if w := ask(list); w.Code != http.StatusUnprocessableEntity || w.Header().Get("RateLimit") != "" {
			t.Errorf("got %d %v", w.Code, w.Header())
		}
	}
	w := ask(list)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("RateLimit-Policy") != `"PUBLIC_LIST.ip";q=2;w=60` || w.Header().Get("Cache-Control") != "no-store" ||
		w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
	if w := ask("/organisations/42"); w.Code != http.StatusUnprocessableEntity || w.Header().Get("RateLimit") != "" {
		t.Errorf("a caller with a key gets %d %v", w.Code, w.Header())
	}
}
