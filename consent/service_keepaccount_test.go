package consent_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"assent/consent"
)

func TestAnAccountOfTheBackOfficeIsKnownBeforeItsFirstLogin(t *testing.T) {
	m := newMemory()
	if choices(t, m, shop(), consent.Person{ID: "42"}).KnowsAccount() {
		t.Error("an account nobody told of is known")
	}
	if _, err := m.service().SignUp(t.Context(), shop(), guest(t, person(t).Email)); err != nil {
		t.Fatal(err)
	}
	keep(t, m, person(t))
	got := choices(t, m, shop(), consent.Person{ID: "42"})
	if !got.KnowsAccount() || !is(got.Channel(consent.Email), true) {
		t.Error("the account does not have the consent of its address")
	}
	if is, err := m.service().Membership(t.Context(), shop(), person(t).Email); err != nil || is != consent.CustomerAlreadyExists {
		t.Errorf("the address is %s, %v", is, err)
	}
	if account := m.of(consent.CustomerAddress(shopID, "42")).Account; account.CustomerID != "42" || account.Name != "Anna" || !account.HasAddress {
		t.Errorf("it is kept as %+v", account)
	}
}

func TestTheBackOfficeWritesTheAccountAfterItsLinks(t *testing.T) {
	m := newMemory()
	keep(t, m, person(t))
	if want := []string{"EMAIL", "PHONE", "CUSTOMER"}; !slices.Equal(m.steps, want) {
		t.Errorf("it writes %q", m.steps)
	}
}

// A login that knows less leaves the rest as it is; the back office knows it all.
func TestWhatTheBackOfficeDoesNotTellTheAccountHasNot(t *testing.T) {
	m := newMemory()
	set(t, m, shop(), person(t), consent.Email, true)
	keep(t, m, consent.Person{ID: "42", Phone: person(t).Phone})
	got := choices(t, m, fullShop(), consent.Person{ID: "42"})
	if !is(got.Channel(consent.Email), false) {
		t.Error("the account still has the consent of an address it has no longer")
	}
	if st := m.of(person(t).Email); !st.Has(shopID, email) {
		t.Errorf("the consent does not stay with the address: %+v", st)
	}
	if is, err := m.service().Membership(t.Context(), shop(), person(t).Email); err != nil || is != consent.ReceivesMarketing {
		t.Errorf("the address that the account has no longer is %s, %v", is, err)
	}
	refusal, err := m.service().SetChannel(t.Context(), fullShop(), consent.Person{ID: "42"}, consent.Post, true, form(t))
	if err != nil || refusal != consent.UpdateInsufficientData {
		t.Errorf("post without a postal address gives %q, %v", refusal, err)
	}
}

// interrupted is a memory in which others act before some of the calls.
type interrupted struct {
	*memory
	calls  int
	before map[int]func()
}

func (i *interrupted) call() {
	i.calls++
	if act := i.before[i.calls]; act != nil {
		act()
	}
}

func (i *interrupted) Update(ctx context.Context, id consent.ContactID, decide consent.Decision) error {
	i.call()
	return i.memory.Update(ctx, id, decide)
}

func (i *interrupted) Account(ctx context.Context, id consent.ContactID, others ...consent.ContactID) (consent.AccountView, error) {
	i.call()
	return i.memory.Account(ctx, id, others...)
}

// home is an account with one of three e-mail addresses.
func home(t testing.TB, i int) consent.Person {
	t.Helper()
	return consent.Person{ID: "42", Email: mailbox(t, []string{"a@example.com", "b@example.com", "c@example.com"}[i])}
}

// belongings lists for each of those addresses whether the account has it and
// whether it is known for a customer's.
func belongings(t testing.TB, m *memory) (has, known []bool) {
	t.Helper()
	account := m.of(consent.CustomerAddress(shopID, "42")).Account
	for i := range 3 {
		address := home(t, i).Email
		is, err := m.service().Membership(t.Context(), shop(), address)
		if err != nil {
			t.Fatal(err)
		}
		has = append(has, account.Email == plainHasher{}.HashAddress(org, address).ContactID())
		known = append(known, is == consent.CustomerAlreadyExists)
	}
	return has, known
}

func TestHoweverOthersMoveAnAccountMeanwhileItIsKnownByItsAddress(t *testing.T) {
	const calls = 3
	for first := range calls {
		for second := range calls {
			for others := range 9 {
				m := newMemory()
				keep(t, m, home(t, 0))
				i := &interrupted{memory: m, before: map[int]func(){}}
				i.before[first+1] = func() { keep(t, m, home(t, others%3)) }
				i.before[first+second+2] = func() { keep(t, m, home(t, others/3)) }
				if err := consent.NewService(i, plainHasher{}, consent.Settings{}).KeepAccount(t.Context(), shop(), home(t, 1), editor); err != nil {
					t.Fatal(err)
				}
				if has, known := belongings(t, m); !slices.Equal(has, known) {
					t.Errorf("others move it to %d before call %d and to %d %d calls later: it has %t, and known are %t",
						others%3, first+1, others/3, second+1, has, known)
				}
			}
		}
	}
}

func TestAMoveCutShortLeavesTheAccountKnownByItsAddress(t *testing.T) {
	for failing := 1; ; failing++ {
		m := newMemory()
		keep(t, m, home(t, 0))
		m.calls, m.failing = 0, failing
		err := m.service().KeepAccount(t.Context(), shop(), home(t, 1), editor)
		if err == nil {
			return
		}
		m.failing = 0
		if has, known := belongings(t, m); !errors.Is(err, errStorage) || !slices.Equal(has, known) {
			t.Errorf("cut short in call %d: it has %t, and known are %t; %v", failing, has, known, err)
		}
	}
}
