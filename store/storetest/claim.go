package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

const lease = time.Minute

func claimScenarios() []scenario {
	return []scenario{
		{"what is queued is due at once, the oldest first, with its address", each(claimsInOrder)},
		{"messages are claimed by channel", each(claimsByChannel)},
		{"a message is handed out once, however many processes ask at once", each(claimsOnce)},
		{"a claim that is not finished ends with its lease", each(claimsAgain)},
		{"what is finished is not due any more", each(finishes)},
		{"what failed is due again after a while, and its failures are counted", each(retries)},
		{"whoever comes back after the lease changes nothing", each(finishesTooLate)},
		{"parked messages are listed, and due again when somebody says so", each(requeues)},
		{"only the parked messages that are named are due again", each(requeuesSome)},
		{"what waits or is parked is cancelled when somebody says so, and stays as it is when sent", each(cancels)},
		{"only messages queued before a moment are cancelled", each(cancelsOlder)},
		{"any number of messages is queued again or cancelled", each(cancelsMany)},
		{"the backlog is counted by channel and status", each(countsBacklog)},
		{"what was sent lately is counted, up to a bound", each(countsSent)},
		{"a claim passes over messages that somebody else is just taking", onPostgres(claimsPastLocks)},
		{"a failed transaction finishes nothing", each(finishesAllOrNothing)},
	}
}

// queued signs n people up, a second apart, and returns their contacts.
func (s *shop) queued(t *testing.T, clock *manual, n int) []consent.Contact {
	t.Helper()
	var contacts []consent.Contact
	for range n {
		c := s.anyone()
		s.update(t, c.ID, s.signUp(c, 0))
		clock.advance(time.Second)
		contacts = append(contacts, c)
	}
	return contacts
}

func (s *shop) claim(t *testing.T, limit int) []consent.Claimed {
	t.Helper()
	claimed, err := s.store.Claim(t.Context(), consent.Email, limit, lease)
	must(t, err)
	return claimed
}

func (s *shop) finish(t *testing.T, c consent.Claimed, as consent.Delivery) {
	t.Helper()
	as.Contact, as.ID, as.Claim = c.Contact, c.ID, c.Claim
	must(t, s.store.Finish(t.Context(), []consent.Delivery{as}))
}

func newOutbox(t *testing.T, databaseURL string) (*shop, *manual) {
	t.Helper()
	clock := &manual{}
	return newShop(t, databaseURL, store.Options{Now: clock.now}), clock
}

func recipients(messages []consent.Claimed) []consent.ContactID {
	var ids []consent.ContactID
	for _, m := range messages {
		ids = append(ids, m.Contact)
	}
	return ids
}

func claimsInOrder(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	if early := s.claim(t, 10); len(early) > 0 {
		t.Fatalf("there is nothing to send, and yet %+v", early)
	}
	people := s.queued(t, clock, 3)
	claimed := s.claim(t, 2)
	if !slices.Equal(recipients(claimed), []consent.ContactID{people[0].ID, people[1].ID}) {
		t.Fatalf("got %v, want the two oldest of %v", recipients(claimed), people)
	}
	m := claimed[0]
	want := consent.Outgoing{
		ID: m.ID, Contact: people[0].ID, AddressKind: consent.EmailContact, Address: people[0].Address,
		Kind: consent.ConfirmMessage, Site: s.site.ID, Verification: s.state(t, people[0].ID).Verifications[0].ID,
		QueuedAt: noon(), Status: consent.Waiting,
	}
	if m.Outgoing != want || m.Attempts != 0 {
		t.Errorf("got %+v\nwant %+v", m, want)
	}
	if rest := s.claim(t, 10); !slices.Equal(recipients(rest), []consent.ContactID{people[2].ID}) {
		t.Errorf("then %v, want the third", recipients(rest))
	}
}

func claimsByChannel(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 1)
	phone := s.anyone()
	phone.Kind, phone.Address = consent.PhoneContact, "+441632960001"
	s.update(t, phone.ID, s.signUp(phone, 0))
	texts, err := s.store.Claim(t.Context(), consent.SMS, 10, lease)
	must(t, err)
	if !slices.Equal(recipients(texts), []consent.ContactID{phone.ID}) {
		t.Errorf("got %+v, want the one to the number", texts)
	}
	if mails := s.claim(t, 10); len(mails) != 1 || mails[0].Contact == phone.ID {
		t.Errorf("got %+v, want the other", mails)
	}
}

func claimsOnce(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	people := s.queued(t, clock, 30)
	processes := []*store.Store{s.store, openStore(t, databaseURL, store.Options{Now: clock.now})}
	taken := make([][]consent.Claimed, 12)
	together(t, len(taken), func(i int) error {
		for {
			claimed, err := processes[i%2].Claim(t.Context(), consent.Email, 3, lease)
			if err != nil || len(claimed) == 0 {
				return err
			}
			taken[i] = append(taken[i], claimed...)
		}
	})
	seen := map[consent.ContactID]int{}
	for _, m := range slices.Concat(taken...) {
		seen[m.Contact]++
	}
	for _, c := range people {
		if seen[c.ID] != 1 {
			t.Errorf("a message was handed out %d times", seen[c.ID])
		}
	}
}

func claimsAgain(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 1)
	first := s.claim(t, 1)[0]
	clock.advance(lease - time.Microsecond)
	if early := s.claim(t, 1); len(early) > 0 {
		t.Fatal("it is handed out within the lease")
	}
	clock.advance(time.Microsecond)
	second := s.claim(t, 1)
	if len(second) != 1 || second[0].ID != first.ID || second[0].Claim <= first.Claim || second[0].Attempts != 0 {
		t.Errorf("after the lease: %+v, want %+v once more", second, first)
	}
}

func finishes(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 3)
	for _, status := range []consent.DeliveryStatus{consent.Sent, consent.Dropped, consent.Parked} {
		s.finish(t, s.claim(t, 1)[0], consent.Delivery{Status: status, Reason: "because"})
	}
	clock.advance(365 * 24 * time.Hour)
	if again := s.claim(t, 10); len(again) > 0 {
		t.Errorf("a year later %+v are due", again)
	}
	listed, err := s.store.Outbox(t.Context(), 10)
	must(t, err)
	for i, want := range []consent.DeliveryStatus{consent.Parked, consent.Dropped, consent.Sent} {
		if listed[i].Status != want || listed[i].Reason != "because" {
			t.Errorf("message %d is %s because %q, want %s", i, listed[i].Status, listed[i].Reason, want)
		}
	}
}

func retries(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 1)
	s.finish(t, s.claim(t, 1)[0], consent.Delivery{Status: consent.Waiting, Failed: true, Retry: time.Hour, Reason: "451"})
	clock.advance(time.Hour - time.Microsecond)
	if early := s.claim(t, 1); len(early) > 0 {
		t.Fatal("it is due too early")
	}
	clock.advance(time.Microsecond)
	again := s.claim(t, 1)
	if len(again) != 1 || again[0].Attempts != 1 || again[0].Reason != "451" {
		t.Fatalf("an hour later: %+v", again)
	}
	s.finish(t, again[0], consent.Delivery{Status: consent.Waiting}) // released untried
	if released := s.claim(t, 1); len(released) != 1 || released[0].Attempts != 1 {
		t.Errorf("released: %+v, want it due at once and no attempt counted", released)
	}
}

func finishesTooLate(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 1)
	late := s.claim(t, 1)[0]
	clock.advance(lease)
	current := s.claim(t, 1)[0]
	s.finish(t, late, consent.Delivery{Status: consent.Parked, Reason: "too late"})
	s.finish(t, current, consent.Delivery{Status: consent.Sent})
	s.finish(t, late, consent.Delivery{Status: consent.Waiting, Failed: true})
	listed, err := s.store.Outbox(t.Context(), 1)
	must(t, err)
	if listed[0].Status != consent.Sent || listed[0].Reason != "" || len(s.claim(t, 1)) > 0 {
		t.Errorf("it is %s because %q", listed[0].Status, listed[0].Reason)
	}
}

func countsBacklog(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 4)
	claimed := s.claim(t, 2)
	s.finish(t, claimed[0], consent.Delivery{Status: consent.Sent})
	s.finish(t, claimed[1], consent.Delivery{Status: consent.Parked})
	got, err := s.store.Backlog(t.Context())
	must(t, err)
	want := []consent.Backlog{
		{Channel: consent.Email, Status: consent.Parked, Count: 1, Oldest: noon().Add(time.Second)},
		{Channel: consent.Email, Status: consent.Waiting, Count: 2, Oldest: noon().Add(2 * time.Second), Due: noon().Add(2 * time.Second)},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func countsSent(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 4)
	for _, m := range s.claim(t, 3) {
		s.finish(t, m, consent.Delivery{Status: consent.Sent})
		clock.advance(10 * time.Minute)
	}
	for _, tt := range []struct {
		within time.Duration
		most   int
		want   int
	}{{time.Hour, 100, 3}, {time.Hour, 2, 2}, {25 * time.Minute, 100, 2}, {5 * time.Minute, 100, 0}} {
		if n, err := s.store.Sent(t.Context(), tt.within, tt.most); n != tt.want || err != nil {
			t.Errorf("within %v, at most %d: %d %v, want %d", tt.within, tt.most, n, err, tt.want)
		}
	}
}

func claimsPastLocks(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	people := s.queued(t, clock, 2)
	tx, err := s.db.BeginTxx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback() //nolint:errcheck // it only holds a lock
	_, err = tx.ExecContext(t.Context(), `SELECT 1 FROM outbox WHERE contact_id = $1 FOR UPDATE`, people[0].ID)
	must(t, err)
	if got := recipients(s.claim(t, 10)); !slices.Equal(got, []consent.ContactID{people[1].ID}) {
		t.Errorf("got %v, want the one that is free", got)
	}
}

func finishesAllOrNothing(t *testing.T, databaseURL string) {
	s, clock := newOutbox(t, databaseURL)
	s.queued(t, clock, 2)
	claimed := s.claim(t, 2)
	bad := consent.Delivery{Contact: claimed[1].Contact, ID: claimed[1].ID, Claim: claimed[1].Claim, Status: consent.Sent}
	if onServer(databaseURL) {
		bad.Reason = "no \x00 in PostgreSQL"
	} else {
		s.db.MustExecContext(t.Context(), `CREATE TRIGGER refuse BEFORE UPDATE ON outbox WHEN NEW.id = '`+bad.ID.String()+
			`' BEGIN SELECT RAISE(ABORT, 'refused'); END`)
	}
	good := consent.Delivery{Contact: claimed[0].Contact, ID: claimed[0].ID, Claim: claimed[0].Claim, Status: consent.Sent}
	err := s.store.Finish(t.Context(), []consent.Delivery{good, bad})
	if err == nil || strings.Contains(err.Error(), "mail.example") {
		t.Fatalf("it succeeds, or names an address: %v", err)
	}
	if n, err := s.store.Sent(t.Context(), time.Hour, 10); n != 0 || err != nil {
		t.Errorf("%d are finished all the same, %v", n, err)
	}
}
