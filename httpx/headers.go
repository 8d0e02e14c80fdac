package httpx

import (
	"maps"
	"net/http"
)

// SecurityHeaders sets the headers that suit every answer: no guessing of
// content types, no referrer (our URLs carry tokens), no framing, nothing loaded
// into an answer, no answer loaded into a page of others. Where the service is
// reached by https, browsers are told to use nothing else for a year (RFC 6797). A
// handler may replace them.
func SecurityHeaders(https bool) func(http.Handler) http.Handler {
	always := http.Header{}
	always.Set("X-Content-Type-Options", "nosniff")
	always.Set("Referrer-Policy", "no-referrer")
	always.Set("X-Frame-Options", "DENY")
	always.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	always.Set("Cross-Origin-Resource-Policy", "same-origin")
	if https {
		always.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), always)
			next.ServeHTTP(w, r)
		})
	}
}
