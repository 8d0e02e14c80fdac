package storetest

import (
	"sync/atomic"
	"testing"

	"assent/store"
)

func lockedScenarios() []scenario {
	return []scenario{
		{"a contact that somebody else has locked holds up nobody else in its batch", onPostgres(lockedAlone)},
		{"many who ask for a contact that is locked hold up nobody else either", onPostgres(lockedForMany)},
		{"nothing stays locked by a connection that is gone unnoticed", onPostgres(goneUnnoticed)},
	}
}

func lockedAlone(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	locked := s.contact(1)
	s.update(t, locked.ID, s.toggle(locked))
	tx := s.db.MustBeginTx(t.Context(), nil)
	tx.MustExecContext(t.Context(), `UPDATE contact SET address = '' WHERE id = $1`, locked.ID)
	release := s.hold(t)
	refused := queue(t.Context(), s.store, locked.ID, s.toggle(locked))
	first := queue(t.Context(), s.store, s.contact(0).ID, s.toggle(s.contact(0)))
	last := queue(t.Context(), s.store, s.contact(2).ID, s.toggle(s.contact(2)))
	release()
	must(t, <-first)
	must(t, <-last)
	if err := <-refused; err == nil {
		t.Error("a locked contact was changed")
	}
	must(t, tx.Rollback())
	s.update(t, locked.ID, s.toggle(locked))
	s.wantAlternating(t, locked, 2)
}

// lockedForMany would take longer than anybody waits if each of them was waited for
// by itself.
func lockedForMany(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	locked, free := s.contact(0), s.contact(1)
	s.update(t, locked.ID, s.toggle(locked))
	tx := s.db.MustBeginTx(t.Context(), nil)
	tx.MustExecContext(t.Context(), `UPDATE contact SET address = '' WHERE id = $1`, locked.ID)
	release := s.hold(t)
	var refused []<-chan error
	for range 20 {
		refused = append(refused, queue(t.Context(), s.store, locked.ID, s.toggle(locked)))
	}
	done := queue(t.Context(), s.store, free.ID, s.toggle(free))
	release()
	must(t, <-done)
	for i := range refused {
		if err := <-refused[i]; err == nil {
			t.Error("a locked contact was changed")
		}
	}
	must(t, tx.Rollback())
	s.wantAlternating(t, locked, 1)
}

// goneUnnoticed is a network that swallows a connection: the client gives it up,
// the server keeps the transaction of it open.
func goneUnnoticed(t *testing.T, databaseURL string) {
	over := make(chan struct{})
	var commits atomic.Int64
	s := newShop(t, databaseURL, store.Options{})
	s.store = openStore(t, Interpose(t, databaseURL, func(kind byte, body string, hangUp func()) Verdict {
		if IsCommit(kind, body) && commits.Add(1) == 1 {
			hangUp()
			<-over
		}
		return Pass
	}), store.Options{})
	defer close(over)
	for _, c := range s.changes(t)[:2] {
		s.wantMadeOnce(t, c)
	}
}
