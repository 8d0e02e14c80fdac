package main

import (
	"context"
	"log/slog"
	"os"
	"strings"

	"assent/config"
)

// newLogger writes lines for people in embedded mode, JSON otherwise.
func newLogger(s *config.Settings) *slog.Logger {
	if s.Embedded() {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, nil))
}

// logLibraries has libraries that write to the loggers of the standard library write
// lines like ours.
func logLibraries(log *slog.Logger) {
	slog.SetDefault(slog.New(libraryLog{log.Handler()})) // package log writes there too, from then on
}

// libraryLog ends a message where it begins to quote: net/http quotes what a provider
// sends unasked, which may be the number that we sent.
type libraryLog struct{ slog.Handler }

// Handle implements slog.Handler.
func (l libraryLog) Handle(ctx context.Context, r slog.Record) error {
	text, _, _ := strings.Cut(r.Message, `"`)
	line := slog.NewRecord(r.Time, slog.LevelWarn, "a library has something to say", r.PC)
	line.AddAttrs(slog.String("text", strings.TrimSpace(text)))
	r.Attrs(func(a slog.Attr) bool {
		line.AddAttrs(a)
		return true
	})
	return l.Handler.Handle(ctx, line)
}
