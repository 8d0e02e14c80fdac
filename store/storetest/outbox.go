package storetest

import (
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func outboxScenarios() []scenario {
	return []scenario{
		{"the latest messages come first, with the address as it is now", each(outboxLists)},
	}
}

func outboxLists(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	first, second, phone := s.anyone(), s.anyone(), s.anyone()
	phone.Kind, phone.Address = consent.PhoneContact, "+441632960001"
	queued := map[consent.ContactID]time.Time{}
	for _, c := range []consent.Contact{first, second, phone} {
		decide := s.signUp(c, 0)
		s.update(t, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
			queued[c.ID] = now
			return decide(st, now)
		})
	}
	s.db.MustExecContext(t.Context(), `UPDATE contact SET address = '' WHERE id = $1`, second.ID)
	second.Address = ""

	messages, err := s.store.Outbox(t.Context(), 2)
	must(t, err)
	if len(messages) != 2 {
		t.Fatalf("%d messages, want 2", len(messages))
	}
	for i, c := range []consent.Contact{phone, second} {
		m, verification := messages[i], s.state(t, c.ID).Verifications[0].ID
		if m.Contact != c.ID || m.AddressKind != c.Kind || m.Address != c.Address || m.Kind != consent.ConfirmMessage ||
			m.Site != s.site.ID || m.Verification != verification || m.QueuedAt != queued[c.ID] {
			t.Errorf("message %d is %+v, want the confirmation %v of %+v", i, m, verification, c)
		}
	}
}
