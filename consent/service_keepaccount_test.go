package consent_test

import (
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
	if st := m.of(person(t).Email); !st.Has(shopID, email) || len(st.Links) > 0 {
		t.Errorf("the consent does not stay with the address, or the link does: %+v", st)
	}
	if st := m.of(person(t).Phone); len(st.Links) != 1 {
		t.Errorf("the number, which was told, is %+v", st)
	}
	refusal, err := m.service().SetChannel(t.Context(), fullShop(), consent.Person{ID: "42"}, consent.Post, true, form(t))
	if err != nil || refusal != consent.UpdateInsufficientData {
		t.Errorf("post without a postal address gives %q, %v", refusal, err)
	}
}
