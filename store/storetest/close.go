package storetest

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"assent/consent"
	"assent/store"

	"go.uber.org/goleak"
)

func closeScenarios() []scenario {
	return []scenario{
		{"closing finishes what was accepted and refuses what comes later", each(closeFinishes)},
		{"nothing is left running after closing", each(closeLeavesNothing)},
	}
}

func closeFinishes(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	release := s.hold(t)
	var accepted []<-chan error
	for i := range 20 {
		accepted = append(accepted, queue(t.Context(), s.store, s.contact(i).ID, s.everything(s.contact(i))))
	}
	closed := make(chan error, 1)
	go func() { closed <- s.store.Close() }()
	s.waitUntilRefusing(t)
	release()
	for i := range accepted {
		must(t, <-accepted[i])
	}
	must(t, <-closed)
	if n := number(t, s.db, `SELECT count(*) FROM contact`); n != len(accepted) {
		t.Errorf("%d contacts, want %d", n, len(accepted))
	}
	CheckFold(t, s.db)

	c := s.anyone()
	if err := s.store.Update(t.Context(), c.ID, s.toggle(c)); !errors.Is(err, store.ErrClosed) {
		t.Errorf("an update got %v, want %v", err, store.ErrClosed)
	}
	if _, err := s.store.Account(t.Context(), c.ID); !errors.Is(err, store.ErrClosed) {
		t.Errorf("reading an account got %v, want %v", err, store.ErrClosed)
	}
	if err := s.store.KeepText(t.Context(), "new"); !errors.Is(err, store.ErrClosed) {
		t.Errorf("keeping a text got %v, want %v", err, store.ErrClosed)
	}
	if _, err := s.store.CreateOrganisation(t.Context(), editor, newOrganisation("New")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("an edit got %v, want %v", err, store.ErrClosed)
	}
	must(t, s.store.Close())
}

// waitUntilRefusing asks, as a caller that has already left, until the held store
// accepts nothing more.
func (s *shop) waitUntilRefusing(t testing.TB) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	c := s.contact(0)
	for !errors.Is(s.store.Update(ctx, c.ID, s.toggle(c)), store.ErrClosed) {
		runtime.Gosched()
	}
}

func closeLeavesNothing(t *testing.T, databaseURL string) {
	before := goleak.IgnoreCurrent()
	s, err := store.Open(t.Context(), databaseURL, store.Options{})
	must(t, err)
	_, err = s.Migrate(t.Context())
	must(t, err)
	together(t, 50, func(i int) error {
		_, err := s.Account(t.Context(), (&shop{}).contact(i).ID)
		return err
	})
	must(t, s.KeepText(t.Context(), wording))
	c := (&shop{}).anyone()
	must(t, s.Update(t.Context(), c.ID, (&shop{site: asSeen(newSite(consent.OrganisationID{}, "shop"))}).toggle(c)))
	must(t, s.Close())
	goleak.VerifyNone(t, before)
}
