package consent_test

import (
	"slices"
	"testing"

	"assent/consent"
)

func TestChannelsOnOffer(t *testing.T) {
	const on, post, third = consent.MarketingPreferencesEnabled, consent.PostalMarketing, consent.ThirdPartySettings
	for _, tt := range []struct {
		name     string
		features []consent.Feature
		want     []consent.Channel
	}{
		{"none with MARKETING_PREFERENCES_ENABLED off", nil, nil},
		{"none with MARKETING_PREFERENCES_ENABLED off, whatever else is on", []consent.Feature{post, third, consent.DoubleOptIn}, nil},
		{"EMAIL and SMS with it on", []consent.Feature{on}, []consent.Channel{"EMAIL", "SMS"}},
		{"POST with POSTAL_MARKETING", []consent.Feature{on, post}, []consent.Channel{"EMAIL", "SMS", "POST"}},
		{"THIRD_PARTY with THIRD_PARTY_MARKETING_SETTINGS", []consent.Feature{on, third}, []consent.Channel{"EMAIL", "SMS", "THIRD_PARTY"}},
		{"all four", []consent.Feature{third, post, on}, []consent.Channel{"EMAIL", "SMS", "POST", "THIRD_PARTY"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			site := consent.Site{Features: tt.features}
			if got := site.Channels(); !slices.Equal(got, tt.want) {
				t.Errorf("they are %q", got)
			}
			for _, c := range []consent.Channel{consent.Email, consent.SMS, consent.Post, consent.ThirdParty} {
				if site.Offers(c) != slices.Contains(tt.want, c) {
					t.Errorf("it says that it offers %s: %t", c, site.Offers(c))
				}
			}
		})
	}
}

func TestNoTextsAreOnOfferWhereMarketingIsSwitchedOff(t *testing.T) {
	site := shop()
	if len(site.Texts()) == 0 {
		t.Fatal("the shop offers no texts")
	}
	site.Features = nil
	if _, found := site.Text(site.Preferences[0].ID); found || len(site.Texts()) != 0 {
		t.Error("texts are still on offer")
	}
}

func TestTheFirstAddressGivenWithANumberStands(t *testing.T) {
	m := newMemory()
	number := phone(t, "07400 123456")
	for _, with := range []string{"anna@example.com", "mallory@example.com"} {
		r := consent.SignUpRequest{Request: form(t), Address: number, LinkTo: mailbox(t, with)}
		if _, err := m.service().SignUp(t.Context(), shop(), r); err != nil {
			t.Fatal(err)
		}
	}
	if m.of(number).Contact.LinkedTo != m.of(mailbox(t, "anna@example.com")).Contact.ID {
		t.Error("a stranger linked the number to another address")
	}
}
