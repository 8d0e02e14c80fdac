package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func TestKeepAccount(t *testing.T) {
	account := consent.Account{Site: shopID, Email: anna.ID, Name: "Anna"}
	moved := consent.Account{Site: shopID, Email: contactID(0x50), Name: "Anna"}
	knows := func(a consent.Account) func(*consent.State) {
		return func(st *consent.State) { st.Account = &a }
	}
	for _, tt := range []struct {
		name   string
		state  consent.State
		writes writes
	}{
		{"a new account is kept", unknown(client), writes{"account"}},
		{"a changed account is kept", state(client, knows(moved)), writes{"account"}},
		{"an account known already is left alone", state(client, knows(account)), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch := consent.KeepAccount{Contact: client, Account: account}.Decide(tt.state, noon)
			assertWrites(t, tt.state, ch, tt.writes...)
			if after := tt.state.After(ch, noon).Account; *after != account {
				t.Errorf("it is %+v afterwards", *after)
			}
			if len(tt.writes) == 0 && !ch.IsEmpty() {
				t.Error("it writes nevertheless")
			}
		})
	}
}

func TestLinkAddress(t *testing.T) {
	here := consent.AccountLink{Site: shopID, Account: client.ID}
	elsewhere := consent.AccountLink{Site: outletID, Account: client.ID}
	with := func(links ...consent.AccountLink) func(*consent.State) {
		return func(st *consent.State) { st.Links = links }
	}
	for _, tt := range []struct {
		name   string
		cmd    consent.LinkAddress
		state  consent.State
		writes writes
		empty  bool
	}{
		{"an address is linked to its account", consent.LinkAddress{Contact: anna, Link: here}, state(anna), writes{"link"}, false},
		{"an address can belong to accounts at several sites", consent.LinkAddress{Contact: anna, Link: here},
			state(anna, with(elsewhere)), writes{"link"}, false},
		{"a link there already is left alone", consent.LinkAddress{Contact: anna, Link: here}, state(anna, with(here)), nil, true},
		{"an address without an account is only remembered", consent.LinkAddress{Contact: anna}, unknown(anna), nil, false},
		{"a known address without an account is left alone", consent.LinkAddress{Contact: anna}, state(anna), nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch := tt.cmd.Decide(tt.state, noon)
			assertWrites(t, tt.state, ch, tt.writes...)
			if ch.IsEmpty() != tt.empty {
				t.Errorf("empty is %t", ch.IsEmpty())
			}
		})
	}
}

func TestLinkingLeavesConsentsWithTheAddress(t *testing.T) {
	st := state(anna, granted(email, time.Hour))
	link := consent.AccountLink{Site: shopID, Account: client.ID}
	st = st.After(consent.LinkAddress{Contact: anna, Link: link}.Decide(st, noon), noon)
	if !st.Has(shopID, email) || len(st.Links) != 1 {
		t.Errorf("it is %+v", st)
	}
}
