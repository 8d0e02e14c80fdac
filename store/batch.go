package store

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// group is what one batch does to one contact.
type group struct {
	version int64         // as loaded
	state   consent.State // after all changes so far
	changes []dated
}

type dated struct {
	consent.Change
	at time.Time
}

// attempt runs one transaction: load, decide, write, commit. A decision that
// fails loses only its own request. The requests are sorted by contact.
func (s *Store) attempt(ctx context.Context, requests []*request) error {
	began := time.Now()
	tx, err := s.begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	groups, err := s.decideAll(ctx, tx, requests)
	if err == nil {
		err = s.write(ctx, tx, groups)
	}
	if err != nil {
		_ = tx.Rollback() // what made it necessary is the error to report
		return err
	}
	decided := time.Now()
	if err := tx.Commit(); err != nil {
		for _, r := range requests {
			r.doubt = r.attempted
		}
		return fmt.Errorf("committing: %w", err)
	}
	committed := time.Now()
	s.observer.Committed(len(requests), committed.Sub(began), committed.Sub(decided))
	return nil
}

// decideAll loads every contact of the batch with one query and runs the
// decisions in memory, those for one contact in order on the evolving state.
func (s *Store) decideAll(ctx context.Context, tx *sqlx.Tx, requests []*request) ([]*group, error) {
	now := s.now().UTC().Truncate(time.Microsecond)
	states, err := s.load(ctx, tx, contactsOf(requests), now)
	if err != nil {
		return nil, err
	}
	settled, err := settledDoubts(ctx, tx, requests)
	if err != nil {
		return nil, err
	}
	var groups []*group
	for _, r := range requests {
		if n := len(groups); n == 0 || groups[n-1].state.Contact.ID != r.id {
			st := states[r.id]
			groups = append(groups, &group{version: st.Contact.Version, state: *st})
		}
		if !settled[r.doubt] && !r.hasLeft() {
			groups[len(groups)-1].apply(r, now)
		}
	}
	return groups, nil
}

func contactsOf(requests []*request) []consent.ContactID {
	var ids []consent.ContactID
	for _, r := range requests {
		if len(ids) == 0 || ids[len(ids)-1] != r.id {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// apply decides one request and moves the state on.
func (g *group) apply(r *request, now time.Time) {
	at := g.state.Clock(now)
	r.attempted = consent.RecordID{}
	var ch consent.Change
	if ch, r.err = decideSafely(r.decide, g.state, at); r.err != nil || ch.IsEmpty() {
		return
	}
	ch.Contact.ID = r.id
	for i := range ch.Records {
		ch.Records[i].ID = consent.NewRecordID()
	}
	if len(ch.Records) > 0 {
		r.attempted = ch.Records[0].ID
	}
	g.state = g.state.After(ch, at)
	g.changes = append(g.changes, dated{ch, at})
}

func decideSafely(decide consent.Decision, st consent.State, now time.Time) (ch consent.Change, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("a decision panicked: %w", p)
		default: // its text may hold an address
			err = fmt.Errorf("a decision panicked: %T", p)
		}
	}()
	return decide(st, now)
}
