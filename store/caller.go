package store

import (
	"context"
	"fmt"
	"time"
)

// patience is how long a caller waits at most before being told that it failed.
const patience = 2250 * time.Millisecond

// caller is whoever waits for a batch to bring an answer.
type caller struct {
	ctx   context.Context
	since time.Time
	until time.Time  // then nobody waits any more
	done  chan error // buffered, so that a batch never waits for a caller
}

func newCaller(ctx context.Context) caller {
	now := time.Now()
	until := now.Add(patience)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) {
		until = deadline
	}
	return caller{ctx, now, until, make(chan error, 1)}
}

// wait returns the answer, or an error when the caller is to wait no longer.
func (c caller) wait() error {
	late := time.NewTimer(time.Until(c.until))
	defer late.Stop()
	select {
	case err := <-c.done:
		return err
	case <-c.ctx.Done():
		return c.ctx.Err()
	case <-late.C:
		return fmt.Errorf("waiting for the database: %w", context.DeadlineExceeded)
	}
}

func (c caller) hasLeft() bool { return c.ctx.Err() != nil || !time.Now().Before(c.until) }

func (c caller) context() context.Context { return c.ctx }

func (c caller) waitsUntil() time.Time { return c.until }

// whileAwaited is a context that ends when the last caller of a batch stops
// waiting.
func whileAwaited[T interface{ waitsUntil() time.Time }](batch []T) (context.Context, context.CancelFunc) {
	var last time.Time
	for _, item := range batch {
		if until := item.waitsUntil(); until.After(last) {
			last = until
		}
	}
	return context.WithDeadline(context.Background(), last)
}
