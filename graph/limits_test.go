package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestADocumentMayHave500Tokens(t *testing.T) {
	d := open(t)
	document := func(plain int) string {
		const eightTokens = " __typename @skip(if: false)"
		return "{" + strings.Repeat(eightTokens, 62) + strings.Repeat(" __typename", plain) + "}"
	}
	d.ask(t, document(2), "").wantData(t, `{"__typename":"Query"}`)
	got := d.ask(t, document(3), "")
	got.wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
	if !strings.Contains(got.text, "more than 500 tokens") {
		t.Errorf("got %s", got.text)
	}
}

func TestADocumentMayHaveSoMuchAndNoMore(t *testing.T) {
	nested := func(open, inside, end string) func(int) string {
		return func(n int) string { return strings.Repeat(open, n) + inside + strings.Repeat(end, n) }
	}
	tests := []struct {
		name   string
		within func(n int) string // a document with so many
		limit  int
	}{
		{"selections, with fragments in place", func(n int) string {
			return "{" + strings.Repeat("...F ", 4) + strings.Repeat("__typename ", n) + "} fragment F on Query {" + strings.Repeat("__typename ", 60) + "}"
		}, 300 - 4 - 4*60},
		{"selections of an unused fragment", func(n int) string {
			return "{...F} fragment F on Query {__typename} fragment G on Query {" + strings.Repeat("...H ", 5) + strings.Repeat("__typename ", n) +
				"} fragment H on Query {" + strings.Repeat("__typename ", 50) + "}"
		}, 300 - 5 - 5*50},
		{"operations that use one fragment", func(n int) string {
			return "{...F}" + strings.Repeat(" query A {...F}", n) + " fragment F on Query {" + strings.Repeat("__typename ", 49) + "}"
		}, 600/50 - 2},
		{"fields in fields", func(n int) string { return `{__type(name:"Query"){` + nested("ofType{", "name", "}")(n) + "}}" }, 15 - 2},
		{"fields in fields by fragments", func(n int) string {
			return `{__type(name:"Query"){...F}} fragment F on __Type {` + nested("ofType{", "name", "}")(n) + "}"
		}, 15 - 2},
		{"inline fragments in inline fragments", nested("{...", "{__typename}", "}"), 2},
		{"things asked for", func(n int) string { return "{" + aliases("__typename", n) + "}" }, 10},
		{"things asked for by fragments", func(n int) string {
			return "{...F " + aliases("__typename", n) + "} fragment F on Query {b:__typename}"
		}, 9},
		{"aliases", func(n int) string { return "{site{" + aliases("name", n) + "}}" }, 30},
		{"aliases, with fragments in place", func(n int) string {
			return "{" + strings.Repeat("site{...F} ", n) + "} fragment F on Site {" + aliases("name", 10) + "}"
		}, 3},
		{"lists", func(n int) string {
			return "{site{" + strings.Repeat("marketingPreferences{id} ", n) + "} customer{marketingPreferences(type:EMAIL)}}"
		}, 5},
		{"lists, by fragments", func(n int) string {
			return "{customer{" + strings.Repeat("...F ", n) + "}} fragment F on Customer {preferences{id text}}"
		}, 5},
		{"bytes of an alias", func(n int) string { return "{" + strings.Repeat("a", n) + ":__typename}" }, 64},
		{"lists of lists", func(n int) string {
			return "query($a: " + nested("[", "Int", "]")(n) + ") {site @skip(if: $a) {id}}"
		}, 1},
	}
	d := open(t, introspectable)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const tooMuch = "The document "
			exceeds := func(n int) bool {
				got := d.ask(t, tt.within(n), "")
				return len(got.errors) == 1 && (strings.HasPrefix(got.errors[0].Message, tooMuch) || strings.HasPrefix(got.errors[0].Message, "A name")) &&
					got.errors[0].Extensions["code"] == "GRAPHQL_VALIDATION_FAILED"
			}
			if exceeds(tt.limit) {
				t.Errorf("%d are refused", tt.limit)
			}
			if !exceeds(tt.limit + 1) {
				t.Errorf("%d are not refused", tt.limit+1)
			}
		})
	}
}

// The introspection query of GraphiQL 16, the longest that honest clients send.
func TestAQueryEditorCanReadTheSchema(t *testing.T) {
	got := open(t, introspectable).ask(t, introspectionQuery, "")
	if len(got.errors) > 0 || !strings.Contains(got.text, "SignUpForMarketingInput") {
		t.Errorf("got %.300s", got.text)
	}
}

func TestTheSchemaCannotBeReadManyTimesOver(t *testing.T) {
	d := open(t, introspectable)
	for _, document := range []string{
		"{a:__schema{types{name}}}", `{a:__type(name:"Feature"){kind}}`, `{__type(name:"Feature"){a:kind}}`,
		"{__schema{a:types{name} b:types{name}}}", "{__schema{...F}} fragment F on __Schema {types{a:name}}",
	} {
		d.ask(t, document, "").wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
	}
	d.ask(t, `{__type(name:"Feature"){kind} a:__typename}`, "").wantData(t, `{"__type":{"kind":"ENUM"},"a":"Query"}`)
}

func TestTheAnswerIsLimitedToo(t *testing.T) {
	wordy := shop()
	for i := range wordy.Preferences {
		wordy.Preferences[i].Text = strings.Repeat("€", 10_000)
	}
	d := open(t, over(newMemory(wordy)))
	texts := func(n int) string { return "{site{marketingPreferences{" + aliases("text", n) + "}}}" }
	if got := d.ask(t, texts(17), ""); len(got.errors) > 0 || len(got.text) < 17*60_000 {
		t.Errorf("got %.300s", got.text)
	}
	d.ask(t, texts(18), "").wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
}

// A message is a sentence, however much of the document gqlgen would repeat.
func TestMessagesRepeatShortNamesOnly(t *testing.T) {
	d := open(t)
	short, long := strings.Repeat("n", 40), strings.Repeat("n", 41)
	for _, form := range []string{
		"{%s}", "{site{%s}}", "{site(%s: 1){id}}", "{site{id @%s}}", "{...%s}", "{site{...on %s{id}}}", "query($%s: Int) {site{id}}",
		"query($a: %s) {site{id}}", "query {site @skip(if: $%s) {id}}", "query %[1]s {site{id}} query %[1]s {site{id}}",
		"{site{id}} fragment %s on Site {id}", "{site{%s:id %[1]s:name}}", "{a:accountCreationMarketingPreferences(%s: \"a@b.example\")}",
	} {
		got := d.ask(t, fmt.Sprintf(form, long), "")
		got.wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
		if strings.Contains(got.text, long) || !strings.Contains(got.text, "The document is not valid.") {
			t.Errorf("%s: got %s", form, got.text)
		}
		if got := d.ask(t, fmt.Sprintf(form, short), ""); !strings.Contains(got.text, short) {
			t.Errorf("%s: a short name is not told: %s", form, got.text)
		}
	}
}

func TestAFieldThatTheCallerMadeUpIsNotRepeated(t *testing.T) {
	d := open(t)
	for name, want := range map[string]any{"mood": "mood", strings.Repeat("m", 41): "in", "a@b.example": "in", "<b>": "in", "": ""} {
		got := d.ask(t, signUp, `{"in":{`+quote(t, name)+`:1}}`)
		if len(got.errors) != 1 || got.errors[0].Extensions["field"] != want {
			t.Errorf("%q: got %s, want the field %q", name, got.text, want)
		}
	}
}

// Forty levels select a million million fields. Whoever counts them all before
// refusing them is busy for hours, so this waits with a deadline.
func TestFragmentsThatDoubleAtEveryLevelCostNothing(t *testing.T) {
	const levels = 40
	var b strings.Builder
	b.WriteString("{...F0}")
	for i := range levels {
		fmt.Fprintf(&b, " fragment F%d on Query {...F%d ...F%d}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Query {__typename}", levels)
	d, answered := open(t), make(chan answer, 1)
	go func() { answered <- d.ask(t, b.String(), "") }()
	select {
	case got := <-answered:
		got.wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
	case <-time.After(5 * time.Second):
		t.Fatal("it is still being counted")
	}
}

func aliases(field string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d:%s", i, field)
	}
	return b.String()
}

func TestAtMostFiveErrorsOfADocumentAreTold(t *testing.T) {
	got := open(t).ask(t, "{site{"+aliases("nothing", 20)+"}}", "")
	got.wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
	if len(got.errors) != 5 {
		t.Errorf("%d errors are told", len(got.errors))
	}
}

func TestNoNamesAreSuggested(t *testing.T) {
	d := open(t)
	for name, document := range map[string]string{
		"a field": "{sit{id}}", "a field of a type": "{site{nam}}", "no fields": "{site}",
		"an argument":       `{accountCreationMarketingPreferences(emali: "x")}`,
		"a type":            "{...F} fragment F on Sit {id}",
		"an enum value":     "{customer{marketingPreferences(type: EMIAL)}}",
		"a field of input":  `mutation {unsubscribeMarketing(input: {tokne: "x"})}`,
		"a directive":       "{site @skp(if: true) {id}}",
		"a type of a value": "query($a: Strin) {__typename}",
	} {
		got := d.ask(t, document, "")
		got.wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
		if strings.Contains(got.text, "Did you mean") {
			t.Errorf("%s: %s", name, got.text)
		}
	}
}
