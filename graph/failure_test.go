package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"assent/consent"
)

// links are the values of valid links to Anna at the shop.
func links(t *testing.T, d *door) (confirmation, unsubscription string) {
	t.Helper()
	hash := d.hash(t, shop(), "anna@example.com")
	return d.link(d.keys.Confirm(consent.ConfirmLink{Address: hash, Site: shop().ID, Verification: consent.NewEventID()}), hash),
		d.link(d.keys.Unsubscribe(consent.UnsubscribeLink{Address: hash, Site: shop().ID, Channel: consent.Email}), hash)
}

func TestOurFailureIsNeverToldAsDone(t *testing.T) {
	const unknown = `"UNKNOWN_ERROR"`
	email := in(`"type":"EMAIL"`, `"contactDetails":"private.eve@example.com"`)
	entry := in(`"name":"Private Eve"`, `"email":"private.eve@example.com"`, `"campaignId":"42"`)
	confirmation, unsubscription := links(t, open(t))
	tests := []struct{ name, broken, document, variables, data string }{
		{"a sign-up that is not written", "Update", signUp, email, `{"signUpForMarketing":` + unknown + `}`},
		{"a sign-up whose wording is not kept", "KeepText", signUp, email, `{"signUpForMarketing":` + unknown + `}`},
		{"a sign-up at a site that cannot be read", "Site", signUp, email, `{"signUpForMarketing":` + unknown + `}`},
		{"an entry", "Update", enter, entry, `{"signUpForEmailMarketingCampaign":` + unknown + `}`},
		{"a confirmation", "Update", confirm, confirmation, `{"confirmMarketing":` + unknown + `}`},
		{"an unsubscription", "Update", leave, unsubscription, `{"unsubscribeMarketing":` + unknown + `}`},
		{"a customer's choice", "Update", update, in(`"type":"EMAIL"`, `"newValue":false`), `{"updateMarketingPreferences":{"error":` + unknown + `}}`},
		{"a customer's choice at a site that cannot be read", "Site", update, in(`"type":"EMAIL"`, `"newValue":true`), `{"updateMarketingPreferences":{"error":` + unknown + `}}`},
		{"a customer that cannot be read", "Account", update, in(`"type":"EMAIL"`, `"newValue":false`), `{"updateMarketingPreferences":{"error":` + unknown + `}}`},
		{"a customer's choice on a text", "Update", choose, in(`"preferenceId":"`+offers.String()+`"`, `"newValue":false`), `{"updateCustomerPreference":{"error":` + unknown + `}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t, over(failing(tt.broken)))
			var headers []string
			if strings.Contains(tt.data, "update") {
				headers = []string{"Authorization", login(t, anna())}
			}
			got := d.ask(t, tt.document, tt.variables, headers...)
			got.wantData(t, tt.data)
			if got.status != http.StatusOK {
				t.Errorf("status %d", got.status)
			}
			d.wantLoggedOnce(t, got.extensions["errorId"])
		})
	}
}

func TestAClientThatLeavesIsNoFailureOfOurs(t *testing.T) {
	store := newMemory(shop())
	store.fault = func(string) error { return fmt.Errorf("waiting for a turn: %w", context.Canceled) }
	d := open(t, over(store))
	left, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequestWithContext(left, http.MethodPost, "/graphql", strings.NewReader(`{"query":"{site{id}}"}`))
	r.Header.Set("Content-Type", "application/json")
	d.ServeHTTP(httptest.NewRecorder(), r)
	if d.log.String() != "" {
		t.Errorf("logged: %s", d.log)
	}
	d.ask(t, "{site{id}}", "") // somebody who stays
	if !strings.Contains(d.log.String(), "ERROR") {
		t.Error("a failure is not logged while the client is there")
	}
}

func TestOurFailureIsInternalWhereNoOutcomeNamesIt(t *testing.T) {
	tests := []struct{ name, broken, document, variables, data string }{
		{"stopping text messages", "Update", stopSMS, `{"n":"+447400123456"}`, `{"unsubscribeSmsMarketing":null}`},
		{"asking about an address", "Membership", "query($e: String!) {accountCreationMarketingPreferences(email: $e)}", `{"e":"private.eve@example.com"}`, `{"accountCreationMarketingPreferences":null}`},
		{"reading the site", "Site", "{site {id}}", "", "null"},
		{"reading the customer", "Account", "{customer {id marketingPreferences(type: EMAIL)}}", "", `{"customer":{"id":"c-1","marketingPreferences":null}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t, over(failing(tt.broken)))
			got := d.ask(t, tt.document, tt.variables, "Authorization", login(t, anna()))
			e := got.wantError(t, map[string]any{"code": "INTERNAL", "errorId": nil})
			if got.data() != tt.data || got.status != http.StatusOK {
				t.Errorf("got %d %s, want the data %s", got.status, got.text, tt.data)
			}
			if strings.Contains(got.text, "disk") {
				t.Errorf("our text leaks: %s", got.text)
			}
			d.wantLoggedOnce(t, e.Extensions["errorId"])
		})
	}
}

func TestAFailureIsLoggedWithoutTheNamesAClientGave(t *testing.T) {
	d := open(t, over(failing("Site")))
	d.ask(t, "query private_anna { private_eve: site { id } }", "")
	if log := d.log.String(); !strings.Contains(log, "request failed") || strings.Contains(log, "private") {
		t.Errorf("logged: %s", log)
	}
}

func TestOneFailedReadIsLoggedOnceHoweverManyFieldsWantedIt(t *testing.T) {
	d := open(t, over(failing("Account")))
	got := d.ask(t, "{customer {e: marketingPreferences(type: EMAIL) s: marketingPreferences(type: SMS)}}", "", "Authorization", login(t, anna()))
	if len(got.errors) != 2 {
		t.Fatalf("got %s", got.text)
	}
	d.wantLoggedOnce(t, got.errors[0].Extensions["errorId"])
}

func TestAPanicEndsItsFieldOnly(t *testing.T) {
	m := newMemory(shop())
	m.fault = func(method string) error {
		if method == "Membership" {
			panic("private.eve@example.com")
		}
		return nil
	}
	d := open(t, over(m))
	got := d.ask(t, `{site {name} accountCreationMarketingPreferences(email: "private.eve@example.com")}`, "")
	e := got.wantError(t, map[string]any{"code": "INTERNAL", "errorId": nil})
	if want := `{"site":{"name":"The Shop"},"accountCreationMarketingPreferences":null}`; got.data() != want {
		t.Errorf("got %s, want %s", got.data(), want)
	}
	d.wantLoggedOnce(t, e.Extensions["errorId"])
	if record := d.log.lines(t)[0]; !strings.Contains(d.log.String(), "memory_test.go") {
		t.Errorf("the log does not lead to the line: %v", record)
	}
}

// wantLoggedOnce wants one line that carries the id told to the caller and nothing
// about the person.
func (d *door) wantLoggedOnce(t *testing.T, id any) {
	t.Helper()
	lines := d.log.lines(t)
	if len(lines) != 1 || lines[0]["level"] != "ERROR" || id == nil || id == "" || lines[0]["error_id"] != id {
		t.Errorf("the caller was told the id %v and this is logged: %s", id, d.log)
	}
	for _, private := range []string{"private.eve", "Private Eve", "447400123456", "192.0.2.1", "anna", "Anna", secret} {
		if strings.Contains(d.log.String(), private) {
			t.Errorf("the log holds %s: %s", private, d.log)
		}
	}
}
