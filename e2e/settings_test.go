package e2e

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assent/store/storetest"
)

// TestQueryEditor is the query editor where an operator wants one: it has no login
// to give away, and brings nothing else of the embedded mode with it.
func TestQueryEditor(t *testing.T) {
	t.Parallel()
	s := openProduction(t, storetest.SQLite(t), "INTROSPECTION=true", "GRAPHIQL=true")
	defer s.close(t)
	c := s.visitor(t).atHost("consent.shop.example")
	page := c.do(http.MethodGet, "/", "")
	if page.status != http.StatusOK || !strings.Contains(page.body, "GraphiQL") || strings.Contains(page.body, "eyJ") || strings.Contains(page.body, single) {
		t.Errorf("the editor is %d %s", page.status, page.body)
	}
	if got := c.do(http.MethodGet, "/static/graphiql/graphiql.min.js", ""); got.status != http.StatusOK {
		t.Errorf("its script answers %d", got.status)
	}
	s.visitor(t).send(`{ __schema { queryType { name } } }`, nil).wants(t, `{"data":{"__schema":{"queryType":{"name":"Query"}}}}`)
	for _, path := range []string{"/dev/inbox", "/demo", "/demo/account"} {
		if got := c.do(http.MethodGet, path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
}

func TestNoQueryEditor(t *testing.T) {
	t.Parallel()
	s := openEmbedded(t, "INTROSPECTION=false")
	defer s.close(t)
	if got := s.visitor(t).do(http.MethodGet, "/", ""); got.status != http.StatusNotFound {
		t.Errorf("/ answers %d", got.status)
	}
	if got := s.visitor(t).send(`{ __schema { queryType { name } } }`, nil); !got.isError(validationFailed, "") {
		t.Errorf("the schema can be looked at: %s", got.body)
	}
	if banner := readFile(t, s.banner); strings.Contains(banner, s.url+"/\n") {
		t.Errorf("the banner leads to an editor: %s", banner)
	}
	if got := s.visitor(t).do(http.MethodGet, "/demo", ""); got.status != http.StatusOK {
		t.Errorf("/demo answers %d", got.status)
	}
}

// operationsFile is a file with the documents by their SHA-256.
func operationsFile(t *testing.T, documents ...string) (path string, hashes []string) {
	t.Helper()
	list := map[string]string{}
	for _, document := range documents {
		hash := fmt.Sprintf("%x", sha256.Sum256([]byte(document)))
		list[hash], hashes = document, append(hashes, hash)
	}
	text, err := json.Marshal(list)
	must(t, err)
	path = filepath.Join(t.TempDir(), "operations.json")
	must(t, os.WriteFile(path, text, 0o600))
	return path, hashes
}

// TestPersistedOperations is a service that executes what is listed and no more.
func TestPersistedOperations(t *testing.T) {
	op := signUp("EMAIL", "")
	path, hashes := operationsFile(t, op.document, "{ site { name } }")
	onBoth(t, func(t *testing.T, s *shop) {
		s.visitor(t).does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
		byHash := `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hashes[1] + `"}}}`
		s.visitor(t).do(http.MethodPost, "/graphql", byHash).wants(t, `{"data":{"site":{"name":"Tamblewick Tea"}}}`)
		for _, other := range []operation{unsubscribeSMS(s.phone()), enterCampaign("42", s.email("eve"))} {
			s.visitor(t).refused(other, "PERSISTED_QUERY_REQUIRED", "")
		}
		if got := s.visitor(t).send("{ __schema { queryType { name } } }", nil); !got.isError("PERSISTED_QUERY_REQUIRED", "") {
			t.Errorf("got %s", got.body)
		}
	}, "PERSISTED_OPERATIONS="+path)
}

func TestPersistedOperationsThatCannotBeExecuted(t *testing.T) {
	t.Parallel()
	path, hashes := operationsFile(t, "{ site { name } }", "{ nothing }", "{ site {")
	printed, failure := run(t, []string{"LISTEN_ADDR=" + freeAddress(t), "PERSISTED_OPERATIONS=" + path, "RATE_LIMITS=many"}, "serve")
	if printed != "" {
		t.Errorf("it ran, and printed %q", printed)
	}
	for _, want := range []string{"PERSISTED_OPERATIONS", "RATE_LIMITS", hashes[1], hashes[2]} {
		if !strings.Contains(failure, want) {
			t.Errorf("no word of %s in:\n%s", want, failure)
		}
	}
	if strings.Contains(failure, hashes[0]) {
		t.Errorf("an operation without a fault is named:\n%s", failure)
	}
}
