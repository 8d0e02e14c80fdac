package web

import (
	"bytes"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"

	"assent/httpx"
)

// handler answers by a function that says what went wrong before it sent anything. That is logged, and the visitor gets
// an apology.
func handler(log *slog.Logger, answer func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := answer(w, r); err != nil {
			log.ErrorContext(r.Context(), "page failed", "error_id", httpx.RequestIDFrom(r.Context()), "error", err)
			apologise(w)
		}
	})
}

// writePage renders the whole page before the first byte is sent, so that a failure is an honest 500 and not half a page.
func writePage(w http.ResponseWriter, r *http.Request, page *template.Template, policy string, data any) error {
	var body bytes.Buffer
	if err := page.Execute(&body, data); err != nil {
		return fmt.Errorf("rendering %s: %w", page.Name(), err)
	}
	sendPage(w, r, http.StatusOK, policy, body.Bytes())
	return nil
}

// sendPage sends a rendered page, and to HEAD the same headers without it.
func sendPage(w http.ResponseWriter, r *http.Request, status int, policy string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader has gone: nobody is left to tell
	}
}

func apologise(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "Something went wrong on our side. Please try again.", http.StatusInternalServerError)
}
