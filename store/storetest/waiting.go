package storetest

import (
	"runtime"
	"testing"

	"assent/store"

	"github.com/google/uuid"
)

func waitingScenarios() []scenario {
	return []scenario{
		{"an update waits for another program that is writing", onSQLite(waitsForWriter)},
		{"an update waits for another client that has locked the contact", onPostgres(waitsForRow)},
	}
}

func waitsForWriter(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.contact(0)
	tx := s.db.MustBeginTx(t.Context(), nil)
	tx.MustExecContext(t.Context(), `UPDATE site SET name = 'Renamed'`)
	done := queue(t.Context(), s.store, c.ID, s.toggle(c))
	must(t, tx.Commit())
	must(t, <-done)
	s.wantAlternating(t, c, 1)
}

func waitsForRow(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.contact(0)
	s.update(t, c.ID, s.toggle(c))
	tx := s.db.MustBeginTx(t.Context(), nil)
	tx.MustExecContext(t.Context(), `UPDATE contact SET address = '' WHERE id = $1`, c.ID)
	name := newName()
	done := queue(t.Context(), openStore(t, databaseURL+"&application_name="+name, store.Options{}), c.ID, s.toggle(c))
	s.waitForLocks(t, name, 1)
	must(t, tx.Commit())
	must(t, <-done)
	s.wantAlternating(t, c, 2)
}

// newName is an application_name, by which the server tells a store's
// connections from others.
func newName() string { return uuid.NewString() }

// waitForLocks returns once n of the application's connections wait for a lock.
func (s *shop) waitForLocks(t *testing.T, name string, n int) {
	t.Helper()
	const waiting = `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`
	for number(t, s.db, waiting, name) < n {
		runtime.Gosched()
	}
}
