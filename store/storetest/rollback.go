package storetest

import (
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func rollbackScenarios() []scenario {
	return []scenario{
		{"a change the database refuses leaves nothing behind", each(refusedLeavesNothing)},
		{"a change the database refuses as it commits leaves nothing behind", onPostgres(refusedAtCommit)},
		{"the error of a refused change quotes nothing of it", each(refusedQuotesNothing)},
		{"in a batch, a change that breaks a constraint harms nobody else", each(duplicateAlone)},
		{"in a batch, a text the database cannot hold harms nobody else", onPostgres(unstorableAlone)},
	}
}

func refusedLeavesNothing(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.everything(c))
	rows, state := rowCounts(t, s.db, c.ID), s.state(t, c.ID)
	if err := s.store.Update(t.Context(), c.ID, s.enterTwice(c)); err == nil {
		t.Fatal("a second entry was accepted")
	}
	wantRows(t, s.db, c.ID, rows)
	wantState(t, s.state(t, c.ID), state)
	CheckFold(t, s.db)
	s.update(t, c.ID, s.choose(c, true))
}

// refusedAtCommit has the server say first that the statement is complete, and then that
// its transaction is not.
func refusedAtCommit(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	s.db.MustExecContext(t.Context(), `CREATE FUNCTION object() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE CONSTRAINT TRIGGER object AFTER INSERT ON contact DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION object()`)
	c := s.anyone()
	if err := s.store.Update(t.Context(), c.ID, s.everything(c)); err == nil {
		t.Fatal("it was accepted")
	}
	for table, n := range rowCounts(t, s.db, c.ID) {
		if n > 0 {
			t.Errorf("%d rows are in %s", n, table)
		}
	}
	s.db.MustExecContext(t.Context(), `DROP TRIGGER object ON contact`)
	s.update(t, c.ID, s.everything(c))
}

func refusedQuotesNothing(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.everything(c))
	err := s.store.Update(t.Context(), c.ID, s.enterTwice(c))
	if err == nil {
		t.Fatal("a second entry was accepted")
	}
	for _, private := range []string{c.Address, c.ID.String(), "Ada", "size", s.campaign.ID, "192.0.2.0"} {
		if strings.Contains(err.Error(), private) {
			t.Errorf("the error %q quotes %q", err, private)
		}
	}
}

func duplicateAlone(t *testing.T, databaseURL string) {
	refusedAlone(t, databaseURL, func(s *shop, c consent.Contact) consent.Decision { return s.enterTwice(c) })
}

func unstorableAlone(t *testing.T, databaseURL string) {
	refusedAlone(t, databaseURL, func(s *shop, c consent.Contact) consent.Decision {
		decide := s.choose(c, true)
		return func(st consent.State, now time.Time) (consent.Change, error) {
			ch, err := decide(st, now)
			ch.Contact.Address = "ada\x00@mail.example"
			return ch, err
		}
	})
}

// refusedAlone puts a change between others in a batch, on a contact that has
// entered the campaign.
func refusedAlone(t *testing.T, databaseURL string, faulty func(*shop, consent.Contact) consent.Decision) {
	t.Helper()
	s := newShop(t, databaseURL, store.Options{})
	entered := s.contact(1)
	s.update(t, entered.ID, s.everything(entered))
	before := rowCounts(t, s.db, entered.ID)

	release := s.hold(t)
	refused := queue(t.Context(), s.store, entered.ID, faulty(s, entered))
	others := map[consent.ContactID]<-chan error{
		s.contact(0).ID: queue(t.Context(), s.store, s.contact(0).ID, s.everything(s.contact(0))),
		s.contact(2).ID: queue(t.Context(), s.store, s.contact(2).ID, s.everything(s.contact(2))),
	}
	after := queue(t.Context(), s.store, entered.ID, s.choose(entered, true))
	release()

	if err := <-refused; err == nil {
		t.Error("the faulty change was accepted")
	}
	for id, done := range others {
		must(t, <-done)
		wantRows(t, s.db, id, before)
	}
	must(t, <-after)
	before["audit_record"]++
	before["evidence"]++
	before["consent"]++
	wantRows(t, s.db, entered.ID, before)
	CheckFold(t, s.db)
}
