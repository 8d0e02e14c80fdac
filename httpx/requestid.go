package httpx

import (
	"context"
	"net/http"

	"github.com/google/uuid"
)

type requestIDKey struct{}

// RequestID gives each request a UUIDv7, in its context and in the
// X-Request-Id header of the response. An id sent by the client is ignored: it
// would let a client write into our log and mix up its lines.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.Must(uuid.NewV7()).String() // fails only with crypto/rand, which ends the program itself
		w.Header().Set("X-Request-Id", id)
		ServeContext(context.WithValue(r.Context(), requestIDKey{}, id), next, w, r)
	})
}

// RequestIDFrom returns the id of the request that ctx belongs to, "" if none.
func RequestIDFrom(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
