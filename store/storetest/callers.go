package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func callerScenarios() []scenario {
	return []scenario{
		{"a caller that leaves while queued gets its context's error and nothing is written", each(leavesQueue)},
		{"a caller that leaves once its decision is made loses nothing of it", each(leavesDecided)},
		{"a caller behind one that takes for ever is told so, and nothing is written", each(leavesStuckBatch)},
		{"a caller that leaves shares no memory with its decision", each(leavesNoMemory)},
	}
}

func leavesQueue(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	leaving, staying := s.contact(0), s.contact(1)
	ctx, leave := context.WithCancelCause(t.Context())
	release := s.hold(t)
	left := queue(ctx, s.store, leaving.ID, s.everything(leaving))
	stayed := queue(t.Context(), s.store, staying.ID, s.everything(staying))
	leave(nil)
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	release()
	must(t, <-stayed)
	wantRows(t, s.db, leaving.ID, map[string]int{})
}

func leavesDecided(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.contact(0)
	ctx, leave := context.WithCancel(t.Context())
	decide := s.everything(c)
	err := s.store.Update(ctx, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
		leave()
		return decide(st, now)
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want success or %v", err, context.Canceled)
	}
	s.state(t, s.contact(1).ID) // the batch before is done with
	wantRows(t, s.db, c.ID, map[string]int{
		"contact": 1, "consent": 1, "verification": 1, "campaign_entry": 1, "account": 1, "account_link": 1, "outbox": 1,
		"audit_record": 3, "evidence": 1,
	})
	CheckFold(t, s.db)
}

func leavesStuckBatch(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	behind, other := s.contact(0), s.contact(1)
	deciding, released := make(chan struct{}), make(chan struct{})
	var once sync.Once
	stuck := queue(t.Context(), s.store, s.contact(1_000_000).ID, func(consent.State, time.Time) (consent.Change, error) {
		once.Do(func() { close(deciding) })
		<-released
		return consent.Change{}, nil
	})
	<-deciding
	waiting := queue(t.Context(), s.store, behind.ID, s.everything(behind))
	for _, done := range []<-chan error{stuck, waiting} {
		if err := <-done; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
	}
	close(released)
	s.update(t, other.ID, s.toggle(other))
	wantRows(t, s.db, behind.ID, map[string]int{})
}

// leavesNoMemory shows a mistake only to the race detector. The first contact in
// order holds the batch back after the leaving caller's request was taken into
// it, so that its decision runs when the caller has left.
func leavesNoMemory(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	address, err := consent.ParseEmail("email", "ada@mail.example")
	must(t, err)
	service := consent.NewService(s.store, hasher{}, consent.Settings{})
	ctx, leave := context.WithCancel(t.Context())
	noticing := &noticingContext{Context: ctx, noticed: make(chan struct{})}

	release := s.hold(t)
	deciding, released := make(chan struct{}, 1), make(chan struct{})
	first := queue(t.Context(), s.store, s.contact(0).ID, func(consent.State, time.Time) (consent.Change, error) {
		deciding <- struct{}{}
		<-released
		return consent.Change{}, nil
	})
	left := make(chan error, 1)
	go func() {
		_, err := service.SignUp(noticing, s.site, consent.SignUpRequest{Address: address})
		left <- err
	}()
	<-noticing.noticed
	release()
	<-deciding
	leave()
	close(released)
	must(t, <-first)
	if err := <-left; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want success or %v", err, context.Canceled)
	}
}

// hasher gives every address a place in the order of shop.contact, behind the
// first of those contacts.
type hasher struct{}

func (hasher) HashAddress(org consent.OrganisationID, a consent.Address) consent.AddressHash {
	hash := sha256.Sum256([]byte(org.String() + a.Normalised()))
	hash[0], hash[1] = 0, 1
	return hash
}
