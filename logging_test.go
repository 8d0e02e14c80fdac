package main

import (
	"bytes"
	"encoding/json"
	stdlog "log" //nolint:depguard // what libraries use
	"log/slog"
	"strings"
	"testing"
)

func TestWhatLibrariesLogBecomesLinesOfOursWithoutWhatTheyQuote(t *testing.T) {
	was, output, flags := slog.Default(), stdlog.Writer(), stdlog.Flags()
	defer func() {
		slog.SetDefault(was)
		stdlog.SetOutput(output)
		stdlog.SetFlags(flags)
	}()
	var lines bytes.Buffer
	logLibraries(slog.New(slog.NewJSONHandler(&lines, nil)))
	stdlog.Printf("Unsolicited response received on idle HTTP channel starting with %q; err=%v", "for +447400918273\n", nil)
	slog.Warn("invalid limit environment variable", "key", "OTEL_SPAN_LINK_COUNT_LIMIT")
	for line := range bytes.Lines(lines.Bytes()) {
		if !json.Valid(line) {
			t.Errorf("a line is no JSON: %s", line)
		}
	}
	for _, want := range []string{"Unsolicited response received on idle HTTP channel", "OTEL_SPAN_LINK_COUNT_LIMIT"} {
		if !strings.Contains(lines.String(), want) {
			t.Errorf("no %s in %s", want, lines.String())
		}
	}
	if strings.Contains(lines.String(), "7400918273") {
		t.Errorf("what was sent is quoted: %s", lines.String())
	}
}
