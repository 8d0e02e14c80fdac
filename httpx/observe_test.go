package httpx

import (
	"context"
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

func TestAFailureAfterTheClientHasLeftIsAConnectionThatWasCut(t *testing.T) {
	for sent, want := range map[int]int{http.StatusInternalServerError: 0, http.StatusServiceUnavailable: 0, http.StatusOK: 200, http.StatusRequestTimeout: 408} {
		ctx, leave := context.WithCancel(t.Context())
		told := -1
		h := Observe(func(_, _ string, status int, _ time.Duration) { told = status })(
			http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				leave()
				w.WriteHeader(sent)
			}))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
		if told != want {
			t.Errorf("of a status of %d it is told %d, want %d", sent, told, want)
		}
	}
}
