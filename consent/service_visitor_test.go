package consent_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"assent/consent"
)

func guest(t testing.TB, a consent.Address, prefs ...consent.PreferenceID) consent.SignUpRequest {
	t.Helper()
	return consent.SignUpRequest{Request: form(t), Address: a, Preferences: prefs}
}

func TestServiceSignUp(t *testing.T) {
	m := newMemory()
	anna := mailbox(t, "Anna@example.com")
	answer, err := m.service().SignUp(t.Context(), shop(), guest(t, anna, news, partners, news))
	if err != nil || answer != consent.SignUpOK {
		t.Fatalf("the answer is %s, %v", answer, err)
	}
	if want := []string{"text", "EMAIL"}; !slices.Equal(m.steps, want) {
		t.Errorf("it writes %q, but a wording must be kept before anything refers to it", m.steps)
	}
	var got []string
	for _, r := range m.records {
		got = append(got, describeRecord(r))
	}
	if want := []string{"GRANTED EMAIL", "GRANTED news v3", "GRANTED partners v1"}; !slices.Equal(got, want) {
		t.Errorf("it records %q; a text ticked twice counts once", got)
	}
	if st := m.of(anna); st.Contact.Address != "Anna@example.com" || st.Contact.OrganisationID != org {
		t.Errorf("it keeps the contact %+v", st.Contact)
	}
	if ev := m.events[0]; ev.Actor.Kind != consent.Visitor || ev.Data.MessageShown() != "Tell me more" || ev.ID == (consent.EventID{}) {
		t.Errorf("it remembers the event %+v", ev)
	}
}

func TestServiceSignUpForWhatIsNotOnOfferIsNotFoundAndWritesNothing(t *testing.T) {
	gone := consent.PreferenceID{UUID: numbered(0x77)}
	for name, tt := range map[string]struct {
		site    consent.Site
		request consent.SignUpRequest
	}{
		"e-mail":         {switchedOff(shop()), guest(t, mailbox(t, "anna@example.com"))},
		"text messages":  {switchedOff(shop()), guest(t, phone(t, "07400 123456"))},
		"a text":         {shop(), guest(t, mailbox(t, "anna@example.com"), news, gone)},
		"no text at all": {withoutTexts(shop()), guest(t, mailbox(t, "anna@example.com"), news)},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			answer, err := m.service().SignUp(t.Context(), tt.site, tt.request)
			if err != nil || answer != consent.SignUpNotFound || m.calls > 0 {
				t.Errorf("the answer is %s, %v after %d calls", answer, err, m.calls)
			}
		})
	}
}

func TestServiceSignUpOfANumberLinksItToTheEmailGivenWithIt(t *testing.T) {
	m := newMemory()
	anna, number := mailbox(t, "anna@example.com"), phone(t, "07400 123456")
	request := guest(t, number, news)
	request.LinkTo = anna
	if answer, err := m.service().SignUp(t.Context(), shop(), request); err != nil || answer != consent.SignUpOK {
		t.Fatalf("the answer is %s, %v", answer, err)
	}
	if want := []string{"text", "EMAIL", "PHONE"}; !slices.Equal(m.steps, want) {
		t.Errorf("it writes %q, but the e-mail contact must be there first", m.steps)
	}
	if st := m.of(number); st.Contact.LinkedTo != m.of(anna).Contact.ID || !st.Has(shopID, sms) || !st.Has(shopID, news.Purpose()) {
		t.Errorf("the number is %+v", st)
	}
	if st := m.of(anna); !st.Known() || len(st.Consents) > 0 {
		t.Errorf("the e-mail address, which proved nothing, is %+v", st)
	}
}

func TestServiceAnswersWithTheDecisionThatWasCommitted(t *testing.T) {
	m := newMemory()
	request := guest(t, mailbox(t, "anna@example.com"))
	if _, err := m.service().SignUp(t.Context(), shop(), request); err != nil {
		t.Fatal(err)
	}
	m.stale = true
	if answer, err := m.service().SignUp(t.Context(), shop(), request); err != nil || answer != consent.SignUpDuplicate {
		t.Errorf("the answer is %s, %v", answer, err)
	}
}

func entry(t testing.TB, campaign, name string) consent.EntryRequest {
	t.Helper()
	return consent.EntryRequest{Request: form(t), CampaignID: campaign, Name: name, Address: mailbox(t, "anna@example.com")}
}

func TestServiceEnterCampaign(t *testing.T) {
	long := strings.Repeat("ü", consent.MaxName)
	for _, tt := range []struct {
		name    string
		request consent.EntryRequest
		answer  consent.SignUpResult
		field   string
	}{
		{"an open campaign takes the entry", entry(t, "summer", "Anna"), "OK", ""},
		{"an unknown campaign is not found", entry(t, "winter", "Anna"), "NOT_FOUND", ""},
		{"a campaign of another site is not found", entry(t, "elsewhere", "Anna"), "NOT_FOUND", ""},
		{"a closed campaign is not found", entry(t, "closed", "Anna"), "NOT_FOUND", ""},
		{"a name of 200 characters is taken", entry(t, "summer", long), "OK", ""},
		{"a longer name is refused", entry(t, "summer", long+"x"), "", "name"},
		{"a blank name is refused", entry(t, "summer", " "), "", "name"},
		{"a name with a control character is refused", entry(t, "summer", "An\x00na"), "", "name"},
		{"a name of two lines is refused", entry(t, "summer", "Anna\nB"), "", "name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			m.campaigns["summer"] = consent.Campaign{ID: "summer", Site: shopID}
			m.campaigns["elsewhere"] = consent.Campaign{ID: "elsewhere", Site: outletID}
			m.campaigns["closed"] = consent.Campaign{ID: "closed", Site: shopID, ClosesAt: noon}
			answer, err := m.service().EnterCampaign(t.Context(), shop(), tt.request)
			if answer != tt.answer || (tt.field == "") != (err == nil) || err != nil && !refuses(err, tt.field, tt.request.Name) {
				t.Errorf("the answer is %q, %v", answer, err)
			}
			if answer != consent.SignUpOK && slices.Contains(m.steps, "EMAIL") {
				t.Errorf("it writes %q", m.steps)
			}
		})
	}
}

func TestServiceUnsubscribeSMS(t *testing.T) {
	m := newMemory()
	number := phone(t, "07400 123456")
	request := consent.Request{Data: consent.OperationAuditData("unsubscribeSmsMarketing")}
	for range 2 {
		if err := m.service().UnsubscribeSMS(t.Context(), shop(), number, request); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.records) != 1 || describeRecord(m.records[0]) != "WITHDRAWN SMS" || m.events[0].Data.FormIdentifier() != "unsubscribeSmsMarketing" {
		t.Errorf("it records %+v as %+v", m.records, m.events)
	}
	if c := m.of(number).Contact; c.Address != number.String() || c.Suppression.Reason != consent.OptedOut {
		t.Errorf("the number is kept as %+v", c)
	}
}

func TestServiceSite(t *testing.T) {
	m := newMemory(shop())
	if site, err := m.service().Site(t.Context(), consent.SiteRef{Header: "shop"}); err != nil || site.ID != shopID {
		t.Errorf("it finds %+v, %v", site, err)
	}
	var refusal *consent.Error
	if _, err := m.service().Site(t.Context(), consent.SiteRef{Header: "none"}); !errors.As(err, &refusal) || refusal.Code != consent.SiteNotFound {
		t.Errorf("an unknown site gives %v", err)
	}
	m.failing = m.calls + 1
	if _, err := m.service().Site(t.Context(), consent.SiteRef{Header: "shop"}); !errors.Is(err, errStorage) || errors.As(err, &refusal) {
		t.Errorf("a failure gives %v", err)
	}
}
