package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
)

// Recover answers a panic with status 500 and a problem document (RFC 9457)
// that names the request id and nothing else, and logs it once with its stack.
// If the answer has already begun, it cuts the connection instead, so that
// nobody takes half an answer for a whole one. http.ErrAbortHandler, which asks
// for just that, passes through.
func Recover(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := &recorder{ResponseWriter: w}
			defer func() {
				value := recover()
				if value == nil {
					return
				}
				if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(value)
				}
				logPanic(r.Context(), logger, value)
				if rec.status != 0 {
					panic(http.ErrAbortHandler)
				}
				writeProblem(w, RequestIDFrom(r.Context()))
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

// logPanic logs the text of a panic only if the Go runtime wrote it: any other
// may quote an address. Type and stack lead to the line in question.
func logPanic(ctx context.Context, logger *slog.Logger, value any) {
	cause := fmt.Sprintf("%T", value)
	if err, ok := value.(runtime.Error); ok {
		cause = err.Error()
	}
	logger.LogAttrs(ctx, slog.LevelError, "panic while serving a request",
		slog.String("cause", cause),
		slog.String("request_id", RequestIDFrom(ctx)),
		slog.String("stack", string(debug.Stack())),
	)
}

func writeProblem(w http.ResponseWriter, errorID string) {
	body, _ := json.Marshal(struct { // strings and a number cannot fail
		Type    string `json:"type"`
		Title   string `json:"title"`
		Status  int    `json:"status"`
		ErrorID string `json:"errorId"`
	}{"about:blank", "Internal Server Error", http.StatusInternalServerError, errorID})
	header := w.Header()
	for _, name := range []string{"Content-Length", "Content-Encoding", "ETag", "Last-Modified"} {
		header.Del(name) // they describe the answer that never came
	}
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write(body)
}
