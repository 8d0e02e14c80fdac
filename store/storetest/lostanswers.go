package storetest

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func lostAnswerScenarios() []scenario {
	return []scenario{
		{"a COMMIT that happened but whose answer is lost is not repeated", onPostgres(answerLost)},
		{"a COMMIT that never arrived is made again", onPostgres(commitLost)},
		{"a COMMIT that arrives after it was given up is not repeated", onPostgres(commitLate)},
		{"an answer lost twice in a row is no different", onPostgres(answerLostTwice)},
		{"a server that ends the connection within a transaction is asked again", onPostgres(terminated)},
	}
}

// IsCommit reports whether the message is a COMMIT.
func IsCommit(kind byte, body string) bool { return kind == 'Q' && body == "COMMIT\x00" }

// isParse reports whether the message prepares a statement containing text.
func isParse(kind byte, body, text string) bool { return kind == 'P' && strings.Contains(body, text) }

// fault gives the next commits a verdict, once it is armed.
type fault struct {
	left atomic.Int64
	then Verdict
}

func (f *fault) watch(kind byte, body string, _ func()) Verdict {
	if IsCommit(kind, body) && f.left.Add(-1) >= 0 {
		return f.then
	}
	return Pass
}

func answerLost(t *testing.T, databaseURL string) { commitOnce(t, databaseURL, 1, PassLast) }

func commitLost(t *testing.T, databaseURL string) { commitOnce(t, databaseURL, 1, Drop) }

func answerLostTwice(t *testing.T, databaseURL string) { commitOnce(t, databaseURL, 2, PassLast) }

// commitOnce breaks the next commits of single requests and of a batch.
func commitOnce(t *testing.T, databaseURL string, times int64, then Verdict) {
	f := &fault{then: then}
	s := newShop(t, databaseURL, store.Options{})
	s.store = openStore(t, Interpose(t, databaseURL, f.watch), store.Options{})
	t.Run("alone", func(t *testing.T) {
		f.left.Store(times)
		c := s.anyone()
		s.update(t, c.ID, s.everything(c))
		s.wantOnce(t, f, c)
	})
	t.Run("in a batch", func(t *testing.T) {
		s.commitBatch(t, func() { f.left.Store(times) })
		s.wantOnce(t, f, s.contact(0), s.contact(1), s.contact(2))
	})
	CheckFold(t, s.db)
}

// commitBatch commits three changes together, and two more of one of those
// contacts, one of which writes no record. What armed does happens before the
// batch's COMMIT and after any other's.
func (s *shop) commitBatch(t *testing.T, arm func()) {
	t.Helper()
	var once sync.Once
	release := s.hold(t)
	var done []<-chan error
	for i := range 3 {
		decide := s.everything(s.contact(i))
		done = append(done, queue(t.Context(), s.store, s.contact(i).ID, func(st consent.State, now time.Time) (consent.Change, error) {
			once.Do(arm)
			return decide(st, now)
		}))
	}
	link := consent.LinkAddress{Contact: s.contact(2), Link: consent.AccountLink{Site: s.site.ID, Account: s.anyone().ID}}
	done = append(done, queue(t.Context(), s.store, s.contact(2).ID, func(st consent.State, now time.Time) (consent.Change, error) {
		return link.Decide(st, now), nil
	}), queue(t.Context(), s.store, s.contact(3).ID, s.toggle(s.contact(3))))
	release()
	for i := range done {
		must(t, <-done[i])
	}
	s.wantAlternating(t, s.contact(3), 1)
	if n := number(t, s.db, `SELECT count(*) FROM account_link WHERE contact_id = $1`, s.contact(2).ID); n != 2 {
		t.Errorf("%d links, want 2", n)
	}
}

// wantOnce checks that the fault happened and that each contact was written once.
func (s *shop) wantOnce(t *testing.T, f *fault, contacts ...consent.Contact) {
	t.Helper()
	if f.left.Load() >= 0 {
		t.Error("the connection was not broken as often as it should have been")
	}
	for _, c := range contacts {
		n := number(t, s.db, `SELECT count(*) FROM audit_record WHERE contact_id = $1`, c.ID)
		version := number(t, s.db, `SELECT version FROM contact WHERE id = $1`, c.ID)
		if n != 3 || version != 1 {
			t.Errorf("%d records at version %d, want the 3 of one change at version 1", n, version)
		}
	}
}

// commitLate lets the COMMIT through only once the next attempt is about to
// write, so that the first look for the lost transaction does not find it.
func commitLate(t *testing.T, databaseURL string) {
	var writes atomic.Int64
	retrying := make(chan struct{})
	s := newShop(t, databaseURL, store.Options{})
	s.store = openStore(t, Interpose(t, databaseURL, func(kind byte, body string, hangUp func()) Verdict {
		switch {
		case isParse(kind, body, "write_batch") && writes.Add(1) == 2:
			close(retrying)
		case IsCommit(kind, body) && writes.Load() == 1:
			hangUp()
			<-retrying
		}
		return Pass
	}), store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.everything(c))
	wantRows(t, s.db, c.ID, map[string]int{
		"contact": 1, "consent": 1, "verification": 1, "campaign_entry": 1, "account": 1, "account_link": 1, "outbox": 1,
		"audit_record": 3, "evidence": 1,
	})
	if writes.Load() < 2 {
		t.Error("the change was not tried again")
	}
	CheckFold(t, s.db)
}

// terminated is what a restart or a failover of the server looks like.
func terminated(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	name := newName()
	s.store = openStore(t, databaseURL+"&application_name="+name, store.Options{})
	var once sync.Once
	c := s.anyone()
	toggle := s.toggle(c)
	s.update(t, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
		once.Do(func() {
			number(t, s.db, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1`, name)
		})
		return toggle(st, now)
	})
	s.wantAlternating(t, c, 1)
	CheckFold(t, s.db)
}
