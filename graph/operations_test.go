package graph_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"assent/graph"
)

func hashOf(document string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(document))) }

// listed is the list of documents as an object.
func listed(t testing.TB, documents ...string) string {
	t.Helper()
	list := map[string]string{}
	for _, d := range documents {
		list[hashOf(d)] = d
	}
	return marshal(t, list)
}

// manifest is the same as Apollo's tools write it.
func manifest(t testing.TB, documents ...string) string {
	t.Helper()
	var operations []map[string]string
	for _, d := range documents {
		operations = append(operations, map[string]string{"id": hashOf(d), "name": "A", "type": "query", "body": d})
	}
	return marshal(t, map[string]any{"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations})
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAListOfOperationsIsReadInBothForms(t *testing.T) {
	for _, text := range []string{listed(t, "{site{id}}", signUp), manifest(t, "{site{id}}", signUp)} {
		got, err := graph.ParseOperations([]byte(text))
		if err != nil || len(got) != 2 || got[hashOf(signUp)] != signUp {
			t.Errorf("%s\ngives %v, %v", text, got, err)
		}
	}
}

func TestEveryOperationAtFaultIsNamed(t *testing.T) {
	wrongID := strings.Repeat("0", 64)
	faults := map[string]string{
		"{site{id}":              "parsing it",
		"{site{nothing}}":        `Cannot query field "nothing"`,
		"fragment F on Site{id}": "nothing to execute",
		"":                       "nothing to execute",
		"{" + strings.Repeat("__typename ", 600) + "}":     "parsing it",
		"{site{" + aliases("name", 31) + "}}":              "too many aliases",
		"query($a: [[Int]]){site @skip(if: $a){id}}":       "nests lists too deep",
		"mutation{unsubscribeSmsMarketing}":                "is required",
		"{site{id}} mutation{unsubscribeSmsMarketing(a:1)": "parsing it",
	}
	var documents []string
	for document := range faults {
		documents = append(documents, document)
	}
	good := "{site{name}}"
	text := strings.TrimSuffix(listed(t, append(documents, good)...), "}") + `,"` + wrongID + `":"{site{id}}"}`
	got, err := graph.ParseOperations([]byte(text))
	if err == nil || got != nil {
		t.Fatalf("got %v, %v", got, err)
	}
	lines := map[string]string{}
	for line := range strings.SplitSeq(err.Error(), "\noperation ") {
		lines[strings.Trim(strings.TrimPrefix(line, "operation "), `"`)[:64]] = line
	}
	faults[wrongID] = "the id is not the SHA-256"
	for document, fault := range faults {
		id := hashOf(document)
		if document == wrongID {
			id = wrongID
		}
		if !strings.Contains(lines[id], fault) {
			t.Errorf("%.40q: got %q, want %s", document, lines[id], fault)
		}
	}
	if len(lines) != len(faults) {
		t.Errorf("got %d lines for %d faults:\n%v", len(lines), len(faults), err)
	}
}

func TestAListOfOperationsThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{"", "{", "[]", "7", "{}", `{"a":1}`, `{"a":"{site{id}}"}`, `{"format":"x","operations":{}}`, `{"format":"x"}`} {
		if got, err := graph.ParseOperations([]byte(text)); err == nil {
			t.Errorf("%s gives %v", text, got)
		}
	}
}

func FuzzParseOperations(f *testing.F) {
	for _, seed := range []string{
		listed(f, "{site{id}}", signUp), manifest(f, "{site{id}}"), "{}", "[]", `{"format":"x","operations":[{"id":1}]}`, listed(f, "{site{nothing}}"),
	} {
		f.Add([]byte(seed))
	}
	d := open(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		operations, err := graph.ParseOperations(text)
		if err != nil {
			return
		}
		for id, document := range operations {
			if id != hashOf(document) {
				t.Errorf("%q is listed as %q", document, id)
			}
			if got := d.ask(t, document, ""); len(got.errors) > 0 && got.errors[0].Extensions["code"] == "GRAPHQL_PARSE_FAILED" {
				t.Errorf("%q cannot be executed: %s", document, got.text)
			}
		}
	})
}
