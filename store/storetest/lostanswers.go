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
		{"a commit that happened but whose answer is lost is not repeated", onPostgres(answerLost)},
		{"a commit that never arrived is made again", onPostgres(commitLost)},
		{"a commit that never arrived is made again, and not repeated when that answer is lost", onPostgres(commitThenAnswerLost)},
		{"a commit that arrives after it was given up is not repeated", onPostgres(commitLate)},
		{"a commit that arrives after its repetition was given up too is not repeated", onPostgres(commitLater)},
		{"a server that ends the connections while a batch is decided is asked again", onPostgres(terminated)},
	}
}

// IsCommit reports whether the message is what a commit waits for: COMMIT, or the
// end of the statement that is a batch.
func IsCommit(kind byte, body string) bool {
	return kind == 'Q' && body == "COMMIT\x00" || kind == 'S' && strings.Contains(body, "write_batch")
}

// isBind reports whether the message gives arguments to a statement containing text.
func isBind(kind byte, body, text string) bool { return kind == 'B' && strings.Contains(body, text) }

// isParse reports whether the message prepares a statement containing text.
func isParse(kind byte, body, text string) bool { return kind == 'P' && strings.Contains(body, text) }

// fault gives a verdict to each of the next commits, once it is armed.
type fault struct {
	verdicts []Verdict
	next     atomic.Int64
}

func newFault(verdicts ...Verdict) *fault {
	f := &fault{verdicts: verdicts}
	f.next.Store(int64(len(verdicts)))
	return f
}

func (f *fault) arm() { f.next.Store(0) }

func (f *fault) watch(kind byte, body string, _ func()) Verdict {
	if !IsCommit(kind, body) {
		return Pass
	}
	if n := f.next.Add(1) - 1; n < int64(len(f.verdicts)) {
		return f.verdicts[n]
	}
	return Pass
}

// wantStruck checks that it happened as often as it should have.
func (f *fault) wantStruck(t *testing.T, what string) {
	t.Helper()
	if n := f.next.Load(); n < int64(len(f.verdicts)) {
		t.Errorf("%s: %d commits, want at least %d", what, n, len(f.verdicts))
	}
}

func answerLost(t *testing.T, databaseURL string) { commitOnce(t, databaseURL, PassLast) }

func commitLost(t *testing.T, databaseURL string) { commitOnce(t, databaseURL, Drop) }

func commitThenAnswerLost(t *testing.T, databaseURL string) {
	commitOnce(t, databaseURL, Drop, PassLast)
}

// commitOnce breaks the next commits of single requests and of a batch.
func commitOnce(t *testing.T, databaseURL string, verdicts ...Verdict) {
	f := newFault(verdicts...)
	s := newShop(t, databaseURL, store.Options{})
	s.store = openStore(t, Interpose(t, databaseURL, f.watch), store.Options{})
	t.Run("alone", func(t *testing.T) {
		f.arm()
		c := s.anyone()
		s.update(t, c.ID, s.everything(c))
		s.wantOnce(t, f, c)
	})
	t.Run("in a batch", func(t *testing.T) {
		s.commitBatch(t, f.arm)
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
	f.wantStruck(t, "a batch")
	for _, c := range contacts {
		n := number(t, s.db, `SELECT count(*) FROM audit_record WHERE contact_id = $1`, c.ID)
		version := number(t, s.db, `SELECT version FROM contact WHERE id = $1`, c.ID)
		if n != 3 || version != 1 {
			t.Errorf("%d records at version %d, want the 3 of one change at version 1", n, version)
		}
	}
}

// commitLate lets the commit through only once the next attempt is about to
// write, so that the first look for the lost transaction does not find it.
func commitLate(t *testing.T, databaseURL string) {
	var writes atomic.Int64
	retrying := make(chan struct{})
	wantWrittenOnce(t, databaseURL, func(kind byte, body string, hangUp func()) Verdict {
		switch {
		case isBind(kind, body, "write_batch") && writes.Add(1) == 2:
			close(retrying)
		case IsCommit(kind, body) && writes.Load() == 1:
			hangUp()
			<-retrying
		}
		return Pass
	})
	if writes.Load() < 2 {
		t.Error("the change was not tried again")
	}
}

// commitLater lets it through only once the next attempt, which waits for it, has
// been given up as well.
func commitLater(t *testing.T, databaseURL string) {
	var commits atomic.Int64
	again := make(chan struct{})
	wantWrittenOnce(t, databaseURL, func(kind byte, body string, hangUp func()) Verdict {
		if !IsCommit(kind, body) {
			return Pass
		}
		switch commits.Add(1) {
		case 1:
			hangUp()
			<-again
		case 2:
			hangUp()
			close(again)
		}
		return Pass
	})
	if commits.Load() < 2 {
		t.Error("the change was not tried again")
	}
}

// wantWrittenOnce makes one change through a network that does what watch says.
func wantWrittenOnce(t *testing.T, databaseURL string, watch Watcher) {
	t.Helper()
	s := newShop(t, databaseURL, store.Options{})
	s.store = openStore(t, Interpose(t, databaseURL, watch), store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.everything(c))
	wantRows(t, s.db, c.ID, map[string]int{
		"contact": 1, "consent": 1, "verification": 1, "campaign_entry": 1, "account": 1, "account_link": 1, "outbox": 1,
		"audit_record": 3, "evidence": 1,
	})
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
