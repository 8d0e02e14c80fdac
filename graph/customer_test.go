package graph_test

import (
	"strings"
	"testing"

	"assent/auth"
	"assent/consent"
)

const everything = `{customer {
	e: marketingPreferences(type: EMAIL) s: marketingPreferences(type: SMS)
	p: marketingPreferences(type: POST) t: marketingPreferences(type: THIRD_PARTY)
	preferences {text optedIn updatedAt}}}`

func TestAllAnswersOfACustomerAreReadAtOnce(t *testing.T) {
	d := open(t)
	d.ask(t, everything, "", "Authorization", login(t, anna())).wantData(t,
		`{"customer":{"e":false,"s":false,"p":false,"t":false,"preferences":[`+
			`{"text":"Tell me about offers","optedIn":false,"updatedAt":null},`+
			`{"text":"Tell me the news","optedIn":false,"updatedAt":null}]}}`)
	if d.store.accounts != 1 {
		t.Errorf("the store was asked %d times, want once", d.store.accounts)
	}
}

func TestTheStoreIsNotAskedForWhatTheLoginTells(t *testing.T) {
	d := open(t)
	d.ask(t, "{customer {id dualConsentOneTrustUrl}}", "", "Authorization", login(t, anna())).
		wantData(t, `{"customer":{"id":"c-1","dualConsentOneTrustUrl":"https://consent.example/one-trust"}}`)
	if d.store.accounts != 0 {
		t.Errorf("the store was asked %d times", d.store.accounts)
	}
}

func TestNobodyLoggedInIsNoCustomer(t *testing.T) {
	open(t).ask(t, everything, "").wantData(t, `{"customer":null}`)
}

func TestAChannelThatIsNotOnOfferIsNull(t *testing.T) {
	d := open(t, over(newMemory(outlet())))
	d.ask(t, everything, "", "Authorization", login(t, anna())).
		wantData(t, `{"customer":{"e":false,"s":false,"p":null,"t":null,"preferences":[]}}`)
	d.ask(t, "{customer {dualConsentOneTrustUrl}}", "", "Authorization", login(t, anna())).
		wantData(t, `{"customer":{"dualConsentOneTrustUrl":null}}`)
}

func TestACustomersChoicesTakeEffectAtOnce(t *testing.T) {
	d := open(t)
	header := []string{"Authorization", login(t, anna())}
	for _, channel := range []string{"EMAIL", "SMS", "POST", "THIRD_PARTY"} {
		d.ask(t, update, in(`"type":"`+channel+`"`, `"newValue":true`), header...).
			wantData(t, `{"updateMarketingPreferences":{"error":null}}`)
	}
	d.ask(t, choose, in(`"preferenceId":"`+news.String()+`"`, `"newValue":true`), header...).
		wantData(t, `{"updateCustomerPreference":{"error":null}}`)
	d.ask(t, update, in(`"type":"SMS"`, `"newValue":false`), header...).
		wantData(t, `{"updateMarketingPreferences":{"error":null}}`)
	got := d.ask(t, everything, "", header...)
	if !strings.HasPrefix(got.data(), `{"customer":{"e":true,"s":false,"p":true,"t":true,`) ||
		!strings.Contains(got.data(), `{"text":"Tell me the news","optedIn":true,"updatedAt":"2026-03-01T12:00:00`) {
		t.Errorf("got %s", got.text)
	}
}

func TestWhyACustomersChoiceIsNotTaken(t *testing.T) {
	nameless := auth.Customer{ID: "c-2"}
	illegible := auth.Customer{ID: "c-3", Email: "not an address", PhoneNumber: "not a number"}
	tests := []struct {
		name     string
		site     consent.Site
		customer auth.Customer
		channel  string
		value    string
		want     string
	}{
		{"e-mail without an address", shop(), nameless, "EMAIL", "true", "INSUFFICIENT_DATA"},
		{"text messages without a number", shop(), nameless, "SMS", "true", "INSUFFICIENT_DATA"},
		{"letters without an address", shop(), nameless, "POST", "true", "INSUFFICIENT_DATA"},
		{"an address the login has wrong", shop(), illegible, "EMAIL", "true", "INSUFFICIENT_DATA"},
		{"a number the login has wrong", shop(), illegible, "SMS", "true", "INSUFFICIENT_DATA"},
		{"partners need no address", shop(), nameless, "THIRD_PARTY", "true", ""},
		{"nothing is needed to say no", shop(), nameless, "EMAIL", "false", ""},
		{"a channel that is not on offer", outlet(), anna(), "POST", "true", "NOT_AVAILABLE"},
		{"a channel that is not on offer, even to say no", outlet(), anna(), "POST", "false", "NOT_AVAILABLE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := `{"updateMarketingPreferences":{"error":null}}`
			if tt.want != "" {
				want = `{"updateMarketingPreferences":{"error":"` + tt.want + `"}}`
			}
			d := open(t, over(newMemory(tt.site)))
			d.ask(t, update, in(`"type":"`+tt.channel+`"`, `"newValue":`+tt.value), "Authorization", login(t, tt.customer)).
				wantData(t, want)
		})
	}
}

func TestAPreferenceTextThatIsNotOnOfferIsNotAvailable(t *testing.T) {
	d := open(t)
	got := d.ask(t, choose, in(`"preferenceId":"`+shop().ID.String()+`"`, `"newValue":true`), "Authorization", login(t, anna()))
	got.wantData(t, `{"updateCustomerPreference":{"error":"NOT_AVAILABLE"}}`)
	got = d.ask(t, choose, in(`"preferenceId":"42"`, `"newValue":true`), "Authorization", login(t, anna()))
	got.wantError(t, map[string]any{"code": "BAD_USER_INPUT", "field": "preferenceId"})
}

func TestTheConsentOfAnAddressIsThatOfItsCustomer(t *testing.T) {
	d := open(t)
	d.ask(t, signUp, in(`"type":"EMAIL"`, `"contactDetails":"anna@EXAMPLE.com"`)).wantData(t, `{"signUpForMarketing":"OK"}`)
	asked := func() string {
		return d.ask(t, "{customer {marketingPreferences(type: EMAIL)}}", "", "Authorization", login(t, anna())).data()
	}
	if got := asked(); got != `{"customer":{"marketingPreferences":true}}` {
		t.Errorf("after the sign-up: %s", got)
	}
	_, unsubscription := links(t, d)
	d.ask(t, leave, unsubscription).wantData(t, `{"unsubscribeMarketing":"OK"}`)
	if got := asked(); got != `{"customer":{"marketingPreferences":false}}` {
		t.Errorf("after the unsubscription: %s", got)
	}
}
