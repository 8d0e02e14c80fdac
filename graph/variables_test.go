package graph_test

import (
	"strings"
	"testing"
)

const (
	signUp   = "mutation($in: SignUpForMarketingInput!) {signUpForMarketing(input: $in)}"
	enter    = "mutation($in: SignUpForEmailMarketingCampaignInput!) {signUpForEmailMarketingCampaign(input: $in)}"
	confirm  = "mutation($in: TokenMarketingInput!) {confirmMarketing(input: $in)}"
	leave    = "mutation($in: TokenMarketingInput!) {unsubscribeMarketing(input: $in)}"
	update   = "mutation($in: UpdateMarketingPreferencesInput!) {updateMarketingPreferences(input: $in) {error}}"
	choose   = "mutation($in: UpdateCustomerPreferenceInput!) {updateCustomerPreference(input: $in) {error}}"
	stopSMS  = "mutation($n: String!) {unsubscribeSmsMarketing(phoneNumber: $n)}"
	evidence = `{"messageShown":"Yes, please","formIdentifier":"footer","formLocation":"https://shop.example/"}`
)

// in is an input with its audit data; members may be left out.
func in(members ...string) string {
	return `{"in":{` + strings.Join(append(members, `"auditData":`+evidence), ",") + `}}`
}

// The value is looked for in the answer, so it is one that no text of ours has.
func TestAVariableOfTheWrongTypeIsNamedButNotRepeated(t *testing.T) {
	const private = "eve.private"
	tests := []struct{ name, document, variables, field string }{
		{"a list for an address", signUp, in(`"type":"EMAIL"`, `"contactDetails":["eve.private"]`), "contactDetails"},
		{"a list for a text", stopSMS, `{"n":["eve.private"]}`, "n"},
		{"an object for a text", stopSMS, `{"n":{"eve.private":1}}`, "n"},
		{"true for a text", stopSMS, `{"n":true}`, "n"},
		{"a number for a text", stopSMS, `{"n":447400123456}`, "n"},
		{"null for what is required", stopSMS, `{"n":null}`, "n"},
		{"nothing for what is required", stopSMS, `{}`, "n"},
		{"a text for an object", signUp, `{"in":"eve.private"}`, "in"},
		{"a channel that is none", signUp, in(`"type":"eve.private"`, `"contactDetails":"a@example.com"`), "type"},
		{"a channel that is a number", signUp, in(`"type":1`, `"contactDetails":"a@example.com"`), "type"},
		{"a field missing", signUp, in(`"type":"EMAIL"`), "contactDetails"},
		{"a field that is null", signUp, in(`"type":"EMAIL"`, `"contactDetails":null`), "contactDetails"},
		{"no audit data", signUp, `{"in":{"type":"EMAIL","contactDetails":"eve.private"}}`, "auditData"},
		{"an object in a list of ids", signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`, `"preferenceIds":[{"eve.private":1}]`), "preferenceIds"},
		{"null in a list of ids", signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`, `"preferenceIds":[null]`), "preferenceIds"},
		{"a field of audit data missing", signUp, `{"in":{"type":"EMAIL","contactDetails":"eve.private","auditData":{"messageShown":"a","formIdentifier":"b"}}}`, "formLocation"},
		{"a text for yes or no", update, in(`"type":"EMAIL"`, `"newValue":"eve.private"`), "newValue"},
		{"a list for a URL", leave, `{"in":{"token":"a","email":"b","auditData":{"landingUrl":["eve.private"]}}}`, "landingUrl"},
		{"a number for the other token", leave, `{"in":{"token":1,"email":"b","auditData":{"landingUrl":"https://shop.example/"}}}`, "token"},
		{"a list for a token", leave, `{"in":{"token":["eve.private"],"email":"b","auditData":{"landingUrl":"https://shop.example/"}}}`, "token"},
		{"an object for an opt-in", enter, in(`"name":"Eve"`, `"email":"a@example.com"`, `"campaignId":"42"`, `"marketingOptIn":{"eve.private":1}`), "marketingOptIn"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t)
			got := d.ask(t, tt.document, tt.variables, "Authorization", login(t, anna()))
			got.wantError(t, map[string]any{"code": "BAD_USER_INPUT", "field": tt.field})
			if strings.Contains(got.text, private) || strings.Contains(got.text, "447400123456") {
				t.Errorf("the value is repeated: %s", got.text)
			}
			if d.store.written() > 0 || d.log.String() != "" {
				t.Errorf("%d changes were written and this logged: %s", d.store.written(), d.log)
			}
		})
	}
}

func TestAnUnknownFieldOfAnInputIsRefused(t *testing.T) {
	d := open(t)
	got := d.ask(t, signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`, `"newsletter":"eve.private"`))
	if len(got.errors) != 1 || got.errors[0].Extensions["code"] != "BAD_USER_INPUT" || strings.Contains(got.text, "eve.private") {
		t.Errorf("got %s", got.text)
	}
	got.wantNotExecuted(t)
}

// The library knows enum values by EqualFold when it checks variables and by
// their exact spelling when it reads them.
func TestAnEnumValueInLowerCaseIsRefused(t *testing.T) {
	tests := map[string]struct{ document, variables string }{
		"in an input":                {signUp, in(`"type":"email"`, `"contactDetails":"a@example.com"`)},
		"in a customer's input":      {update, in(`"type":"Email"`, `"newValue":true`)},
		"as a variable in an input":  {"mutation($t: MarketingType!) {updateMarketingPreferences(input: {type: $t, newValue: false, auditData: " + literalEvidence + "}) {error}}", `{"t":"email"}`},
		"as the argument of a field": {"query($t: MarketingType!) {customer {marketingPreferences(type: $t)}}", `{"t":"email"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			got := d.ask(t, tt.document, tt.variables, "Authorization", login(t, anna()))
			got.wantError(t, map[string]any{"code": "BAD_USER_INPUT", "field": nil})
			if d.store.written() > 0 {
				t.Error("something was written")
			}
		})
	}
}

const literalEvidence = `{messageShown: "Yes, please", formIdentifier: "footer", formLocation: "https://shop.example/"}`

func TestAValueInADocumentIsNotRepeated(t *testing.T) {
	const private = "eve.private"
	for name, body := range map[string]string{
		"the name of an operation":     `{"query":"{__typename}","operationName":"eve.private"}`,
		"a text for a channel":         `{"query":"mutation {signUpForMarketing(input: {type: \"eve.private\", contactDetails: \"a\", auditData: null})}"}`,
		"a list for a text":            `{"query":"mutation {unsubscribeSmsMarketing(phoneNumber: [\"eve.private\"])}"}`,
		"an object for a text":         `{"query":"mutation {unsubscribeSmsMarketing(phoneNumber: {a: \"eve.private\"})}"}`,
		"a text out of place":          `{"query":"{\"eve.private\"}"}`,
		"a text that does not end":     `{"query":"{site(a: \"eve.private"}`,
		"text in a broken request":     `{"query":"{__typename}", eve.private`,
		"text in variables":            `{"query":"{__typename}", "variables": "eve.private"}`,
		"text for yes or no":           `{"query":"{__typename @include(if: \"eve.private\")}"}`,
		"an address that is not valid": `{"query":"{accountCreationMarketingPreferences(email: \"eve.private\")}"}`,
		"a number that is not valid":   `{"query":"mutation {unsubscribeSmsMarketing(phoneNumber: \"eve.private\")}"}`,
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			if got := d.post(t, body); len(got.errors) == 0 || strings.Contains(got.text, private) {
				t.Errorf("got %s\nwant an error without the value", got.text)
			}
			if strings.Contains(d.log.String(), private) {
				t.Errorf("the value is logged: %s", d.log)
			}
		})
	}
}
