package storetest

import (
	"sync/atomic"
	"time"
)

// ticking is a clock that is a second later each time it is read. A store reads
// it once for a batch, so decisions that saw the same time shared a transaction.
type ticking struct{ reads atomic.Int64 }

func (c *ticking) now() time.Time {
	return noon().Add(time.Duration(c.reads.Add(1)) * time.Second)
}

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// manual is a clock that stands still until it is moved.
type manual struct{ since atomic.Int64 }

func (c *manual) now() time.Time { return noon().Add(time.Duration(c.since.Load())) }

func (c *manual) advance(d time.Duration) { c.since.Add(int64(d)) }
