package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// logLines parses a JSON log into one map a line.
func logLines(t *testing.T, log *bytes.Buffer) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		lines = append(lines, fields)
	}
	return lines
}

func TestAccessLogWritesOneLineWithoutPathOrAddress(t *testing.T) {
	tests := []struct {
		name, method, target string
		handler              http.HandlerFunc
		route                string
		status, bytes        float64
	}{
		{"an answer", "POST", "/t/secret?email=jane", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "hello")
		}, "/t/{token}", 418, 5},
		{"an answer without status", "GET", "/t/secret", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "hi")
		}, "/t/{token}", 200, 2},
		{"an empty answer", "GET", "/t/secret", func(http.ResponseWriter, *http.Request) {}, "/t/{token}", 200, 0},
		{"a flushed answer", "GET", "/t/secret", func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).Flush()
			w.WriteHeader(http.StatusTeapot) // too late
		}, "/t/{token}", 200, 0},
		{"no such route", "GET", "/secret", nil, "", 404, 19},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			mux := http.NewServeMux()
			if tt.handler != nil {
				mux.HandleFunc("/t/{token}", tt.handler)
			}
			h := Chain(mux, RequestID, AccessLog(slog.New(slog.NewJSONHandler(&log, nil))), ClientAddress(nil))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(tt.method, tt.target, nil))
			for _, secret := range []string{"secret", "jane", "192.0.2.1"} { // httptest sends from 192.0.2.1
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log holds %q: %s", secret, log.String())
				}
			}
			lines := logLines(t, &log)
			if len(lines) != 1 {
				t.Fatalf("got %d lines", len(lines))
			}
			want := map[string]any{"method": tt.method, "route": tt.route, "status": tt.status, "bytes": tt.bytes,
				"request_id": w.Header().Get("X-Request-Id")}
			for field, value := range want {
				if lines[0][field] != value {
					t.Errorf("%s is %v, want %v", field, lines[0][field], value)
				}
			}
		})
	}
}

func TestAccessLogKeepsTheConnectionInReachAndNotesTheFinalStatus(t *testing.T) {
	var log bytes.Buffer
	server := httptest.NewServer(AccessLog(slog.New(slog.NewJSONHandler(&log, nil)))(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Hour)); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
		})))
	response, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	server.Close() // waits for the handler, so that the log is complete
	if got := logLines(t, &log)[0]["status"]; got != 418.0 || response.StatusCode != http.StatusTeapot {
		t.Errorf("logged %v, answered %d, want 418", got, response.StatusCode)
	}
}

func TestAccessLogMeasuresTheDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		h := AccessLog(slog.New(slog.NewJSONHandler(&log, nil)))(http.HandlerFunc(
			func(http.ResponseWriter, *http.Request) { <-time.After(3 * time.Second) }))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		if got := logLines(t, &log)[0]["duration"]; got != float64(3*time.Second) {
			t.Errorf("got %v", got)
		}
	})
}

func TestAPanicBecomesAProblemThatNamesOnlyTheRequest(t *testing.T) {
	tests := []struct {
		name   string
		panics func()
		cause  string
	}{
		{"a bug", func() { var p *int; *p = 1 }, "nil pointer dereference"},
		{"an error with an address", func() { panic(errors.New("jane@example.org exists")) }, "*errors.errorString"},
		{"a text with an address", func() { panic("jane@example.org") }, "string"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			logger := slog.New(slog.NewJSONHandler(&log, nil))
			h := Chain(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "3")
				tt.panics()
			}), RequestID, AccessLog(logger), Recover(logger))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))

			id := w.Header().Get("X-Request-Id")
			want := `{"type":"about:blank","title":"Internal Server Error","status":500,"errorId":"` + id + `"}`
			if w.Code != 500 || w.Body.String() != want {
				t.Errorf("got %d %s, want 500 %s", w.Code, w.Body, want)
			}
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type is %s", got)
			}
			if w.Header().Get("Content-Length") != "" {
				t.Error("the length of the answer that never came is still there")
			}
			lines := logLines(t, &log)
			if len(lines) != 2 || lines[1]["status"] != 500.0 {
				t.Fatalf("want the panic and the access with status 500, got %s", log.String())
			}
			cause, _ := lines[0]["cause"].(string)
			stack, _ := lines[0]["stack"].(string)
			if lines[0]["request_id"] != id || !strings.Contains(cause, tt.cause) || !strings.Contains(stack, "log_test.go") {
				t.Errorf("got %v", lines[0])
			}
			if strings.Contains(log.String(), "jane") {
				t.Errorf("the log holds an address: %s", log.String())
			}
		})
	}
}

// A real server: what matters is what a client on the wire sees.
func TestAPanicNeverLooksLikeAWholeAnswer(t *testing.T) {
	tests := []struct {
		name     string
		handler  http.HandlerFunc
		messages []any
	}{
		{"a panic amid the answer", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			panic("boom")
		}, []any{"panic while serving a request", "request"}},
		{"a handler that aborts on purpose", func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}, []any{"request"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			logger := slog.New(slog.NewJSONHandler(&log, nil))
			server := httptest.NewServer(Chain(tt.handler, AccessLog(logger), Recover(logger)))
			response, err := server.Client().Get(server.URL)
			if err == nil {
				_, err = io.ReadAll(response.Body)
				_ = response.Body.Close()
			}
			server.Close() // waits for the handler, so that the log is complete
			if err == nil {
				t.Error("the client took the answer for a whole one")
			}
			lines := logLines(t, &log)
			if len(lines) != len(tt.messages) {
				t.Fatalf("got log %s", log.String())
			}
			for i, want := range tt.messages {
				if lines[i]["msg"] != want {
					t.Errorf("line %d is %v, want %v", i, lines[i]["msg"], want)
				}
			}
		})
	}
}
