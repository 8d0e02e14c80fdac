package storetest

import (
	"errors"
	"maps"
	"testing"
	"time"

	"assent/consent"
	"assent/store"

	"github.com/jmoiron/sqlx"
)

func updateScenarios() []scenario {
	return []scenario{
		{"a change is written to every table it concerns", each(writesEverything)},
		{"a record says what was decided, when, by whom and on what evidence", each(writesProof)},
		{"an unknown contact has a state with nothing but its id", each(knowsNobody)},
		{"a decision that changes nothing writes nothing", each(writesNothing)},
		{"a decision that returns an error writes nothing and its caller gets the error", each(returnsTheError)},
		{"a contact keeps its first creation time and counts its commits", each(countsCommits)},
	}
}

// rowCounts is how many rows of each table belong to a contact.
func rowCounts(t testing.TB, db *sqlx.DB, id consent.ContactID) map[string]int {
	t.Helper()
	counts := map[string]int{"contact": number(t, db, `SELECT count(*) FROM contact WHERE id = $1`, id)}
	for _, table := range []string{
		"consent", "verification", "campaign_entry", "account", "account_link", "outbox", "audit_record", "evidence",
	} {
		counts[table] = number(t, db, `SELECT count(*) FROM `+table+` WHERE contact_id = $1`, id)
	}
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
	return counts
}

func wantRows(t testing.TB, db *sqlx.DB, id consent.ContactID, want map[string]int) {
	t.Helper()
	if got := rowCounts(t, db, id); !maps.Equal(got, want) {
		t.Errorf("rows of the contact: %v, want %v", got, want)
	}
}

func writesEverything(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.everything(c))
	wantRows(t, s.db, c.ID, map[string]int{
		"contact": 1, "consent": 1, "verification": 1, "campaign_entry": 1, "account": 1, "account_link": 1, "outbox": 1,
		"audit_record": 3, // the entry, the request for the newsletter, the answer
		"evidence":     1,
	})
	CheckFold(t, s.db)
}

func writesProof(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	hash := consent.HashText(wording)
	found := number(t, s.db, `SELECT count(*) FROM audit_record r
JOIN evidence e ON e.contact_id = r.contact_id AND e.event_id = r.event_id
WHERE r.contact_id = $1 AND r.site_id = $2 AND r.purpose = 'EMAIL' AND r.action = 'GRANTED' AND r.at = $3 AND e.at = $3
AND r.actor_kind = 'VISITOR' AND r.actor_id = '' AND r.form_identifier = 'footer' AND r.text_hash = $4 AND r.preference_version = 0
AND e.form_location = 'https://shop.example/' AND e.landing_url = '' AND e.ip = '192.0.2.0' AND e.user_agent = 'Browser/1.0'`,
		c.ID, s.site.ID, store.Time{Time: clock.now()}, hash[:])
	if found != 1 {
		t.Errorf("%d records are as they were decided, want 1", found)
	}
}

func knowsNobody(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	wantState(t, s.state(t, c.ID), consent.State{Contact: consent.Contact{ID: c.ID}})
}

func writesNothing(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	s.update(t, c.ID, func(consent.State, time.Time) (consent.Change, error) { return consent.Change{}, nil })
	wantRows(t, s.db, c.ID, map[string]int{})
}

func returnsTheError(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	refused := errors.New("refused")
	decide := s.everything(c)
	err := s.store.Update(t.Context(), c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
		ch, _ := decide(st, now)
		return ch, refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("got %v, want the error of the decision", err)
	}
	wantRows(t, s.db, c.ID, map[string]int{})
}

func countsCommits(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	c := s.anyone()
	for range 3 {
		s.update(t, c.ID, s.toggle(c))
	}
	kept := number(t, s.db, `SELECT count(*) FROM contact c WHERE id = $1 AND version = 3
AND created_at = (SELECT min(at) FROM audit_record WHERE contact_id = c.id)
AND updated_at = (SELECT max(at) FROM audit_record WHERE contact_id = c.id)`, c.ID)
	if kept != 1 {
		t.Error("the contact is not at version 3, created with its first record and updated with its last")
	}
}
