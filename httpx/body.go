package httpx

import "net/http"

// LimitBody lets no handler read more than so many bytes of a body, whatever it
// does itself: a second line of defence. The handler gets an *http.MaxBytesError.
func LimitBody(limit int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			next.ServeHTTP(w, r)
		})
	}
}
