package ratelimit

import (
	"context"
	"time"
)

// every calls f once each period until stop is called. stop cancels a running
// call of f and waits for it to return; it may be called more than once.
func every(period time.Duration, f func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				f(ctx)
			}
		}
	}()
	return func() { cancel(); <-done }
}
