package graph_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// answer is an answer as a client reads it.
type answer struct {
	status     int
	header     http.Header
	text       string
	members    map[string]json.RawMessage // of the whole answer
	errors     []shownError
	extensions map[string]any
}

type shownError struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path"`
	Extensions map[string]any `json:"extensions"`
}

func read(t testing.TB, w *httptest.ResponseRecorder) answer {
	t.Helper()
	a := answer{status: w.Code, header: w.Header(), text: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.members); err != nil {
		t.Fatalf("the answer is not JSON: %v\n%s", err, a.text)
	}
	for name, into := range map[string]any{"errors": &a.errors, "extensions": &a.extensions} {
		if raw, ok := a.members[name]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, a.text)
			}
		}
	}
	return a
}

// data is the member of that name as compact JSON, "" when there is none.
func (a answer) data() string { return string(a.members["data"]) }

func (a answer) wantData(t testing.TB, want string) {
	t.Helper()
	if a.data() != want || len(a.errors) > 0 {
		t.Errorf("got %s\nwant the data %s and no error", a.text, want)
	}
}

// wantError wants one error with exactly these extensions; nil stands for any value.
func (a answer) wantError(t testing.TB, extensions map[string]any) shownError {
	t.Helper()
	if len(a.errors) != 1 {
		t.Fatalf("got %s\nwant one error", a.text)
	}
	got := a.errors[0].Extensions
	for name, want := range extensions {
		if value, ok := got[name]; !ok || (want != nil && value != want) {
			t.Errorf("got %s\nwant the extension %s to be %v", a.text, name, want)
		}
	}
	for name := range got {
		if _, ok := extensions[name]; !ok {
			t.Errorf("got %s\nwant no extension %s", a.text, name)
		}
	}
	return a.errors[0]
}

// wantRefused wants an error with the code and that nothing was executed.
func (a answer) wantRefused(t testing.TB, status int, code string) {
	t.Helper()
	if a.status != status {
		t.Errorf("got status %d, want %d: %s", a.status, status, a.text)
	}
	a.wantNotExecuted(t)
	if len(a.errors) == 0 || a.errors[0].Extensions["code"] != code {
		t.Errorf("got %s\nwant the code %s", a.text, code)
	}
}

func (a answer) wantNotExecuted(t testing.TB) {
	t.Helper()
	if _, ok := a.members["data"]; ok || len(a.errors) == 0 {
		t.Errorf("got %s\nwant errors and no data", a.text)
	}
}

// quote is a text as JSON.
func quote(t testing.TB, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}
