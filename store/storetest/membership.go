package storetest

import (
	"testing"
	"time"

	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func membershipScenarios() []scenario {
	return []scenario{
		{"an address is what its account and its e-mail consent at the site make it", each(membership)},
	}
}

func membership(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	elsewhere := consent.SiteID{UUID: uuid.New()}
	link := func(c consent.Contact, site consent.SiteID) consent.Decision {
		cmd := consent.LinkAddress{Contact: c, Link: consent.AccountLink{Site: site, Account: s.contact(0).ID}}
		return func(st consent.State, now time.Time) (consent.Change, error) { return cmd.Decide(st, now), nil }
	}
	tests := []struct {
		name                 string
		history              func(c consent.Contact) []consent.Decision
		has                  bool // the account, this address
		customer, subscribed bool
	}{
		{"unknown", func(consent.Contact) []consent.Decision { return nil }, false, false, false},
		{"subscribed", func(c consent.Contact) []consent.Decision { return []consent.Decision{s.choose(c, true)} }, false, false, true},
		{"withdrawn", func(c consent.Contact) []consent.Decision {
			return []consent.Decision{s.choose(c, true), s.choose(c, false)}
		}, false, false, false},
		{"only asked", func(c consent.Contact) []consent.Decision { return []consent.Decision{s.signUp(c, 0)} }, false, false, false},
		{"subscribed to text messages", func(c consent.Contact) []consent.Decision {
			return []consent.Decision{s.chooseFor(c, consent.SMS.Purpose(), true)}
		}, false, false, false},
		{"customer", func(c consent.Contact) []consent.Decision { return []consent.Decision{link(c, s.site.ID)} }, true, true, false},
		{"not, or no longer, the customer's address", func(c consent.Contact) []consent.Decision {
			return []consent.Decision{link(c, s.site.ID)}
		}, false, false, false},
		{"customer elsewhere", func(c consent.Contact) []consent.Decision {
			return []consent.Decision{link(c, elsewhere)}
		}, true, false, false},
		{"both", func(c consent.Contact) []consent.Decision {
			return []consent.Decision{s.choose(c, true), link(c, s.site.ID), link(c, elsewhere)}
		}, true, true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := s.anyone()
			for _, decide := range test.history(c) {
				s.update(t, c.ID, decide)
			}
			account := consent.Account{Site: s.site.ID, Email: s.anyone().ID}
			if test.has {
				account.Email = c.ID
			}
			s.keep(t, s.contact(0), account)
			customer, subscribed, err := s.store.Membership(t.Context(), c.ID, s.site.ID)
			must(t, err)
			if customer != test.customer || subscribed != test.subscribed {
				t.Errorf("customer %t, subscribed %t; want %t, %t", customer, subscribed, test.customer, test.subscribed)
			}
		})
	}
}
