package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func groupCommitScenarios() []scenario {
	return []scenario{
		{"what waits together is committed together", each(sharesCommit)},
		{"decisions on one contact see each other's changes, in the order they came", each(evolvesInOrder)},
		{"a decision that fails or panics is dropped alone from its batch", each(failsAlone)},
		{"a batch may have more rows than a statement has room for", each(writesManyRows)},
		{"more requests than fit in a batch are all served", each(servesQueue)},
	}
}

// batches is how many transactions wrote records under a ticking clock. Answers
// that had to be moved apart differ by less than its second.
func (s *shop) batches(t testing.TB) int {
	t.Helper()
	var times []store.Time
	must(t, s.db.SelectContext(t.Context(), &times, `SELECT DISTINCT at FROM audit_record`))
	seconds := map[int64]bool{}
	for _, at := range times {
		seconds[at.Unix()] = true
	}
	return len(seconds)
}

func (s *shop) wantOneBatch(t testing.TB) {
	t.Helper()
	if got := s.batches(t); got != 1 {
		t.Errorf("%d transactions, want one", got)
	}
}

func sharesCommit(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	release := s.hold(t)
	var done []<-chan error
	for i := range 40 {
		done = append(done, queue(t.Context(), s.store, s.contact(i).ID, s.everything(s.contact(i))))
	}
	release()
	for i := range done {
		must(t, <-done[i])
	}
	s.wantOneBatch(t)
	if n := number(t, s.db, `SELECT count(*) FROM contact WHERE version = 1`); n != 40 {
		t.Errorf("%d contacts at version 1, want 40", n)
	}
	CheckFold(t, s.db)
}

func evolvesInOrder(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	c, other := s.contact(1), s.contact(0)
	release := s.hold(t)
	var done []<-chan error
	seen := make([]int, 20)
	for i := range seen {
		decide := s.chooseFor(c, consent.PreferenceID{UUID: uuid.New()}.Purpose(), true)
		done = append(done, queue(t.Context(), s.store, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
			seen[i] = len(st.Consents)
			return decide(st, now)
		}), queue(t.Context(), s.store, other.ID, s.toggle(other)))
	}
	release()
	for i := range done {
		must(t, <-done[i])
	}
	s.wantOneBatch(t)
	for i, n := range seen {
		if n != i {
			t.Errorf("decision %d saw %d consents, want %d", i, n, i)
		}
	}
	s.wantAlternating(t, other, 20)
	CheckFold(t, s.db)
}

func failsAlone(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	refused := errors.New("refused")
	release := s.hold(t)
	var fine []<-chan error
	fine = append(fine, queue(t.Context(), s.store, s.contact(0).ID, s.toggle(s.contact(0))))
	failing := queue(t.Context(), s.store, s.contact(0).ID, func(consent.State, time.Time) (consent.Change, error) {
		return consent.Change{}, refused
	})
	panicking := queue(t.Context(), s.store, s.contact(1).ID, func(consent.State, time.Time) (consent.Change, error) {
		panic("a mistake about ada@mail.example")
	})
	for i := range 3 {
		fine = append(fine, queue(t.Context(), s.store, s.contact(i).ID, s.toggle(s.contact(i))))
	}
	release()

	if err := <-failing; !errors.Is(err, refused) {
		t.Errorf("the failing decision's caller got %v, want its error", err)
	}
	if err := <-panicking; err == nil || strings.Contains(err.Error(), "ada") {
		t.Errorf("the panicking decision's caller got %v, want an error without personal data", err)
	}
	for _, done := range fine {
		must(t, <-done)
	}
	s.wantOneBatch(t)
	s.wantAlternating(t, s.contact(0), 2)
	s.wantAlternating(t, s.contact(1), 1)
	s.wantAlternating(t, s.contact(2), 1)
}

// writesManyRows writes 51 records of 12 columns for each visitor. PostgreSQL
// takes 65,535 parameters, and SQLite is given far fewer.
func writesManyRows(t *testing.T, databaseURL string) {
	const texts = 50
	visitors := 12
	if onServer(databaseURL) {
		visitors = 120
	}
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	release := s.hold(t)
	var done []<-chan error
	for i := range visitors {
		done = append(done, queue(t.Context(), s.store, s.contact(i).ID, s.signUp(s.contact(i), texts)))
	}
	release()
	for i := range done {
		must(t, <-done[i])
	}
	s.wantOneBatch(t)
	if n := number(t, s.db, `SELECT count(*) FROM audit_record`); n != visitors*(texts+1) {
		t.Errorf("%d records, want %d", n, visitors*(texts+1))
	}
}

func servesQueue(t *testing.T, databaseURL string) {
	const requests = 700
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	release := s.hold(t)
	var done []<-chan error
	for i := range requests {
		done = append(done, queue(t.Context(), s.store, s.contact(i%7).ID, s.toggle(s.contact(i%7))))
	}
	release()
	for i := range done {
		must(t, <-done[i])
	}
	if n := s.batches(t); n < 2 || n > requests/50 {
		t.Errorf("%d requests took %d transactions, want few but several", requests, n)
	}
	for i := range 7 {
		s.wantAlternating(t, s.contact(i), requests/7)
	}
	CheckFold(t, s.db)
}

// wantAlternating checks that every toggle was applied, each to the state that
// the one before it left.
func (s *shop) wantAlternating(t testing.TB, c consent.Contact, n int) {
	t.Helper()
	var actions []string
	must(t, s.db.SelectContext(t.Context(), &actions, `SELECT action FROM audit_record WHERE contact_id = $1 ORDER BY at, id`, c.ID))
	if len(actions) != n {
		t.Errorf("%d records, want %d", len(actions), n)
	}
	for i, a := range actions {
		if want := []string{"GRANTED", "WITHDRAWN"}[i%2]; a != want {
			t.Errorf("record %d of %d is %s, want %s", i+1, n, a, want)
			return
		}
	}
	times := number(t, s.db, `SELECT count(DISTINCT at) FROM audit_record WHERE contact_id = $1`, c.ID)
	if times != len(actions) {
		t.Errorf("%d records at %d moments, want each at its own", len(actions), times)
	}
}
