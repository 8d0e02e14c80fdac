package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"assent/consent"
)

// group is what one batch does to one contact.
type group struct {
	version int64         // as loaded
	state   consent.State // after all changes so far
	changes []dated
}

// isNewcomer reports whether the contact was not stored.
func (g *group) isNewcomer() bool { return g.version == 0 }

type dated struct {
	consent.Change
	at time.Time
}

// attempt loads, decides, and commits what was decided. A decision that fails
// loses only its own request. The requests are sorted by contact.
func (s *Store) attempt(ctx context.Context, requests []*request) error {
	if s.closed.Load() {
		return ErrClosed
	}
	began := time.Now()
	groups, err := s.decideAll(ctx, requests)
	if err != nil || len(groups) == 0 {
		return err
	}
	decided := time.Now()
	if err := s.write(ctx, groups); err != nil {
		if errors.Is(err, errUnanswered) {
			for _, r := range requests {
				r.doubtAttempt()
			}
		}
		return err
	}
	committed := time.Now()
	s.observer.Committed(len(requests), committed.Sub(began), committed.Sub(decided))
	return nil
}

// decideAll loads every contact of the batch with one query and runs the
// decisions in memory, those for one contact in order on the evolving state. It
// returns the contacts that change. Nothing is locked meanwhile: the version of
// a contact that is written must be the one that was loaded.
func (s *Store) decideAll(ctx context.Context, requests []*request) ([]*group, error) {
	now := s.now().UTC().Truncate(time.Microsecond)
	states, err := s.load(ctx, s.writer, contactsOf(requests), now)
	if err != nil {
		return nil, err
	}
	var changed []*group
	var g *group
	for _, r := range requests {
		if g == nil || g.state.Contact.ID != r.id {
			st := states[r.id]
			g = &group{version: st.Contact.Version, state: *st}
		}
		settled, err := r.isSettled(ctx, s.writer)
		if err != nil {
			return nil, err
		}
		if settled || r.hasLeft() {
			continue
		}
		unchanged := len(g.changes) == 0
		g.apply(r, now)
		if unchanged && len(g.changes) > 0 {
			changed = append(changed, g)
		}
	}
	return changed, nil
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
