package store

import (
	"database/sql"
	"time"
)

// Observer is told how batches fare. Those who wait for a batch wait for it too, so it
// must be quick; its methods may be called at the same time.
type Observer interface {
	// Waited is told how long a change waited for a transaction to begin.
	Waited(time.Duration)
	// Committed is told of each transaction of changes: how many shared it, how long it
	// took from loading on, and how long to write and commit.
	Committed(changes int, took, write time.Duration)
	// Retried is told of each transaction that is another attempt at one that failed.
	Retried()
	// Split is told of each batch that is repeated in parts.
	Split()
	// Failed is told of each batch, or part, that was given up.
	Failed()
	// Read is told how many shared a query for accounts.
	Read(callers int)
}

type noObserver struct{}

func (noObserver) Waited(time.Duration)                        {}
func (noObserver) Committed(int, time.Duration, time.Duration) {}
func (noObserver) Retried()                                    {}
func (noObserver) Split()                                      {}
func (noObserver) Failed()                                     {}
func (noObserver) Read(int)                                    {}

// Pools are the connections to the database, by what they are for.
func (s *Store) Pools() map[string]*sql.DB {
	if s.reader == s.writer {
		return map[string]*sql.DB{"all": s.writer.DB}
	}
	return map[string]*sql.DB{"write": s.writer.DB, "read": s.reader.DB}
}
