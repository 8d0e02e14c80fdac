package main

import (
	stdlog "log"
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
	slog.SetDefault(log)
	stdlog.SetFlags(0)
	stdlog.SetOutput(libraryLog{log})
}

type libraryLog struct{ log *slog.Logger }

// Write implements io.Writer. A line ends where it begins to quote: net/http quotes
// what a provider sends unasked, which may be the number that we sent.
func (l libraryLog) Write(line []byte) (int, error) {
	text, _, _ := strings.Cut(string(line), `"`)
	l.log.Warn("a library has something to say", "text", strings.TrimSpace(text))
	return len(line), nil
}
