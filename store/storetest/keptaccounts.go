package storetest

import (
	"fmt"
	"strings"
	"testing"

	"assent/backoffice"
	"assent/consent"
	"assent/store"
)

func keptAccountScenarios() []scenario {
	return []scenario{
		{"an account the back office tells of comes back with its addresses", each(accountTold)},
		{"what the back office says of an account leaves one line, without personal data", each(accountLogged)},
		{"an account known from a login is found too, and leaves no line", each(accountSeen)},
		{"an address that was erased is none", each(accountErased)},
		{"an account that is told of in several ways at once has the links of the addresses it ends with", each(accountContested)},
	}
}

// ada is somebody with everything personal that an account can have.
func ada(t testing.TB) consent.Person {
	t.Helper()
	email, err := consent.ParseEmail("email", "Ada@mail.example")
	must(t, err)
	phone, err := consent.ParsePhone("phone", "+447400123456", "GB")
	must(t, err)
	return consent.Person{ID: "customer-1815", Email: email, Phone: phone, HasAddress: true, Name: "Ada Lovelace"}
}

func (s *shop) service() *consent.Service {
	return consent.NewService(s.store, hasher{}, consent.Settings{})
}

// accountOf finds an account as the back office does.
func (s *shop) accountOf(t testing.TB, customer string) backoffice.Account {
	t.Helper()
	id := s.service().ContactID(s.site.OrganisationID, consent.CustomerAddress(s.site.ID, customer))
	account, err := s.store.FindAccount(t.Context(), id)
	must(t, err)
	return account
}

func accountTold(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	person := ada(t)
	want := backoffice.Account{
		CustomerID: person.ID, SiteID: s.site.ID, Email: new("Ada@mail.example"), PhoneNumber: new("+447400123456"),
		HasAddress: true, Name: "Ada Lovelace", UpdatedAt: noon(),
		Contact: s.service().ContactID(s.site.OrganisationID, consent.CustomerAddress(s.site.ID, person.ID)),
	}
	must(t, s.service().KeepAccount(t.Context(), s.site, person, editor))
	same(t, "the account", s.accountOf(t, person.ID), want, nil)
	listed, err := s.store.ListAccounts(t.Context(), s.site.ID, backoffice.Page{Limit: 10})
	same(t, "the list", listed, []backoffice.Account{want}, err)

	must(t, s.service().KeepAccount(t.Context(), s.site, consent.Person{ID: person.ID}, editor))
	want.Email, want.PhoneNumber, want.HasAddress, want.Name = nil, nil, false, ""
	same(t, "the account without addresses", s.accountOf(t, person.ID), want, nil)
}

func accountLogged(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	person, renamed := ada(t), ada(t)
	renamed.Name, renamed.Phone = "", consent.Address{}
	keep := func(p consent.Person) func() error {
		return func() error { return s.service().KeepAccount(t.Context(), s.site, p, "somebody") }
	}
	text := s.text(t, s.site.OrganisationID, "text", consent.SiteID{})
	site, err := s.store.SiteByID(t.Context(), s.site.ID)
	must(t, err)
	answer := func(value bool) func() error {
		return func() error {
			request := consent.Request{Actor: consent.Actor{Kind: consent.BackOffice, ID: "somebody"}, Data: newEvent().Data}
			return errorOf(s.service().SetPreference(t.Context(), site, consent.Person{ID: person.ID}, text, value, request))
		}
	}
	for _, test := range []struct {
		action, subject string
		first           bool
		act             func() error
	}{
		{"CREATED", "account", true, keep(person)},
		{"UPDATED", "account", false, keep(renamed)},
		{"CREATED", "consent", true, answer(true)},
		{"UPDATED", "consent", false, answer(true)}, // the customer said it again
	} {
		line := s.logged(t, test.act)
		if line.Action != test.action || line.Subject != test.subject || line.Editor != "somebody" ||
			line.Organisation.UUID != s.site.OrganisationID.UUID || (line.Before == "") != test.first || line.After == "" {
			t.Errorf("the line is %+v, want that %s was %s", line, test.subject, test.action)
		}
		for _, private := range []string{"ada@", "lovelace", "7400123456", person.ID} { // ids may spell "ada"
			if strings.Contains(strings.ToLower(asJSON(t, line)), private) {
				t.Errorf("the line %+v says %q", line, private)
			}
		}
	}
	lines := len(s.adminRecords(t))
	must(t, keep(renamed)())
	if n := len(s.adminRecords(t)); n != lines {
		t.Errorf("%d lines say that nothing changed", n-lines)
	}
	CheckFold(t, s.db)
}

func accountSeen(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	lines := len(s.adminRecords(t))
	person := ada(t)
	request := consent.Request{Data: newEvent().Data}
	_, err := s.service().SetChannel(t.Context(), s.site, person, consent.Email, true, request)
	must(t, err)
	if got := s.accountOf(t, person.ID); got.CustomerID != person.ID || got.Email == nil || *got.Email != "Ada@mail.example" {
		t.Errorf("the account is %+v", got)
	}
	old := s.anyone()
	s.keep(t, old, consent.Account{Site: s.site.ID, Name: "Grace"}) // as before customer ids were kept
	if got, err := s.store.FindAccount(t.Context(), old.ID); err != nil || got.CustomerID != "" || got.Name != "Grace" {
		t.Errorf("an old account is %+v, %v", got, err)
	}
	if n := len(s.adminRecords(t)); n != lines {
		t.Errorf("%d lines were logged, want none", n-lines)
	}
}

func accountErased(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	must(t, s.service().KeepAccount(t.Context(), s.site, ada(t), editor))
	s.db.MustExecContext(t.Context(), `UPDATE contact SET address = '' WHERE kind = $1`, consent.EmailContact)
	if got := s.accountOf(t, "customer-1815"); got.Email != nil || got.PhoneNumber == nil {
		t.Errorf("the account is %+v, want the number and no e-mail address", got)
	}
}

// accountContested has two processes tell of accounts, each time with one of three
// e-mail addresses and numbers, so that some come back while others leave.
func accountContested(t *testing.T, databaseURL string) {
	const accounts, calls, addresses = 4, 24, 3
	s := newShop(t, databaseURL, store.Options{})
	processes := []*consent.Service{
		s.service(), consent.NewService(openStore(t, databaseURL, store.Options{}), hasher{}, consent.Settings{}),
	}
	for account := range accounts {
		var people []consent.Person
		for i := range addresses {
			p := consent.Person{ID: fmt.Sprintf("customer-%d", account)}
			var err error
			p.Email, err = consent.ParseEmail("email", fmt.Sprintf("%d-%d@mail.example", account, i))
			must(t, err)
			p.Phone, err = consent.ParsePhone("phone", fmt.Sprintf("+4474001234%d%d", account, i), "GB")
			must(t, err)
			people = append(people, p)
		}
		together(t, calls, func(i int) error {
			return processes[i%2].KeepAccount(t.Context(), s.site, people[(i/2)%addresses], editor)
		})
		s.wantKnown(t, people)
	}
}

// wantKnown checks that of the addresses of an account at different times the one
// that it has is known for a customer's.
func (s *shop) wantKnown(t testing.TB, people []consent.Person) {
	t.Helper()
	account := s.accountOf(t, people[0].ID)
	for _, p := range people {
		customer, _, err := s.store.Membership(t.Context(), s.service().ContactID(s.site.OrganisationID, p.Email), s.site.ID)
		must(t, err)
		if want := *account.Email == p.Email.String(); customer != want {
			t.Errorf("an address of %s is known for a customer's: %t, want %t", p.ID, customer, want)
		}
	}
}
