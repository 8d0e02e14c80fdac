package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

func TestStaticFilesHaveTheTypeThatABrowserInsistsOn(t *testing.T) {
	for file, want := range map[string]string{
		"/static/graphiql/start.js":         "text/javascript; charset=utf-8",
		"/static/graphiql/graphiql.min.js":  "text/javascript; charset=utf-8",
		"/static/graphiql/graphiql.min.css": "text/css; charset=utf-8",
		"/static/graphiql/LICENSE.react":    "text/plain; charset=utf-8",
	} {
		w := get(t, Static(), file)
		if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d %s", file, w.Code, got)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: the type may be guessed", file)
		}
	}
}

func TestAnUnchangedFileIsNotSentAgain(t *testing.T) {
	first := get(t, Static(), "/static/graphiql/start.js")
	tag := first.Header().Get("ETag")
	if first.Header().Get("Cache-Control") != "no-cache" || len(tag) != 66 {
		t.Errorf("Cache-Control %q, ETag %q", first.Header().Get("Cache-Control"), tag)
	}
	second := get(t, Static(), "/static/graphiql/start.js", "If-None-Match", tag)
	if second.Code != http.StatusNotModified || second.Body.Len() != 0 {
		t.Errorf("got %d with %d bytes", second.Code, second.Body.Len())
	}
}

func TestNothingElseIsServedAsAStaticFile(t *testing.T) {
	for _, target := range []string{
		"/static/", "/static/graphiql", "/static/graphiql/", "/static/graphiql/README.md", "/static/graphiql/index.html",
		"/static/graphiql/../../inbox.css", "/static/graphiql/graphiql.min.js.map", "/inbox.css", "/",
	} {
		if w := get(t, Static(), target); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestNoStaticFileSendsTheBrowserForAMissingFileOrAnotherHost(t *testing.T) {
	for name, file := range loadStatic() {
		if bytes.Contains(file.body, []byte("sourceMappingURL")) {
			t.Errorf("%s refers to a source map", name)
		}
		if strings.HasSuffix(name, ".css") && bytes.Contains(file.body, []byte("url(http")) {
			t.Errorf("%s loads from another host", name)
		}
	}
}
