package storetest

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

const (
	keep = 30 * 24 * time.Hour
	day  = 24 * time.Hour
)

func retentionScenarios() []scenario {
	return []scenario{
		{"messages sent or cancelled long ago are deleted, those that wait or were given up are not", each(deletesFinished)},
		{"evidence of a consent in force stays however old it is", each(keepsWhatConsentsRestOn)},
		{"the request that was confirmed stays with the confirmation", each(keepsConfirmedRequests)},
		{"requests that nobody confirmed leave no evidence", each(deletesUnconfirmed)},
		{"evidence of a withdrawn consent stays as long again, then only the record and the wording do", each(deletesWithdrawn)},
		{"evidence from before a withdrawal stays as long again, also where consent was given once more", each(keepsWithdrawnAndGivenAgain)},
		{"evidence of an answer given anew in time is not needed any more", each(deletesReplaced)},
		{"evidence stays where the record that it belongs to was moved away", onPostgres(keepsEvidenceOfMovedMonths)},
		{"any number of processes delete each row once, while others write", each(deletesBesideWriters)},
		{"a step looks at few rows, and whoever stops between two stops all of it", each(deletesInSteps)},
	}
}

// newKept is a shop whose clock starts now: ids tell the real time.
func newKept(t *testing.T, databaseURL string) (*shop, *manual) {
	t.Helper()
	clock := &manual{}
	clock.advance(time.Since(noon()))
	return newShop(t, databaseURL, store.Options{Now: clock.now}), clock
}

// deleted is how many rows all steps delete together.
func deleted(t testing.TB, steps iter.Seq2[int, error]) int {
	t.Helper()
	total := 0
	for n, err := range steps {
		must(t, err)
		total += n
	}
	return total
}

func (s *shop) wantEvidence(t *testing.T, clock *manual, after time.Duration, wantDeleted, wantLeft int) {
	t.Helper()
	clock.advance(after)
	n := deleted(t, s.store.DeleteEvidence(t.Context(), keep))
	if left := number(t, s.db, `SELECT count(*) FROM evidence`); n != wantDeleted || left != wantLeft {
		t.Errorf("after %v %d are deleted and %d left, want %d and %d", after, n, left, wantDeleted, wantLeft)
	}
}

func deletesFinished(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	s.queued(t, clock, 5)
	claimed := s.claim(t, 4)
	for i, status := range []consent.DeliveryStatus{consent.Sent, consent.Dropped, consent.Parked} {
		s.finish(t, claimed[i], consent.Delivery{Status: status})
	}
	clock.advance(keep - day)
	s.finish(t, claimed[3], consent.Delivery{Status: consent.Sent}) // queued long ago, sent lately
	if n := deleted(t, s.store.DeleteFinished(t.Context(), keep)); n > 0 {
		t.Errorf("%d are deleted too early", n)
	}
	clock.advance(2 * day)
	if n := deleted(t, s.store.DeleteFinished(t.Context(), keep)); n != 2 {
		t.Errorf("%d are deleted, want what was sent and what was cancelled", n)
	}
	left := number(t, s.db, `SELECT count(*) FROM outbox WHERE status IN ('WAITING', 'PARKED', 'SENT')`)
	if all := number(t, s.db, `SELECT count(*) FROM outbox`); left != 3 || all != 3 {
		t.Errorf("%d messages are left, want the three others", all)
	}
	CheckFold(t, s.db)
}

func keepsWhatConsentsRestOn(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	s.wantEvidence(t, clock, 10*365*day, 0, 1)
	CheckFold(t, s.db)
}

func keepsConfirmedRequests(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	c := s.anyone()
	s.update(t, c.ID, s.signUp(c, 0))
	clock.advance(time.Minute)
	s.update(t, c.ID, s.signUp(c, 0)) // once more, about the same confirmation
	s.update(t, c.ID, s.confirm(s.state(t, c.ID).Verifications[0].ID))
	s.wantEvidence(t, clock, keep+day, 1, 2)
}

func deletesUnconfirmed(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	c := s.anyone()
	s.update(t, c.ID, s.signUp(c, 0))
	s.wantEvidence(t, clock, keep-day, 0, 1)
	s.wantEvidence(t, clock, 2*day, 1, 0)
}

func deletesWithdrawn(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	clock.advance(10 * keep)
	s.update(t, c.ID, s.choose(c, false))
	s.wantEvidence(t, clock, keep-day, 0, 2)
	s.wantEvidence(t, clock, 2*day, 2, 0)
	if n := number(t, s.db, `SELECT count(*) FROM audit_record r JOIN message_text m ON m.hash = r.text_hash`); n != 2 {
		t.Errorf("%d records with their wording are left, want both", n)
	}
}

func keepsWithdrawnAndGivenAgain(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	clock.advance(10 * keep)
	s.update(t, c.ID, s.choose(c, false))
	clock.advance(day)
	s.update(t, c.ID, s.choose(c, true))
	s.wantEvidence(t, clock, keep-2*day, 0, 3)
	s.wantEvidence(t, clock, 2*day, 2, 1)
}

func deletesReplaced(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	clock.advance(keep)
	s.update(t, c.ID, s.choose(c, true)) // the customer saw the message again, and chose
	rests := number(t, s.db, `SELECT count(*) FROM consent c JOIN audit_record r ON r.id = c.record_id JOIN evidence e
ON e.contact_id = r.contact_id AND e.event_id = r.event_id`)
	s.wantEvidence(t, clock, day, 1, 1)
	if n := number(t, s.db, `SELECT count(*) FROM consent c JOIN audit_record r ON r.id = c.record_id JOIN evidence e
ON e.contact_id = r.contact_id AND e.event_id = r.event_id`); n != rests {
		t.Error("what is left is not what the consent rests on")
	}
}

func keepsEvidenceOfMovedMonths(t *testing.T, databaseURL string) {
	s, clock := newKept(t, databaseURL)
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	s.db.MustExecContext(t.Context(), `ALTER TABLE audit_record DETACH PARTITION audit_record_before`)
	s.wantEvidence(t, clock, 10*keep, 0, 1)
}

// leaveEvidence is what n people left who have no consent, and it is old.
func (s *shop) leaveEvidence(t *testing.T, clock *manual, n int) {
	t.Helper()
	tx, err := s.db.BeginTxx(t.Context(), nil)
	must(t, err)
	for range n {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO evidence (contact_id, event_id, form_location, landing_url, ip, user_agent, at)
VALUES ($1, $2, '', '', '', '', $3)`, s.anyone().ID, consent.NewEventID(), store.Time{Time: clock.now()})
		must(t, err)
	}
	must(t, tx.Commit())
	clock.advance(keep + day)
}

func deletesBesideWriters(t *testing.T, databaseURL string) {
	const old, processes, writers = 1200, 4, 50
	s, clock := newKept(t, databaseURL)
	s.leaveEvidence(t, clock, old)
	var total atomic.Int64
	together(t, processes+writers, func(i int) error {
		if i >= processes {
			c := s.anyone()
			return s.store.Update(t.Context(), c.ID, s.choose(c, true))
		}
		return sweepAll(t.Context(), s.url, clock, &total)
	})
	if left := number(t, s.db, `SELECT count(*) FROM evidence`); total.Load() != old || left != writers {
		t.Errorf("%d were deleted and %d are left, want %d and the %d new ones", total.Load(), left, old, writers)
	}
}

// sweepAll is what one process does. Where two want the same rows for too long, one
// gives up until its next turn.
func sweepAll(ctx context.Context, databaseURL string, clock *manual, total *atomic.Int64) error {
	s, err := store.Open(ctx, databaseURL, store.Options{Now: clock.now})
	if err != nil {
		return err
	}
	defer s.Close()
	for n, err := range s.DeleteEvidence(ctx, keep) {
		if err != nil {
			return err
		}
		total.Add(int64(n))
	}
	return nil
}

func deletesInSteps(t *testing.T, databaseURL string) {
	const old, step = 1200, 500
	s, clock := newKept(t, databaseURL)
	s.leaveEvidence(t, clock, old)
	for n, err := range s.store.DeleteEvidence(t.Context(), keep) {
		if n != step || err != nil {
			t.Errorf("the first step deletes %d, %v; want %d", n, err, step)
		}
		break
	}
	s.wantEvidence(t, clock, 0, old-step, 0)
}
