package graph_test

import "testing"

func TestOneMutationFieldARequest(t *testing.T) {
	const stop = `unsubscribeSmsMarketing(phoneNumber: "+447400123456")`
	tests := []struct {
		name, document, variables string
		want                      string // the data; "" when refused
	}{
		{"one", "mutation {" + stop + "}", "", `{"unsubscribeSmsMarketing":true}`},
		{"one by an alias", "mutation {a: " + stop + "}", "", `{"a":true}`},
		{"two aliases", "mutation {a: " + stop + " b: " + stop + "}", "", ""},
		{"one field spelt twice is one field", "mutation {" + stop + stop + "}", "", `{"unsubscribeSmsMarketing":true}`},
		{"a second in a fragment", "mutation {a: " + stop + " ...F} fragment F on Mutation {b: " + stop + "}", "", ""},
		{"a second in a fragment in a fragment",
			"mutation {a: " + stop + " ...F} fragment F on Mutation {...G} fragment G on Mutation {b: " + stop + "}", "", ""},
		{"a second in an inline fragment", "mutation {a: " + stop + " ... on Mutation {b: " + stop + "}}", "", ""},
		{"a second in a fragment without a type", "mutation {a: " + stop + " ... {b: " + stop + "}}", "", ""},
		{"a second that is included", "mutation {a: " + stop + " b: " + stop + " @include(if: true)}", "", ""},
		{"a second that is not included", "mutation {a: " + stop + " b: " + stop + " @include(if: false)}", "", `{"a":true}`},
		{"a second that is skipped", "mutation {a: " + stop + " b: " + stop + " @skip(if: true)}", "", `{"a":true}`},
		{"a second that a variable skips",
			"mutation($no: Boolean!) {a: " + stop + " b: " + stop + " @skip(if: $no)}", `{"no":true}`, `{"a":true}`},
		{"a second that a variable does not skip",
			"mutation($no: Boolean!) {a: " + stop + " b: " + stop + " @skip(if: $no)}", `{"no":false}`, ""},
		{"a second in a fragment that a variable includes",
			"mutation($yes: Boolean!) {a: " + stop + " ...F @include(if: $yes)} fragment F on Mutation {b: " + stop + "}", `{"yes":true}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t)
			got := d.ask(t, tt.document, tt.variables)
			if tt.want == "" {
				got.wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
				if d.store.written() > 0 {
					t.Error("something was written")
				}
				return
			}
			got.wantData(t, tt.want)
			if d.store.written() != 1 {
				t.Errorf("%d changes were written, want 1", d.store.written())
			}
		})
	}
}

func TestAnOperationThatIsNotExecutedMayBeAMutation(t *testing.T) {
	d := open(t)
	d.post(t, `{"operationName":"Q","query":"query Q {__typename} mutation M {a: unsubscribeSmsMarketing(phoneNumber:\"1\") b: unsubscribeSmsMarketing(phoneNumber:\"1\")}"}`).
		wantData(t, `{"__typename":"Query"}`)
}

func TestQueriesMayHaveManyFields(t *testing.T) {
	d := open(t)
	d.ask(t, "{a:site{slug:name} b:site{slug:name}}", "").wantData(t, `{"a":{"slug":"The Shop"},"b":{"slug":"The Shop"}}`)
}
