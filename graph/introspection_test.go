package graph_test

import (
	"strings"
	"testing"
)

func introspectable(s *setup) { s.Introspection = true }

func TestTheSchemaCanBeReadWhereThatIsAllowed(t *testing.T) {
	d := open(t, introspectable)
	got := d.ask(t, `{__type(name:"MarketingType"){kind enumValues{name}}}`, "")
	got.wantData(t, `{"__type":{"kind":"ENUM","enumValues":[{"name":"EMAIL"},{"name":"SMS"},{"name":"POST"},{"name":"THIRD_PARTY"}]}}`)
	if got := d.ask(t, "{__schema{queryType{name}}}", ""); got.data() != `{"__schema":{"queryType":{"name":"Query"}}}` {
		t.Errorf("got %s", got.text)
	}
}

func TestTheSchemaCannotBeReadElsewhere(t *testing.T) {
	for _, document := range []string{"{__schema{types{name}}}", `{__type(name:"Query"){fields{name}}}`, "{...F} fragment F on Query {s:__schema{types{name}}}"} {
		d := open(t)
		got := d.ask(t, document, "")
		if len(got.errors) == 0 || strings.Contains(got.text, "MarketingType") {
			t.Errorf("%s: got %s", document, got.text)
			continue
		}
		if code := got.errors[0].Extensions["code"]; code != "GRAPHQL_VALIDATION_FAILED" {
			t.Errorf("%s: the caller's mistake is told as %v", document, code)
		}
		if log := d.log.String(); log != "" {
			t.Errorf("%s: the caller's mistake is logged as ours", document)
		}
	}
	open(t).ask(t, "{__typename}", "").wantData(t, `{"__typename":"Query"}`)
}
