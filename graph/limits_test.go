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
	d.ask(t, document(3), "").wantRefused(t, 400, "GRAPHQL_PARSE_FAILED")
}

// The tokens of a fragment are few, however often it is used.
func TestWhatADocumentSelectsIsLimitedWithItsFragmentsInPlace(t *testing.T) {
	d := open(t)
	document := func(uses int) string {
		return "{" + aliases("site{...F}", uses) + "} fragment F on Site {" + aliases("name", 20) + "}"
	}
	if got := d.ask(t, document(5), ""); len(got.errors) > 0 {
		t.Errorf("a hundred fields: %s", got.text)
	}
	d.ask(t, document(50), "").wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
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
	got := open(t).ask(t, "{"+aliases("nothing", 20)+"}", "")
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
