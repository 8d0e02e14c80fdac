package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func processScenarios() []scenario {
	return []scenario{
		{"two processes change one contact without losing an update", each(competeForOne)},
		{"two processes change the same contacts in opposite orders without losing an update", each(competeForMany)},
		{"two batches that meet half-way do not deadlock", onPostgres(meetHalfway)},
		{"a decision on a state that another process changed is made again", each(decidesAgain)},
	}
}

func competeForOne(t *testing.T, databaseURL string) {
	const calls = 200
	s := newShop(t, databaseURL, store.Options{})
	processes := []*store.Store{s.store, openStore(t, databaseURL, store.Options{})}
	c := s.anyone()
	together(t, calls, func(i int) error { return processes[i%2].Update(t.Context(), c.ID, s.toggle(c)) })
	s.wantAlternating(t, c, calls)
	CheckFold(t, s.db)
}

func competeForMany(t *testing.T, databaseURL string) {
	const contacts, rounds = 40, 5
	s := newShop(t, databaseURL, store.Options{})
	processes := []*store.Store{s.store, openStore(t, databaseURL, store.Options{})}
	order := make([]consent.Contact, contacts)
	for i := range order {
		order[i] = s.anyone()
	}
	reversed := slices.Clone(order)
	slices.Reverse(reversed)
	together(t, 2*contacts*rounds, func(i int) error {
		c := [][]consent.Contact{order, reversed}[i%2][i/2%contacts]
		return processes[i%2].Update(t.Context(), c.ID, s.toggle(c))
	})
	for _, c := range order {
		s.wantAlternating(t, c, 2*rounds)
	}
	CheckFold(t, s.db)
}

// meetHalfway stops two batches of the same contacts, which came in opposite
// orders, at the one in the middle; the first and the last are newcomers. Had each locked its own first contact by then,
// they would wait for each other. The server must not help, so it is told to look
// for deadlocks only after the updates have failed.
func meetHalfway(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	known := []int{1, 2, 3}
	for _, i := range known {
		s.update(t, s.contact(i).ID, s.toggle(s.contact(i)))
	}
	name := newName()
	middle := s.db.MustBeginTx(t.Context(), nil)
	middle.MustExecContext(t.Context(), `UPDATE contact SET address = '' WHERE id = $1`, s.contact(2).ID)
	var done []<-chan error
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}} {
		s.store = openStore(t, databaseURL+"&deadlock_timeout=1min&application_name="+name, store.Options{})
		release := s.hold(t)
		for _, i := range order {
			done = append(done, queue(t.Context(), s.store, s.contact(i).ID, s.toggle(s.contact(i))))
		}
		release()
	}
	s.waitForLocks(t, name, 2)
	must(t, middle.Commit())
	for i := range done {
		must(t, <-done[i])
	}
	for _, i := range []int{0, 4} {
		s.wantAlternating(t, s.contact(i), 2)
	}
	for _, i := range known {
		s.wantAlternating(t, s.contact(i), 3)
	}
}

// decidesAgain needs a database where a reader does not hold a writer up: the
// second process commits while the first is deciding.
func decidesAgain(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	second := openStore(t, databaseURL, store.Options{})
	known := s.anyone()
	s.update(t, known.ID, s.signUp(known, 0))
	for name, c := range map[string]consent.Contact{"known": known, "new": s.anyone()} {
		t.Run(name, func(t *testing.T) {
			var decisions atomic.Int64
			interfere := s.choose(c, true)
			toggle := s.toggle(c)
			s.update(t, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
				if decisions.Add(1) == 1 {
					if err := second.Update(t.Context(), c.ID, interfere); err != nil {
						return consent.Change{}, fmt.Errorf("interfering: %w", err)
					}
				}
				return toggle(st, now)
			})
			if n := decisions.Load(); n != 2 {
				t.Errorf("decided %d times, want twice", n)
			}
			if s.state(t, c.ID).Has(s.site.ID, consent.Email.Purpose()) {
				t.Error("the other process's answer was not seen")
			}
		})
	}
	CheckFold(t, s.db)
}
