package httpx

import "net/http"

// SecurityHeaders sets the headers that suit every answer: no guessing of
// content types, no referrer (our URLs carry tokens), no framing. A handler may
// replace them.
func SecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}
