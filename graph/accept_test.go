package graph_test

import (
	"strings"
	"testing"
)

const (
	newer = "application/graphql-response+json; charset=utf-8"
	older = "application/json; charset=utf-8"
)

func TestTheMediaTypeIsTheNewerOnlyForThoseWhoAskForIt(t *testing.T) {
	d := open(t)
	for accept, want := range map[string]string{
		"":                                  older,
		"*/*":                               older,
		"application/*":                     older,
		"application/json":                  older,
		"application/json; charset=utf-8":   older,
		"application/graphql-response+json": newer,
		"application/json, */*":             older,
		"application/json, application/graphql-response+json":       newer,
		"application/graphql-response+json, application/json;q=0.9": newer,
		"text/html": older,
	} {
		if got := d.post(t, typename, "Accept", accept).header.Get("Content-Type"); got != want {
			t.Errorf("Accept %q: %s", accept, got)
		}
	}
}

// The specification lets the older media type tell a failed document only by its
// errors, and both tell a failed field by 200.
func TestStatusByMediaType(t *testing.T) {
	tests := []struct {
		name, body   string
		newer, older int
	}{
		{"executed", typename, 200, 200},
		{"executed with a failed field", `{"query":"{accountCreationMarketingPreferences(email:\"x\")}"}`, 200, 200},
		{"executed with nothing left", `{"query":"{site{id}}"}`, 200, 200},
		{"a document that cannot be parsed", `{"query":"{"}`, 400, 200},
		{"a document that is not valid", `{"query":"{nothing}"}`, 400, 200},
		{"variables that are not valid", `{"query":"query($a:String!){__typename @include(if:true) accountCreationMarketingPreferences(email:$a)}"}`, 400, 200},
		{"a request that is not JSON", `{`, 400, 400},
		{"a request without a query", `{}`, 400, 400},
		{"a request that is too large", strings.Repeat(" ", 100_000), 413, 413},
	}
	d := open(t, over(newMemory(shop(), outlet())))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for mediaType, want := range map[string]int{newer: tt.newer, older: tt.older} {
				got := d.post(t, tt.body, "Accept", mediaType)
				if got.status != want || got.header.Get("Content-Type") != mediaType {
					t.Errorf("got %d %s, want %d %s", got.status, got.header.Get("Content-Type"), want, mediaType)
				}
			}
		})
	}
}

func TestDataIsLeftOutExactlyWhenNothingWasExecuted(t *testing.T) {
	d := open(t, over(newMemory(shop(), outlet())))
	for name, body := range map[string]string{
		"not JSON": `{`, "no query": `{}`, "not parsed": `{"query":"{"}`, "not valid": `{"query":"{nothing}"}`,
		"a variable missing": `{"query":"query($a:String!){accountCreationMarketingPreferences(email:$a)}"}`,
	} {
		t.Run(name, func(t *testing.T) { d.post(t, body).wantNotExecuted(t) })
	}
	if got := d.ask(t, "{site{id}}", ""); got.data() != "null" {
		t.Errorf("got %s\nwant data that is null, because a field was executed and failed", got.text)
	}
}
