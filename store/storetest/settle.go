package storetest

import (
	"slices"
	"testing"
	"time"

	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func requeues(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	people := s.queued(t, clock, 3)
	claimed := s.claim(t, 3)
	s.finish(t, claimed[0], consent.Delivery{Status: consent.Sent})
	s.finish(t, claimed[1], consent.Delivery{Status: consent.Parked, Failed: true, Reason: "550"})
	s.finish(t, claimed[2], consent.Delivery{Status: consent.Parked, Failed: true, Reason: "timeout"})
	parked, err := s.store.Parked(t.Context(), 10)
	must(t, err)
	if len(parked) != 2 || parked[0].Contact != people[1].ID || parked[0].Reason != "550" {
		t.Fatalf("parked are %+v", parked)
	}
	n, err := s.store.Requeue(t.Context())
	must(t, err)
	again := s.claim(t, 10)
	if n != 2 || len(again) != 2 || again[0].Attempts != 0 {
		t.Errorf("%d queued again, %+v due", n, again)
	}
	if n, err = s.store.Requeue(t.Context()); n != 0 || err != nil {
		t.Errorf("once more: %d %v", n, err)
	}
}

func requeuesSome(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 3)
	claimed := s.claim(t, 3)
	s.finish(t, claimed[0], consent.Delivery{Status: consent.Sent})
	s.finish(t, claimed[1], consent.Delivery{Status: consent.Parked})
	s.finish(t, claimed[2], consent.Delivery{Status: consent.Parked})
	n, err := s.store.Requeue(t.Context(), claimed[0].ID, claimed[2].ID, uuid.New())
	must(t, err)
	if again := s.claim(t, 10); n != 1 || len(again) != 1 || again[0].ID != claimed[2].ID {
		t.Errorf("%d queued again, %+v due, want the third alone", n, again)
	}
}

func cancels(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 4)
	claimed := s.claim(t, 3)
	s.finish(t, claimed[0], consent.Delivery{Status: consent.Sent})
	s.finish(t, claimed[1], consent.Delivery{Status: consent.Parked})
	n, err := s.store.Cancel(t.Context(), time.Time{}, claimed[0].ID, claimed[1].ID, claimed[2].ID, uuid.New())
	must(t, err)
	s.finish(t, claimed[2], consent.Delivery{Status: consent.Parked}) // the worker that had it comes too late
	s.wantStatuses(t, consent.Waiting, consent.Dropped, consent.Dropped, consent.Sent)
	if n != 2 {
		t.Errorf("%d are cancelled, want the one that was parked and the one that was claimed", n)
	}
}

func cancelsOlder(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 3) // a second apart
	s.finish(t, s.claim(t, 1)[0], consent.Delivery{Status: consent.Parked})
	if n, err := s.store.Cancel(t.Context(), noon().Add(2*time.Second)); n != 2 || err != nil {
		t.Errorf("%d are cancelled, %v; want 2", n, err)
	}
	s.wantStatuses(t, consent.Waiting, consent.Dropped, consent.Dropped)
	if due := s.claim(t, 10); len(due) != 1 {
		t.Errorf("%d are due, want the youngest", len(due))
	}
}

// cancelsMany has more than one statement may take on.
func cancelsMany(t *testing.T, databaseURL string) {
	const many = 12_345
	s, _ := newOutbox(t, databaseURL)
	insert := `INSERT INTO outbox (contact_id, id, site_id, kind, counts, queued_at, due_at, status) VALUES ($1, $2, $3, 'CONFIRM', $4, $5, $5, 'PARKED')`
	tx, err := s.db.BeginTxx(t.Context(), nil)
	must(t, err)
	for range many { // at the same moment
		_, err := tx.ExecContext(t.Context(), insert, s.anyone().ID, uuid.New(), s.site.ID, true, store.Time{Time: noon()})
		must(t, err)
	}
	must(t, tx.Commit())
	if n, err := s.store.Requeue(t.Context()); n != many || err != nil {
		t.Errorf("%d are queued again, %v; want all", n, err)
	}
	if n, err := s.store.Cancel(t.Context(), noon().Add(time.Second)); n != many || err != nil {
		t.Errorf("%d are cancelled, %v; want all", n, err)
	}
}

// wantStatuses are those of all messages, the newest first.
func (s *shop) wantStatuses(t *testing.T, want ...consent.DeliveryStatus) {
	t.Helper()
	listed, err := s.store.Outbox(t.Context(), len(want)+1)
	must(t, err)
	var got []consent.DeliveryStatus
	for _, m := range listed {
		got = append(got, m.Status)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the messages are %v, want %v", got, want)
	}
}
