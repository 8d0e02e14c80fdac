package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func get(t *testing.T, h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func graphiqlPage(t *testing.T) *httptest.ResponseRecorder {
	t.Helper()
	headers := map[string]string{"X-Site-Id": "demo", "Authorization": "Bearer </script><b>"}
	return get(t, GraphiQL("/graphql", func() (map[string]string, error) { return headers, nil }, silent()), "/")
}

func TestGraphiQLLoadsOnlyOurOwnFiles(t *testing.T) {
	page := graphiqlPage(t).Body.String()
	if !strings.Contains(page, "<title>Assent GraphiQL</title>") {
		t.Error("the page has another title")
	}
	files := regexp.MustCompile(`<(?:script src|link rel="stylesheet" href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(files) != 6 {
		t.Errorf("the page loads %d files", len(files))
	}
	for _, file := range files {
		if w := get(t, Static(), file[1]); w.Code != http.StatusOK {
			t.Errorf("%s: %d", file[1], w.Code)
		}
	}
	if other := regexp.MustCompile(`(?:src|href)="(?:https?:)?//[^"]*"`).FindString(page); other != "" {
		t.Errorf("the page loads from another host: %s", other)
	}
}

func TestGraphiQLIsConfiguredByThePage(t *testing.T) {
	page := graphiqlPage(t).Body.String()
	text := regexp.MustCompile(`(?s)<script type="application/json" id="config">(.*?)</script>`).FindStringSubmatch(page)
	if text == nil {
		t.Fatal("no configuration in the page")
	}
	var config graphiqlConfig
	if err := json.Unmarshal([]byte(text[1]), &config); err != nil {
		t.Fatal(err)
	}
	if config.Endpoint != "/graphql" || config.Headers["X-Site-Id"] != "demo" ||
		config.Headers["Authorization"] != "Bearer </script><b>" {
		t.Errorf("got %+v", config)
	}
	all := strings.Join(config.Tabs, "\n")
	for _, operation := range []string{"marketingPreferences(type: THIRD_PARTY)", "updateMarketingPreferences", "signUpForMarketing",
		"confirmMarketing", "accountCreationMarketingPreferences", `campaignId: "42"`} {
		if !strings.Contains(all, operation) {
			t.Errorf("no starter tab shows %s", operation)
		}
	}
}

func TestGraphiQLAllowsNoInlineScript(t *testing.T) {
	first, second := graphiqlPage(t), graphiqlPage(t)
	policy := first.Header().Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("%s is missing in %s", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("unsafe: %s", policy)
	}
	if policy == second.Header().Get("Content-Security-Policy") {
		t.Error("the nonce is used twice")
	}
	nonce := regexp.MustCompile(`'nonce-([^']+)'`).FindStringSubmatch(policy)
	if nonce == nil || !strings.Contains(first.Body.String(), `data-style-nonce="`+nonce[1]+`"`) {
		t.Errorf("the page does not know the nonce of %s", policy)
	}
	if first.Header().Get("Cache-Control") != "no-store" {
		t.Error("a page with a token in it may be stored")
	}
}

func TestEveryStarterTabIsOneNamedOperationOfOurSchema(t *testing.T) {
	text, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tab := range starterTabs() {
		document, err := gqlparser.LoadQueryWithRules(schema, tab, rules.NewDefaultRules())
		if err != nil {
			t.Errorf("%v in:\n%s", err, tab)
		} else if len(document.Operations) != 1 || document.Operations[0].Name == "" {
			t.Errorf("not one operation with a name, the title of the tab:\n%s", tab)
		}
	}
}

func TestTheEditorOfAServiceAtWorkKnowsNothingOfTheDemo(t *testing.T) {
	got := get(t, GraphiQL("/graphql", nil, silent()), "/")
	body := got.Body.String()
	if got.Code != http.StatusOK || !strings.Contains(body, `"inbox":""`) || strings.Contains(body, "/dev/") || !strings.Contains(body, `"tabs":[]`) {
		t.Errorf("got %d %s", got.Code, body)
	}
}
