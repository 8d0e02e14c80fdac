package store

import (
	"context"
	"slices"
	"time"

	"assent/consent"
)

// maxBatch is how many requests share a transaction at most. More would make the
// first of them wait for no gain.
const maxBatch = 256

const (
	firstPause = 5 * time.Millisecond
	lastPause  = 200 * time.Millisecond
)

// request is one Update on its way into the database.
type request struct {
	caller
	id     consent.ContactID
	decide consent.Decision

	attempted consent.RecordID   // the first record of the latest attempt
	doubts    []consent.RecordID // the same, of those whose commit got no answer
	err       error
}

// Update decides on the state of one contact and commits the change. Requests
// that wait together share one transaction: see writeBatch. When ctx or patience
// ends first, an error is returned and the change is written whole or not at all.
func (s *Store) Update(ctx context.Context, id consent.ContactID, decide consent.Decision) error {
	r := &request{caller: newCaller(ctx), id: id, decide: decide}
	if !s.updates.add(r) {
		return ErrClosed
	}
	return r.wait()
}

// writeUpdates commits the updates that wait, one batch after the other: a second batch at
// the same time would only make both smaller.
func (s *Store) writeUpdates(requests []*request) {
	now := time.Now()
	for _, r := range requests {
		s.observer.Waited(now.Sub(r.since))
	}
	s.writeBatch(requests, s.updates.isEmpty)
}

// writeBatch commits what it can and answers every request.
func (s *Store) writeBatch(requests []*request, nobodyWaits func() bool) {
	requests = slices.DeleteFunc(requests, func(r *request) bool { return r.hasLeft() })
	// Every process takes its row locks in this order, so none can deadlock.
	slices.SortStableFunc(requests, func(a, b *request) int { return compareIDs(a.id, b.id) })
	traced := traceBatch(s, "write batch", requests)
	err := s.persist(requests, nobodyWaits)
	traced.end(err)
	if parts := apart(requests, err); len(parts) > 1 {
		s.observer.Split()
		for _, part := range parts {
			s.writeBatch(part, func() bool { return false })
		}
		return
	}
	if err != nil {
		s.observer.Failed()
	}
	for _, r := range requests {
		if err != nil {
			r.err = redacted(err)
		}
		r.done <- r.err
	}
}

// apart divides a batch that failed because of some of its requests, so that the
// others do not suffer for it: by contact, and then, since what is locked is locked
// for all who are about it, by request only if data was refused.
func apart(requests []*request, err error) [][]*request {
	if !concernsSome(err) {
		return nil
	}
	together := func(a, b *request) bool { return a.id == b.id }
	if ofOneContact(requests) {
		together = func(_, _ *request) bool { return isLocked(err) }
	}
	var parts [][]*request
	for i, r := range requests {
		if i > 0 && together(requests[i-1], r) {
			parts[len(parts)-1] = append(parts[len(parts)-1], r)
		} else {
			parts = append(parts, []*request{r})
		}
	}
	return parts
}

func ofOneContact(requests []*request) bool { return requests[0].id == requests[len(requests)-1].id }

// persist attempts to commit the requests until that succeeds, the database
// refuses for good, some of them stand in the way of others, or nobody waits for
// the answer any more. A contact that is locked is waited for while nobody waits
// behind it.
func (s *Store) persist(requests []*request, nobodyWaits func() bool) error {
	if len(requests) == 0 {
		return nil
	}
	ctx, cancel := whileAwaited(requests)
	defer cancel()
	again := func(err error) bool {
		return isPassing(err) && (!concernsSome(err) || ofOneContact(requests) && nobodyWaits())
	}
	attempts := 0
	return repeat(ctx, again, func(ctx context.Context) error {
		if attempts++; attempts > 1 {
			s.observer.Retried()
		}
		return s.attempt(ctx, requests)
	})
}

// repeat makes attempts until one succeeds, fails with an error that is not worth
// another, or patience ends.
func repeat(ctx context.Context, again func(error) bool, attempt func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := attempt(ctx)
		if err == nil || !again(err) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

func compareIDs(a, b consent.ContactID) int {
	return slices.Compare(a.UUID[:], b.UUID[:])
}
