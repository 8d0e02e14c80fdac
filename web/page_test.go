package web

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestAFailureIsLoggedAndNotShown(t *testing.T) {
	var log strings.Builder
	h := handler(slog.New(slog.NewTextHandler(&log, nil)), func(http.ResponseWriter, *http.Request) error {
		return errors.New("the disk at /secret is gone")
	})
	w := get(t, h, "/dev/inbox")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("it answers %d %s", w.Code, w.Body)
	}
	if strings.Count(log.String(), "the disk at /secret is gone") != 1 {
		t.Errorf("the log says %s", log.String())
	}
}
