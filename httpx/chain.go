package httpx

import (
	"context"
	"net/http"
)

// Chain wraps h in middleware, the first being the outermost.
func Chain(h http.Handler, middleware ...func(http.Handler) http.Handler) http.Handler {
	for i := len(middleware) - 1; i >= 0; i-- {
		h = middleware[i](h)
	}
	return h
}

// ServeContext serves r with another context. Middleware outside h still sees
// which route was taken: http.ServeMux notes it in r.Pattern, and the copy that
// r.WithContext makes would keep it to itself.
func ServeContext(ctx context.Context, h http.Handler, w http.ResponseWriter, r *http.Request) {
	inner := r.WithContext(ctx)
	defer func() { r.Pattern = inner.Pattern }()
	h.ServeHTTP(w, inner)
}
