package storetest

import (
	"testing"

	"assent/consent"
	"assent/store"
)

func concurrencyScenarios() []scenario {
	return []scenario{
		{"300 calls at once for one contact are each applied once", each(hammerOne)},
		{"300 calls at once for 300 contacts are each applied once", each(hammerMany)},
	}
}

func hammerOne(t *testing.T, databaseURL string) {
	const calls = 300
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	c := s.anyone()
	together(t, calls, func(int) error { return s.store.Update(t.Context(), c.ID, s.toggle(c)) })
	s.wantAlternating(t, c, calls)
	batches := s.batches(t)
	if version := number(t, s.db, `SELECT version FROM contact WHERE id = $1`, c.ID); version != batches {
		t.Errorf("the contact is at version %d after %d commits", version, batches)
	}
	if batches > calls/2 {
		t.Errorf("%d calls took %d transactions: they do not share them", calls, batches)
	}
	CheckFold(t, s.db)
}

func hammerMany(t *testing.T, databaseURL string) {
	const calls = 300
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	contacts := make([]consent.Contact, calls)
	for i := range contacts {
		contacts[i] = s.anyone()
	}
	together(t, calls, func(i int) error {
		return s.store.Update(t.Context(), contacts[i].ID, s.toggle(contacts[i]))
	})
	for _, table := range []string{"contact", "consent", "audit_record", "evidence"} {
		if n := number(t, s.db, `SELECT count(*) FROM `+table); n != calls {
			t.Errorf("%d rows in %s, want %d", n, table, calls)
		}
	}
	if n := s.batches(t); n > calls/2 {
		t.Errorf("%d calls took %d transactions: they do not share them", calls, n)
	}
	CheckFold(t, s.db)
}
