package httpx

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestChainRunsTheFirstMiddlewareFirst(t *testing.T) {
	var order []string
	note := func(name string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				next.ServeHTTP(w, r)
			})
		}
	}
	h := Chain(http.NotFoundHandler(), note("one"), note("two"), note("three"))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if got := strings.Join(order, " "); got != "one two three" {
		t.Errorf("got %s", got)
	}
}

func TestRequestIDIsOursAndTheSameEverywhere(t *testing.T) {
	var seen string
	h := RequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = RequestIDFrom(r.Context()) }))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Request-Id", "from-the-client")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	id, err := uuid.Parse(seen)
	if err != nil || id.Version() != 7 {
		t.Errorf("got id %q, want a UUIDv7", seen)
	}
	if got := w.Header().Get("X-Request-Id"); got != seen {
		t.Errorf("the response says %q, the context %q", got, seen)
	}
	h.ServeHTTP(httptest.NewRecorder(), r)
	if seen == id.String() {
		t.Error("two requests share an id")
	}
}

func TestAContextWithoutRequestHasNoID(t *testing.T) {
	if got := RequestIDFrom(t.Context()); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestTheRouteIsKnownOutsideMiddlewareThatChangesTheContext(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /things/{id}", func(http.ResponseWriter, *http.Request) {})
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		type key struct{}
		ServeContext(context.WithValue(r.Context(), key{}, 1), mux, w, r)
	})
	r := httptest.NewRequest(http.MethodGet, "/things/7", nil)
	Chain(inner, RequestID, ClientAddress(nil)).ServeHTTP(httptest.NewRecorder(), r)
	if r.Pattern != "GET /things/{id}" {
		t.Errorf("got %q", r.Pattern)
	}
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	for https, transport := range map[bool]string{false: "", true: "max-age=31536000"} {
		w := httptest.NewRecorder()
		SecurityHeaders(https)(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security": transport,
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	}
}

func TestNoHandlerReadsMoreThanTheLimit(t *testing.T) {
	for length, fits := range map[int]bool{0: true, 8: true, 9: false} {
		var read []byte
		var err error
		h := LimitBody(8)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { read, err = io.ReadAll(r.Body) }))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", length))))
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) == fits || len(read) != min(length, 8) {
			t.Errorf("of %d bytes it reads %d: %v", length, len(read), err)
		}
	}
}
