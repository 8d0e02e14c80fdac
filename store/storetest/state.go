package storetest

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func stateScenarios() []scenario {
	return []scenario{
		{"every field of a contact comes back as it was written", each(keepsContact)},
		{"whatever happens, a decision sees what the last change left", each(keepsState)},
		{"however many decisions a batch holds, it is written as the last one left it", each(keepsBatchState)},
		{"a message counts for 24 hours", each(forgetsMessages)},
		{"what is read without a decision is what a decision would see", each(readsState)},
	}
}

// wantState compares what the rules can see. Numbers the store gives out are not
// part of that.
func wantState(t testing.TB, got, want consent.State) {
	t.Helper()
	a, b := reflect.ValueOf(plain(got)), reflect.ValueOf(plain(want))
	for i := range a.NumField() {
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			t.Errorf("%s is\n%+v, want\n%+v", a.Type().Field(i).Name, reflect.Indirect(a.Field(i)), reflect.Indirect(b.Field(i)))
		}
	}
}

// plain leaves out the version, the numbers of records and the order of
// what has none.
func plain(st consent.State) consent.State {
	st.Contact.Version = 0
	consents := map[consent.Scope]consent.Consent{}
	for scope, c := range st.Consents {
		c.Record = consent.RecordID{}
		consents[scope] = c
	}
	st.Consents = consents
	st.Links = slices.SortedFunc(slices.Values(st.Links), func(a, b consent.AccountLink) int {
		return bytes.Compare(a.Account.UUID[:], b.Account.UUID[:])
	})
	return st
}

func keepsContact(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	for name, until := range map[string]time.Time{"for good": {}, "for a while": noon().Add(90 * 24 * time.Hour)} {
		t.Run("suppressed "+name, func(t *testing.T) {
			c := s.anyone()
			c.Kind, c.Address, c.LinkedTo = consent.PhoneContact, "+441632960001", s.anyone().ID
			c.Unanswered = 4
			c.Suppression = consent.Suppression{Reason: consent.Rejected, Since: noon().Add(123_456 * time.Microsecond), Until: until}
			decide := s.everything(c)
			var want consent.State
			s.update(t, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
				ch, err := decide(st, now)
				ch.Contact = c
				want = st.After(ch, now)
				return ch, err
			})
			wantState(t, s.state(t, c.ID), want)
		})
	}
}

// keepsState walks at random through what can happen to three contacts, in turn
// through two processes, so that most decisions see what was read back.
func keepsState(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	processes := []*store.Store{s.store, openStore(t, databaseURL, store.Options{Now: clock.now})}
	contacts := []consent.Contact{s.anyone(), s.anyone(), s.anyone()}
	expected := map[consent.ContactID]consent.State{}
	for _, c := range contacts {
		expected[c.ID] = consent.State{Contact: consent.Contact{ID: c.ID}}
	}
	random := newRandom()
	for step := range 80 {
		clock.advance(4 * time.Minute) // not far enough for a message to be forgotten
		c := contacts[random.IntN(len(contacts))]
		var seen, next consent.State
		decide := noting(s.anything(random, c, expected[c.ID]), &seen, &next)
		must(t, processes[step%2].Update(t.Context(), c.ID, decide))
		wantState(t, seen, expected[c.ID])
		expected[c.ID] = next
	}
	CheckFold(t, s.db)
}

// noting is a decision that also tells what it saw and what it left.
func noting(decide consent.Decision, seen, left *consent.State) consent.Decision {
	return func(st consent.State, now time.Time) (consent.Change, error) {
		ch, err := decide(st, now)
		*seen, *left = st, st
		if !ch.IsEmpty() {
			*left = st.After(ch, now)
		}
		return ch, err
	}
}

// newRandom is the same walk every time.
func newRandom() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) } //nolint:gosec // nobody guesses at it

// keepsBatchState is the same walk, ten decisions of a contact at a time.
func keepsBatchState(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	c, random := s.contact(0), newRandom()
	var seen, left consent.State
	for range 12 {
		clock.advance(4 * time.Minute)
		release := s.hold(t)
		var done []<-chan error
		for range 10 {
			decide := noting(s.anything(random, c, left), &seen, &left)
			done = append(done, queue(t.Context(), s.store, c.ID, decide))
		}
		release()
		for i := range done {
			must(t, <-done[i])
		}
		wantState(t, s.state(t, c.ID), left)
	}
	CheckFold(t, s.db)
}

// anything is one of the commands, chosen at random.
func (s *shop) anything(random *rand.Rand, c consent.Contact, st consent.State) consent.Decision {
	account := consent.Account{Site: s.site.ID, HasAddress: random.IntN(2) == 0, Name: "Ada"}
	link := consent.AccountLink{Site: s.site.ID, Account: consent.ContactID{UUID: uuid.UUID{15: byte(random.IntN(3))}}}
	keep := consent.KeepAccount{Contact: c, Account: account}
	add := consent.LinkAddress{Contact: c, Link: link}
	unsubscribe := consent.Unsubscribe{Event: newEvent(), Contact: c, Channel: consent.Email, Suppress: true}
	single := *s
	single.site.Features = []consent.Feature{consent.MarketingPreferencesEnabled}
	decisions := []consent.Decision{
		s.signUp(c, 2),
		single.signUp(c, 2),
		s.toggle(c),
		s.enter(c),
		func(st consent.State, now time.Time) (consent.Change, error) {
			return unsubscribe.Decide(s.site, st, now), nil
		},
		func(st consent.State, now time.Time) (consent.Change, error) { return add.Decide(st, now), nil },
		func(st consent.State, now time.Time) (consent.Change, error) { return keep.Decide(st, now), nil },
		func(st consent.State, now time.Time) (consent.Change, error) {
			if random.IntN(4) > 0 { // or nobody is ever written to again
				return consent.Change{}, nil
			}
			return consent.Suppress{Event: newEvent(), Reason: consent.Bounced}.Decide(st, now), nil
		},
	}
	for _, v := range st.Verifications {
		decisions = append(decisions, s.confirm(v.ID), s.reject(v.ID))
	}
	return decisions[random.IntN(len(decisions))]
}

func readsState(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	known, unknown := s.anyone(), s.anyone()
	s.update(t, known.ID, s.everything(known))
	for _, c := range []consent.Contact{known, unknown} {
		got, err := s.store.State(t.Context(), c.ID)
		must(t, err)
		if got.Contact != s.state(t, c.ID).Contact {
			t.Errorf("got %+v, want %+v", got.Contact, s.state(t, c.ID).Contact)
		}
		wantState(t, got, s.state(t, c.ID))
	}
}

func forgetsMessages(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	c := s.anyone()
	s.update(t, c.ID, s.signUp(c, 0))
	for _, step := range []struct {
		later time.Duration
		want  int
	}{{0, 1}, {24*time.Hour - time.Microsecond, 1}, {time.Microsecond, 0}} {
		clock.advance(step.later)
		if n := len(s.state(t, c.ID).Queued); n != step.want {
			t.Errorf("after %v more, %d messages count, want %d", step.later, n, step.want)
		}
	}
}
