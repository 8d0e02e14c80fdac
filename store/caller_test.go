package store

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestACallerWaitsNoLongerThanItIsToWait(t *testing.T) {
	for _, test := range []struct {
		name string
		has  time.Duration // for all it does; 0: no such limit
		want time.Duration
	}{
		{"one without a deadline", 0, patience},
		{"one in no hurry", time.Hour, patience},
		{"one in a hurry", time.Second, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := t.Context(), func() {}
				if test.has > 0 {
					ctx, cancel = context.WithTimeout(ctx, test.has)
				}
				defer cancel()
				start := time.Now()
				c := newCaller(ctx)
				if c.hasLeft() {
					t.Error("it has left before it came")
				}
				err := c.wait()
				if took := time.Since(start); took != test.want || !errors.Is(err, context.DeadlineExceeded) || !c.hasLeft() {
					t.Errorf("it waited %v for %v; want %v", took, err, test.want)
				}
			})
		})
	}
}

func TestABatchIsAwaitedUntilItsLastCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		first := newCaller(t.Context())
		<-time.After(time.Second)
		last := newCaller(t.Context())
		ctx, cancel := whileAwaited([]caller{first, last, first})
		defer cancel()
		<-ctx.Done()
		if took := time.Since(start); took != time.Second+patience {
			t.Errorf("it is awaited for %v", took)
		}
	})
}
