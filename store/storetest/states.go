package storetest

import (
	"bytes"
	"testing"

	"assent/consent"
	"assent/store"
)

func stateWalkScenarios() []scenario {
	return []scenario{
		{"all contacts are read once, in order, each with its answers", each(readsAllStates)},
		{"a database without contacts has no states", each(readsNoStates)},
	}
}

func readsAllStates(t *testing.T, databaseURL string) {
	const contacts = 2*256 + 1 // more than are read at a time
	s := newShop(t, databaseURL, store.Options{})
	together(t, contacts, func(i int) error {
		c := s.contact(i)
		return s.store.Update(t.Context(), c.ID, s.choose(c, i%2 == 0))
	})
	var last consent.ContactID
	seen, granted := 0, 0
	for st, err := range s.store.States(t.Context()) {
		must(t, err)
		if bytes.Compare(st.Contact.ID.UUID[:], last.UUID[:]) <= 0 || st.Contact.Address == "" {
			t.Fatalf("after %s comes %+v", last, st.Contact)
		}
		last = st.Contact.ID
		seen++
		if st.Has(s.site.ID, consent.Email.Purpose()) {
			granted++
		}
	}
	if seen != contacts || granted != contacts/2+1 {
		t.Errorf("%d contacts are read, %d of them subscribed; want %d and %d", seen, granted, contacts, contacts/2+1)
	}
}

func readsNoStates(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	for st, err := range s.store.States(t.Context()) {
		t.Errorf("got %+v %v", st, err)
	}
}
