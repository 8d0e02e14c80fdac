package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

var (
	literal = regexp.MustCompile("`([^`]*)`")
	isQuery = regexp.MustCompile(`^\s*(query|mutation|fragment|subscription|\{)[\s({]`)
	curl    = regexp.MustCompile(`(?s)-d '(\{\s*"query".*?\})'`)
)

func TestEveryGraphQLDocumentIsValid(t *testing.T) {
	schema := schema(t)
	checked := map[string]int{}
	for _, p := range pages(t) {
		for _, b := range p.blocks() {
			for _, document := range b.documents(t) {
				checked[p.path]++
				if _, err := gqlparser.LoadQueryWithRules(schema, document, rules.NewDefaultRules()); err != nil {
					t.Errorf("%s: %v in\n%s", p.path, err, document)
				}
			}
		}
	}
	if checked["README.md"] < 3 || checked["docs/storefront.md"] < 20 {
		t.Errorf("only so many were found: %v", checked)
	}
}

// documents are those of a block: the block itself, what scripts quote, what curl sends.
func (b block) documents(t *testing.T) []string {
	t.Helper()
	var documents []string
	switch {
	case b.isOneOf("graphql"):
		return []string{b.text}
	case b.isOneOf("js", "jsx", "ts", "tsx"):
		for _, m := range literal.FindAllStringSubmatch(b.text, -1) {
			if isQuery.MatchString(m[1]) {
				documents = append(documents, m[1])
			}
		}
	case b.isOneOf("sh"):
		for _, m := range curl.FindAllStringSubmatch(b.text, -1) {
			var body struct{ Query string }
			if err := json.Unmarshal([]byte(m[1]), &body); err != nil {
				t.Errorf("%v in\n%s", err, m[1])
			}
			documents = append(documents, body.Query)
		}
	}
	return documents
}

func schema(t *testing.T) *ast.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "schema.graphqls"))
	if err != nil {
		t.Fatal(err)
	}
	schema, problem := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(text)})
	if problem != nil {
		t.Fatal(problem)
	}
	return schema
}
