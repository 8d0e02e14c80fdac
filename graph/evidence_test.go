package graph_test

import (
	"slices"
	"strings"
	"testing"

	"assent/consent"
)

// The client of these tests is 192.0.2.1, the default of httptest.
func TestTheEvidenceOfAForm(t *testing.T) {
	d := open(t)
	const message = `<b>Yes</b>,\nplease`
	form := `{"in":{"type":"EMAIL","contactDetails":" Eve@Example.com ","preferenceIds":["` + news.String() + `"],` +
		`"auditData":{"messageShown":"` + message + `","formIdentifier":"footer","formLocation":"https://shop.example/a?b=c"}}}`
	d.ask(t, signUp, form, "User-Agent", "Browser/1.0").wantData(t, `{"signUpForMarketing":"OK"}`)
	change := d.store.last()
	want := consent.Event{ID: change.Event.ID, Actor: consent.Actor{Kind: consent.Visitor}, Origin: consent.Origin{IP: "192.0.2.0/24", UserAgent: "Browser/1.0"}}
	want.Data, _ = consent.NewAuditData("<b>Yes</b>,\nplease", "footer", "https://shop.example/a?b=c")
	if change.Event != want {
		t.Errorf("got %+v\nwant %+v", change.Event, want)
	}
	if change.Contact.Address != "Eve@Example.com" || !slices.Contains(d.store.texts, "<b>Yes</b>,\nplease") {
		t.Errorf("the address is kept as %q, and of wordings %q", change.Contact.Address, d.store.texts)
	}
	if !d.store.granted(d.contact(t, shop(), "eve@example.com"), shop(), news.Purpose()) {
		t.Error("the box that was ticked is not remembered")
	}
}

func TestTheEvidenceOfALink(t *testing.T) {
	d := open(t)
	_, unsubscription := links(t, d)
	d.ask(t, leave, unsubscription).wantData(t, `{"unsubscribeMarketing":"OK"}`)
	event := d.store.last().Event
	if event.Actor.Kind != consent.Link || event.Data.LandingURL() != "https://shop.example/bye" {
		t.Errorf("got %+v", event)
	}
}

func TestTheEvidenceOfACustomerNamesTheAccountAndNoAddress(t *testing.T) {
	d := open(t)
	d.ask(t, update, in(`"type":"EMAIL"`, `"newValue":true`), "Authorization", login(t, anna())).
		wantData(t, `{"updateMarketingPreferences":{"error":null}}`)
	actor := d.store.last().Event.Actor
	account := d.keys.HashAddress(ours, consent.CustomerAddress(shop().ID, "c-1")).ContactID()
	if actor.Kind != consent.Customer || actor.ID != account.String() || strings.Contains(actor.ID, "@") {
		t.Errorf("got %+v", actor)
	}
}

func TestStoppingTextMessagesIsItsOwnEvidence(t *testing.T) {
	d := open(t)
	d.ask(t, stopSMS, `{"n":"07400 123456"}`).wantData(t, `{"unsubscribeSmsMarketing":true}`)
	change := d.store.last()
	if change.Event.Data.FormIdentifier() != "unsubscribeSmsMarketing" || change.Contact.Address != "+447400123456" {
		t.Errorf("got %+v of %s", change.Event.Data, change.Contact.Address)
	}
}

func TestAnEntryIsKeptAsSent(t *testing.T) {
	m := newMemory(shop())
	m.campaigns = []consent.Campaign{prizeDraw()}
	d := open(t, over(m))
	entry := in(`"name":"Eve"`, `"email":"eve@example.com"`, `"campaignId":"42"`, `"campaignMetadata":{"size":9007199254740991}`)
	d.ask(t, enter, entry).wantData(t, `{"signUpForEmailMarketingCampaign":"OK"}`)
	got := d.store.last().Entry
	if got == nil || *got != (consent.Entry{Site: shop().ID, Campaign: "42", Name: "Eve", Metadata: `{"size":9007199254740991}`}) {
		t.Errorf("got %+v", got)
	}
	email := consent.Email.Purpose()
	if d.store.granted(d.contact(t, shop(), "eve@example.com"), shop(), email) {
		t.Error("an entry without an opt-in subscribes")
	}
	d.ask(t, enter, strings.Replace(entry, `"name"`, `"marketingOptIn":true,"name"`, 1)).
		wantData(t, `{"signUpForEmailMarketingCampaign":"DUPLICATE"}`)
	if !d.store.granted(d.contact(t, shop(), "eve@example.com"), shop(), email) {
		t.Error("an opt-in is lost")
	}
}

func TestWhatAnAddressIsToTheSite(t *testing.T) {
	d := open(t)
	const document = "query($e: String!) {accountCreationMarketingPreferences(email: $e)}"
	want := func(membership string) {
		t.Helper()
		d.ask(t, document, `{"e":"anna@example.com"}`).wantData(t, `{"accountCreationMarketingPreferences":"`+membership+`"}`)
	}
	want("DOES_NOT_RECEIVE_MARKETING_MATERIAL")
	d.ask(t, signUp, in(`"type":"EMAIL"`, `"contactDetails":"anna@example.com"`))
	want("RECEIVES_MARKETING_MATERIAL")
	d.ask(t, update, in(`"type":"POST"`, `"newValue":true`), "Authorization", login(t, anna()))
	want("CUSTOMER_ALREADY_EXISTS")
}
