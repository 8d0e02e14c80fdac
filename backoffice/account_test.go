package backoffice_test

import (
	"strings"
	"testing"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
)

func TestAccountValues(t *testing.T) {
	for name, tt := range map[string]struct {
		account backoffice.Account
		faults  []string
	}{
		"an id alone":                     {backoffice.Account{CustomerID: "42"}, nil},
		"an id of 255 characters":         {backoffice.Account{CustomerID: strings.Repeat("é", 255)}, nil},
		"a longer id":                     {backoffice.Account{CustomerID: strings.Repeat("é", 256)}, []string{"customerId"}},
		"an id with a control character":  {backoffice.Account{CustomerID: "4\x002"}, []string{"customerId"}},
		"an id that is not UTF-8":         {backoffice.Account{CustomerID: "4\xff2"}, []string{"customerId"}},
		"a number as written at the site": {backoffice.Account{CustomerID: "42", PhoneNumber: ptr("07400 123456")}, nil},
		"a number as written elsewhere":   {backoffice.Account{CustomerID: "42", PhoneNumber: ptr("+49 1512 3456789")}, nil},
		"no number":                       {backoffice.Account{CustomerID: "42", PhoneNumber: ptr("")}, []string{"phone_number"}},
		"something else than an address":  {backoffice.Account{CustomerID: "42", Email: ptr("anna")}, []string{"email"}},
		"a name of two lines":             {backoffice.Account{CustomerID: "42", Name: "Anna\nB"}, []string{"name"}},
		"everything wrong, and all said at once": {
			backoffice.Account{Email: ptr(""), PhoneNumber: ptr("1"), Name: " "}, []string{"customerId", "email", "phone_number", "name"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := stocked()
			tt.account.SiteID = teaUK
			m.accounts = append(m.accounts, backoffice.Account{Contact: m.contact(consent.CustomerAddress(teaUK, tt.account.CustomerID))})
			_, err := m.service().KeepAccount(t.Context(), owner, tt.account)
			if len(tt.faults) > 0 {
				wantFaults(t, err, tt.faults...)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnAnswerPutDownIsTheCustomersAnswer(t *testing.T) {
	m := stocked()
	before, err := m.service().AccountPreferences(t.Context(), owner, teaUK, "42")
	if err != nil || len(before) != 1 || before[0] != (backoffice.AccountPreference{ID: offers, Text: "Tell me about offers"}) {
		t.Fatalf("got %+v, %v: nothing was answered yet", before, err)
	}
	for _, optedIn := range []bool{true, false} {
		choice := backoffice.Choice{OptedIn: optedIn, MessageShown: "May we?", FormIdentifier: "call-centre", FormLocation: "Hotline"}
		got, err := m.service().SetAccountPreference(t.Context(), owner, teaUK, "42", offers, choice)
		if err != nil || got.ID != offers || got.OptedIn != optedIn || got.UpdatedAt == nil {
			t.Errorf("got %+v, %v", got, err)
		}
		all, err := m.service().AccountPreferences(t.Context(), owner, teaUK, "42")
		if err != nil || len(all) != 1 || all[0].OptedIn != optedIn || !all[0].UpdatedAt.Equal(noon) {
			t.Errorf("the list says %+v, %v", all, err)
		}
	}
}

func TestAnAnswerNeedsAllOfItsEvidence(t *testing.T) {
	_, err := stocked().service().SetAccountPreference(t.Context(), owner, teaUK, "42", offers, backoffice.Choice{MessageShown: " "})
	wantFaults(t, err, "audit_data.message_shown", "audit_data.form_identifier", "audit_data.form_location")
}

func TestASuppressionIsLiftedOfOneAddress(t *testing.T) {
	for name, tt := range map[string]struct {
		what   backoffice.Suppressed
		faults []string
	}{
		"neither":                   {backoffice.Suppressed{}, []string{"email"}},
		"both":                      {backoffice.Suppressed{Email: "full@example.com", PhoneNumber: "+447400123456"}, []string{"email"}},
		"no address":                {backoffice.Suppressed{Email: "full"}, []string{"email"}},
		"a number without a prefix": {backoffice.Suppressed{PhoneNumber: "07400 123456"}, []string{"phone_number"}},
	} {
		t.Run(name, func(t *testing.T) {
			tt.what.OrganisationID = tea
			wantFaults(t, stocked().service().LiftSuppression(t.Context(), owner, tt.what), tt.faults...)
		})
	}
	m := stocked()
	what := backoffice.Suppressed{OrganisationID: tea, Email: "Full@Example.com"}
	if err := m.service().LiftSuppression(t.Context(), auth.CommandLine(), what); err != nil {
		t.Fatal(err)
	}
	if left := m.states[m.contact(bounced())].Contact.Suppression; left != (consent.Suppression{}) {
		t.Errorf("the address has still %+v", left)
	}
}
