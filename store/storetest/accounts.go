package storetest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func accountScenarios() []scenario {
	return []scenario{
		{"an account nobody told of is not there", each(accountUnknown)},
		{"an account comes back as it was told of", each(accountKept)},
		{"the consents of the account, of its addresses and of the others asked for come back", each(accountConsents)},
		{"200 callers at once each get their own and nothing else", each(accountCrowd)},
		{"callers that wait together share queries, and one that leaves is let go", onPostgres(accountShared)},
	}
}

// customer is an account with an e-mail address, and the answers both gave.
type customer struct {
	account consent.Contact
	email   consent.Contact
	known   consent.Account
}

func (s *shop) customer(t testing.TB) customer {
	t.Helper()
	c := customer{account: s.anyone(), email: s.anyone()}
	c.account.Kind, c.account.Address = consent.CustomerContact, ""
	c.known = consent.Account{Site: s.site.ID, Email: c.email.ID, HasAddress: true, Name: "Ada Lovelace"}
	s.keep(t, c.account, c.known)
	s.update(t, c.account.ID, s.chooseFor(c.account, consent.Post.Purpose(), true))
	s.update(t, c.email.ID, s.choose(c.email, false))
	return c
}

func (s *shop) keep(t testing.TB, c consent.Contact, a consent.Account) {
	t.Helper()
	cmd := consent.KeepAccount{Contact: c, Account: a}
	s.update(t, c.ID, func(st consent.State, now time.Time) (consent.Change, error) { return cmd.Decide(st, now), nil })
}

// wantConsents checks whose consents a view holds, and how many of each.
func wantConsents(t testing.TB, view consent.AccountView, want map[consent.ContactID]int) {
	t.Helper()
	got := map[consent.ContactID]int{}
	for id, consents := range view.Consents {
		if len(consents) > 0 {
			got[id] = len(consents)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("consents by contact: %v, want %v", got, want)
	}
}

func accountUnknown(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	view, err := s.store.Account(t.Context(), s.anyone().ID, s.anyone().ID)
	must(t, err)
	if view.Account != nil {
		t.Errorf("got %+v, want no account", *view.Account)
	}
	wantConsents(t, view, map[consent.ContactID]int{})
}

func accountKept(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	for _, want := range []consent.Account{
		{Site: s.site.ID},
		{CustomerID: "1815", Site: s.site.ID, Email: s.anyone().ID, Phone: s.anyone().ID, HasAddress: true, Name: "Ada Lovelace"},
		{CustomerID: "1815", Site: s.site.ID, Phone: s.anyone().ID, Name: "Ada"},
	} {
		s.keep(t, c, want)
		view, err := s.store.Account(t.Context(), c.ID)
		must(t, err)
		if view.Account == nil || *view.Account != want {
			t.Errorf("got %+v, want %+v", view.Account, want)
		}
		if st := s.state(t, c.ID); st.Account == nil || *st.Account != want {
			t.Errorf("a decision sees %+v, want %+v", st.Account, want)
		}
	}
}

func accountConsents(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c, phone, other := s.customer(t), s.anyone(), s.anyone()
	c.known.Phone = phone.ID
	s.keep(t, c.account, c.known)
	s.update(t, phone.ID, s.chooseFor(phone, consent.SMS.Purpose(), true))
	s.update(t, other.ID, s.choose(other, true))
	s.update(t, other.ID, s.chooseFor(other, consent.ThirdParty.Purpose(), false))

	view, err := s.store.Account(t.Context(), c.account.ID, other.ID, c.email.ID)
	must(t, err)
	wantConsents(t, view, map[consent.ContactID]int{c.account.ID: 1, c.email.ID: 1, phone.ID: 1, other.ID: 2})
	for id, consents := range view.Consents {
		if want := s.state(t, id).Consents; !maps.Equal(consents, want) {
			t.Errorf("got %v, want what a decision sees: %v", consents, want)
		}
	}
}

func accountCrowd(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	customers := make([]customer, 8)
	for i := range customers {
		customers[i] = s.customer(t)
	}
	together(t, 200, func(i int) error { return s.wantOwn(t, customers, i) })
}

// wantOwn asks for the account of one customer and, every second time, for the
// address of the next one too.
func (s *shop) wantOwn(t testing.TB, customers []customer, i int) error {
	c, next := customers[i%len(customers)], customers[(i+1)%len(customers)].email.ID
	want := map[consent.ContactID]int{c.account.ID: 1, c.email.ID: 1}
	var others []consent.ContactID
	if i%2 == 0 {
		others = append(others, next)
		want[next] = 1
	}
	view, err := s.store.Account(t.Context(), c.account.ID, others...)
	if err != nil {
		return err
	}
	if view.Account == nil || *view.Account != c.known {
		t.Errorf("got %+v, want %+v", view.Account, c.known)
	}
	wantConsents(t, view, want)
	return nil
}

// accountShared holds the first queries back in the proxy until everybody waits.
func accountShared(t *testing.T, databaseURL string) {
	const callers = 200
	s := newShop(t, databaseURL, store.Options{})
	c := s.customer(t)
	var queries atomic.Int64
	everybody := make(chan struct{})
	s.store = openStore(t, Interpose(t, databaseURL, func(kind byte, body string, _ func()) Verdict {
		if isParse(kind, body, "FROM account") {
			queries.Add(1)
			<-everybody
		}
		return Pass
	}), store.Options{})

	done := make(chan error, callers)
	for range callers {
		<-s.ask(t.Context(), c, done)
	}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	<-s.ask(ctx, c, left)
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v, want %v", err, context.Canceled)
	}
	close(everybody)
	for range callers {
		must(t, <-done)
	}
	if n := queries.Load(); n > callers/10 {
		t.Errorf("%d callers took %d queries", callers, n)
	}
}

// ask reads an account and tells when the call stands in the queue.
func (s *shop) ask(ctx context.Context, c customer, done chan<- error) (queued <-chan struct{}) {
	noticing := &noticingContext{Context: ctx, noticed: make(chan struct{})}
	go func() {
		view, err := s.store.Account(noticing, c.account.ID)
		if err == nil && !slices.Contains(slices.Collect(maps.Keys(view.Consents)), c.email.ID) {
			err = errors.New("the consents of the e-mail address are missing")
		}
		done <- err
	}()
	return noticing.noticed
}
