package graph_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// answered fails for what no request may cause: read has already seen that the
// answer is JSON.
func answered(t *testing.T, d *door, got answer) {
	t.Helper()
	switch got.status {
	case http.StatusOK, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge:
	default:
		t.Errorf("status %d: %s", got.status, got.text)
	}
	if _, executed := got.members["data"]; !executed && len(got.errors) == 0 {
		t.Errorf("neither data nor errors: %s", got.text)
	}
	if strings.Contains(got.text, "INTERNAL") || d.log.String() != "" {
		t.Errorf("a request made us fail: %s %s", got.text, d.log)
	}
}

func FuzzPOST(f *testing.F) {
	d := open(f)
	for _, seed := range []string{
		typename, "[" + typename + "]", "null", "{", typename + "x",
		`{"query":"` + signUp + `","variables":` + in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`) + `}`,
		`{"query":"` + leave + `","variables":{"in":{"token":"a","email":"b",` + landing + `}}}`,
		`{"query":"query A {site {id}} query B {site {name}}","operationName":"B"}`,
		`{"query":"{customer {marketingPreferences(type: EMAIL)}}","variables":{"a":1e999}}`,
		`{"query":"{...F ...{site{...G}}} fragment F on Query {a:site{id}} fragment G on Site {...G name}"}`,
		`{"query":"mutation($a:[[Int]]){unsubscribeSmsMarketing(phoneNumber:$a)}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) { answered(t, d, d.post(t, body)) })
}

func FuzzGET(f *testing.F) {
	d := open(f)
	f.Add("{__typename}", "{}", "", "{}")
	f.Add("query($a: Boolean!) {site @skip(if: $a) {id}}", `{"a":true}`, "A", `{"persistedQuery":null}`)
	f.Add(stopSMS, `{"n":"1"}`, "", `{"persistedQuery":{"version":1,"sha256Hash":"0"}}`)
	f.Add("", "", "", `{"persistedQuery":{"sha256Hash":"0"}}`)
	f.Fuzz(func(t *testing.T, document, variables, operation, extensions string) {
		q := url.Values{"query": {document}, "variables": {variables}, "operationName": {operation}, "extensions": {extensions}}
		answered(t, d, d.send(t, http.MethodGet, "/graphql?"+q.Encode(), ""))
		if d.store.written() > 0 {
			t.Error("a GET wrote")
		}
	})
}

// Whatever text a variable holds, a sign-up has an outcome or names its field.
func FuzzAddress(f *testing.F) {
	f.Add("EMAIL", "Eve@Example.com")
	f.Add("SMS", "07400 123456")
	f.Add("email", "a@b\x00.example")
	d := open(f)
	f.Fuzz(func(t *testing.T, channel, address string) {
		variables := in(`"type":`+quote(t, channel), `"contactDetails":`+quote(t, address))
		got := d.ask(t, signUp, variables)
		answered(t, d, got)
		if len(got.errors) > 0 && got.errors[0].Extensions["field"] == nil {
			t.Errorf("got %s", got.text)
		}
	})
}
