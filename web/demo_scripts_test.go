package web

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func TestEveryModuleOfTheDemoIsThere(t *testing.T) {
	for name, file := range loadStatic() {
		if !strings.HasPrefix(name, "/static/demo/") {
			continue
		}
		for _, imported := range regexp.MustCompile(`from "\./([^"]+)"`).FindAllSubmatch(file.body, -1) {
			if w := get(t, Static(), "/static/demo/"+string(imported[1])); w.Code != http.StatusOK {
				t.Errorf("%s imports %s: %d", name, imported[1], w.Code)
			}
		}
	}
}

func TestEveryOperationOfTheDemoFitsOurSchema(t *testing.T) {
	text, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for name, file := range loadStatic() {
		for _, operation := range regexp.MustCompile("(?s)/\\* GraphQL \\*/ `(.*?)`").FindAllSubmatch(file.body, -1) {
			found++
			if _, err := gqlparser.LoadQueryWithRules(schema, string(operation[1]), rules.NewDefaultRules()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if found != 6 {
		t.Errorf("found %d operations", found)
	}
}

// TestEveryAnswerOfTheServiceHasWords keeps the shop's sentences in step with the schema.
func TestEveryAnswerOfTheServiceHasWords(t *testing.T) {
	words := string(loadStatic()["/static/demo/answers.js"].body)
	for _, answer := range []string{"OK", "DUPLICATE", "REQUIRES_VERIFICATION", "NOT_FOUND", "UNKNOWN_ERROR", "INSUFFICIENT_DATA",
		"NOT_AVAILABLE", "BAD_USER_INPUT", "RATE_LIMITED", "UNAUTHENTICATED", "SITE_NOT_FOUND", "UNREACHABLE"} {
		if !strings.Contains(words, answer) {
			t.Errorf("%s has no words", answer)
		}
	}
}
