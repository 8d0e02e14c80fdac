package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func observedScenarios() []scenario {
	return []scenario{
		{"an observer is told how many changes shared a transaction and how long each waited", each(observesSharing)},
		{"an observer is told of a batch that is repeated in parts and of the part that is given up", each(observesParts)},
		{"an observer is told of another attempt", onPostgres(observesRetry)},
		{"an observer is told how many shared a query", each(observesReads)},
	}
}

// observed notes what an observer is told.
type observed struct {
	mu                                              sync.Mutex
	waited, committed, retried, split, failed, read int
	shared                                          []int // changes of each transaction
	odd                                             string
}

var _ store.Observer = (*observed)(nil)

func (o *observed) note(what *int, by int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	*what += by
}

func (o *observed) Waited(d time.Duration) {
	o.note(&o.waited, 1)
	if d < 0 || d > time.Minute {
		o.odd = fmt.Sprintf("waited %s", d)
	}
}

func (o *observed) Committed(changes int, took, write time.Duration) {
	o.note(&o.committed, 1)
	o.shared = append(o.shared, changes)
	if write <= 0 || took < write {
		o.odd = fmt.Sprintf("the transaction took %s and writing %s", took, write)
	}
}

func (o *observed) Retried()         { o.note(&o.retried, 1) }
func (o *observed) Split()           { o.note(&o.split, 1) }
func (o *observed) Failed()          { o.note(&o.failed, 1) }
func (o *observed) Read(callers int) { o.note(&o.read, callers) }

// wants compares what was told of one transaction since the last time, once nothing is
// under way.
func (o *observed) wants(t *testing.T, waited, retried, split, failed int) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	got, want := []int{o.waited, o.committed, o.retried, o.split, o.failed}, []int{waited, 1, retried, split, failed}
	if fmt.Sprint(got) != fmt.Sprint(want) || o.odd != "" {
		t.Errorf("told of %v waits, commits, retries, splits, failures, want %v; %s", got, want, o.odd)
	}
	o.waited, o.committed, o.retried, o.split, o.failed, o.shared = 0, 0, 0, 0, 0, nil
}

func observesSharing(t *testing.T, databaseURL string) {
	o := &observed{}
	s := newShop(t, databaseURL, store.Options{Observer: o})
	var done []<-chan error
	release := s.hold(t)
	for i := range 5 {
		done = append(done, queue(t.Context(), s.store, s.contact(i).ID, s.toggle(s.contact(i))))
	}
	release()
	for i := range done {
		must(t, <-done[i])
	}
	if fmt.Sprint(o.shared) != "[5]" {
		t.Errorf("transactions with %v changes, want 5: what held them up changed nothing", o.shared)
	}
	o.wants(t, 6, 0, 0, 0)
}

func observesParts(t *testing.T, databaseURL string) {
	o := &observed{}
	s := newShop(t, databaseURL, store.Options{Observer: o})
	entered, other := s.contact(1), s.contact(2)
	s.update(t, entered.ID, s.everything(entered))
	o.wants(t, 1, 0, 0, 0)
	release := s.hold(t)
	refused := queue(t.Context(), s.store, entered.ID, s.enterTwice(entered))
	accepted := queue(t.Context(), s.store, other.ID, s.toggle(other))
	release()
	must(t, <-accepted)
	if <-refused == nil {
		t.Error("a second entry was accepted")
	}
	o.wants(t, 3, 0, 1, 1)
}

func observesRetry(t *testing.T, databaseURL string) {
	o := &observed{}
	s := newShop(t, databaseURL, store.Options{Observer: o})
	second := openStore(t, databaseURL, store.Options{})
	c := s.anyone()
	interfere, toggle, first := s.choose(c, true), s.toggle(c), true
	s.update(t, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
		if first {
			first = false
			if err := second.Update(t.Context(), c.ID, interfere); err != nil {
				return consent.Change{}, fmt.Errorf("interfering: %w", err)
			}
		}
		return toggle(st, now)
	})
	o.wants(t, 1, 1, 0, 0)
}

func observesReads(t *testing.T, databaseURL string) {
	o := &observed{}
	s := newShop(t, databaseURL, store.Options{Observer: o})
	together(t, 20, func(int) error {
		_, err := s.store.Account(t.Context(), s.anyone().ID)
		return err
	})
	if o.read != 20 {
		t.Errorf("told of %d callers, want 20", o.read)
	}
}
