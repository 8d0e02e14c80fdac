package httpx

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestAnObserverIsToldWhatTheAccessLogWrites(t *testing.T) {
	tests := []struct {
		name, target string
		handler      http.HandlerFunc
		pattern      string
		status       int
	}{
		{"an answer", "/t/secret?email=jane", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }, "/t/{token}", 418},
		{"an empty answer", "/t/secret", func(http.ResponseWriter, *http.Request) {}, "/t/{token}", 200},
		{"no such route", "/secret", nil, "", 404},
		{"a connection that is cut", "/t/secret", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "/t/{token}", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mux := http.NewServeMux()
			if tt.handler != nil {
				mux.HandleFunc("/t/{token}", tt.handler)
			}
			calls := 0
			h := Observe(func(method, pattern string, status int, took time.Duration) {
				calls++
				if method != http.MethodGet || pattern != tt.pattern || status != tt.status || took <= 0 {
					t.Errorf("told %s %q %d %s", method, pattern, status, took)
				}
			})(mux)
			func() {
				defer func() { _ = recover() }() // net/http does that
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, tt.target, nil))
			}()
			if calls != 1 {
				t.Errorf("told %d times, want once", calls)
			}
		})
	}
}
