package graph_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"assent/auth"
	"assent/consent"
)

const landing = `"auditData":{"landingUrl":"https://shop.example/bye"}`

func TestWhatTheCallerDidWrongIsAnErrorWithACode(t *testing.T) {
	tests := []struct {
		name, document, variables string
		code, field               string
	}{
		{"an e-mail address", signUp, in(`"type":"EMAIL"`, `"contactDetails":"eve.private"`), "BAD_USER_INPUT", "contactDetails"},
		{"a telephone number", signUp, in(`"type":"SMS"`, `"contactDetails":"123"`), "BAD_USER_INPUT", "contactDetails"},
		{"the address given with a number", signUp, in(`"type":"SMS"`, `"contactDetails":"07400123456"`, `"emailAddress":"eve.private"`), "BAD_USER_INPUT", "emailAddress"},
		{"a channel nobody signs up for", signUp, in(`"type":"POST"`, `"contactDetails":"1 High Street"`), "BAD_USER_INPUT", "type"},
		{"the id of a preference text", signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`, `"preferenceIds":["eve.private"]`), "BAD_USER_INPUT", "preferenceIds"},
		{"too many preference texts", signUp, in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`, `"preferenceIds":["`+strings.Repeat(`","`, 50)+`"]`), "BAD_USER_INPUT", "preferenceIds"},
		{"blank audit data", signUp, `{"in":{"type":"EMAIL","contactDetails":"a@example.com","auditData":{"messageShown":"a","formIdentifier":" ","formLocation":"c"}}}`, "BAD_USER_INPUT", "formIdentifier"},
		{"audit data that is too long", signUp, `{"in":{"type":"EMAIL","contactDetails":"a@example.com","auditData":{"messageShown":"` + strings.Repeat("a", 10_001) + `","formIdentifier":"b","formLocation":"c"}}}`, "BAD_USER_INPUT", "messageShown"},
		{"audit data with NUL", signUp, `{"in":{"type":"EMAIL","contactDetails":"a@example.com","auditData":{"messageShown":"a","formIdentifier":"b","formLocation":"c\u0000"}}}`, "BAD_USER_INPUT", "formLocation"},
		{"a landing page that is no URL", confirm, `{"in":{"token":"a","email":"b","auditData":{"landingUrl":"eve.private"}}}`, "BAD_USER_INPUT", "landingUrl"},
		{"a landing page of another scheme", leave, `{"in":{"token":"a","email":"b","auditData":{"landingUrl":"javascript:eve.private"}}}`, "BAD_USER_INPUT", "landingUrl"},
		{"a number to stop messages to", stopSMS, `{"n":"eve.private"}`, "BAD_USER_INPUT", "phoneNumber"},
		{"an address asked about", "query($e: String!) {accountCreationMarketingPreferences(email: $e)}", `{"e":"eve.private"}`, "BAD_USER_INPUT", "email"},
		{"the name of an entrant", enter, in(`"name":" "`, `"email":"a@example.com"`, `"campaignId":"42"`), "BAD_USER_INPUT", "name"},
		{"the address of an entrant", enter, in(`"name":"Eve"`, `"email":"eve.private"`, `"campaignId":"42"`), "BAD_USER_INPUT", "email"},
		{"metadata of a campaign", enter, in(`"name":"Eve"`, `"email":"a@example.com"`, `"campaignId":"42"`, `"campaignMetadata":{"size":"eve.private"}`), "BAD_USER_INPUT", "campaignMetadata.size"},
		{"unknown metadata", enter, in(`"name":"Eve"`, `"email":"a@example.com"`, `"campaignId":"42"`, `"campaignMetadata":{"colour":"eve.private"}`), "BAD_USER_INPUT", "campaignMetadata.colour"},
		{"metadata that is a list", enter, in(`"name":"Eve"`, `"email":"a@example.com"`, `"campaignId":"42"`, `"campaignMetadata":["eve.private"]`), "BAD_USER_INPUT", "campaignMetadata"},
		{"nobody logged in", update, in(`"type":"EMAIL"`, `"newValue":true`), "UNAUTHENTICATED", ""},
		{"nobody logged in to choose", choose, in(`"preferenceId":"`+offers.String()+`"`, `"newValue":true`), "UNAUTHENTICATED", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(shop())
			m.campaigns = []consent.Campaign{prizeDraw()}
			d := open(t, over(m))
			got := d.ask(t, tt.document, tt.variables)
			want := map[string]any{"code": tt.code}
			if tt.field != "" {
				want["field"] = tt.field
			}
			got.wantError(t, want)
			if got.status != http.StatusOK || strings.Contains(got.text, "eve.private") {
				t.Errorf("got %d %s", got.status, got.text)
			}
			if d.store.written() > 0 || d.log.String() != "" {
				t.Errorf("%d changes were written and this logged: %s", d.store.written(), d.log)
			}
		})
	}
}

func TestAnErrorNamesTheFieldThatFailed(t *testing.T) {
	got := open(t).ask(t, `{a:site{id} b:accountCreationMarketingPreferences(email:"x")}`, "")
	e := got.wantError(t, map[string]any{"code": "BAD_USER_INPUT", "field": "email"})
	if len(e.Path) != 1 || e.Path[0] != "b" {
		t.Errorf("the path is %v", e.Path)
	}
	if want := `{"a":{"id":"` + shop().ID.String() + `"},"b":null}`; got.data() != want {
		t.Errorf("got %s, want %s", got.data(), want)
	}
}

func TestALoginThatIsNotValidIsNeverTakenForNobody(t *testing.T) {
	d := open(t)
	good := login(t, anna())
	late, err := auth.Sign([]byte(secret), anna(), loginRules(), noon.Add(-2*time.Hour), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for name, header := range map[string]string{
		"rubbish": "Bearer eve.private", "another scheme": "Basic ZXZlOnByaXZhdGU=", "no token": "Bearer",
		"expired": "Bearer " + late, "tampered with": good[:len(good)-4] + "AAAA",
	} {
		t.Run(name, func(t *testing.T) {
			for _, accept := range []string{newer, older} {
				got := d.post(t, typename, "Authorization", header, "Accept", accept)
				got.wantRefused(t, http.StatusUnauthorized, "UNAUTHENTICATED")
				got.wantError(t, map[string]any{"code": "UNAUTHENTICATED"})
				if got.header.Get("WWW-Authenticate") != "Bearer" || strings.Contains(got.text, "eve.private") {
					t.Errorf("got %v %s", got.header, got.text)
				}
			}
		})
	}
	d.post(t, typename, "Authorization", good).wantData(t, `{"__typename":"Query"}`)
}

func failing(methods ...string) *memory {
	m := newMemory(shop())
	m.campaigns = []consent.Campaign{prizeDraw()}
	m.fault = func(method string) error {
		for _, broken := range methods {
			if method == broken {
				return errors.New("the disk is full")
			}
		}
		return nil
	}
	return m
}
