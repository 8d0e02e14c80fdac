package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

// hold keeps the store busy with a decision that waits, so that what
// is queued until release is committed in one batch.
func (s *shop) hold(t testing.TB) (release func()) {
	t.Helper()
	deciding, released := make(chan struct{}), make(chan struct{})
	var once sync.Once
	done := make(chan error, 1)
	go func() {
		done <- s.store.Update(t.Context(), s.contact(1_000_000).ID, func(consent.State, time.Time) (consent.Change, error) {
			once.Do(func() { close(deciding) })
			<-released
			return consent.Change{}, nil
		})
	}()
	<-deciding
	return func() {
		t.Helper()
		close(released)
		must(t, <-done)
	}
}

// queue starts an update and returns once it stands in the queue, so that calls
// of queue keep their order.
func queue(ctx context.Context, s *store.Store, id consent.ContactID, decide consent.Decision) <-chan error {
	noticing := &noticingContext{Context: ctx, noticed: make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		done <- s.Update(noticing, id, decide)
		noticing.notice()
	}()
	<-noticing.noticed
	return done
}

// noticingContext tells when somebody starts to wait for its end, which an
// update does as soon as it is queued.
type noticingContext struct {
	context.Context
	noticed chan struct{}
	once    sync.Once
}

func (c *noticingContext) notice() { c.once.Do(func() { close(c.noticed) }) }

func (c *noticingContext) Done() <-chan struct{} {
	c.notice()
	return c.Context.Done()
}

// together makes n calls at the same time and reports those that fail.
func together(t testing.TB, n int, call func(i int) error) {
	t.Helper()
	start := make(chan struct{})
	errs := make([]error, n)
	var calls sync.WaitGroup
	for i := range n {
		calls.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	close(start)
	calls.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("call %d: %v", i, err)
		}
	}
}
