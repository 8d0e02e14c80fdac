package consent_test

import (
	"slices"
	"testing"

	"assent/consent"
)

// person is a customer whose login knows everything.
func person(t testing.TB) consent.Person {
	t.Helper()
	return consent.Person{
		ID: "42", Email: mailbox(t, "anna@example.com"), Phone: phone(t, "07400 123456"), HasAddress: true, Name: "Anna",
	}
}

// fullShop offers every channel.
func fullShop(features ...consent.Feature) consent.Site {
	return shop(append(features, consent.PostalMarketing, consent.ThirdPartySettings)...)
}

func set(t testing.TB, m *memory, site consent.Site, p consent.Person, ch consent.Channel, value bool) {
	t.Helper()
	if !site.Offers(ch) {
		site = fullShop()
	}
	if refusal, err := m.service().SetChannel(t.Context(), site, p, ch, value, form(t)); err != nil || refusal != consent.UpdateDone {
		t.Fatalf("setting %s: %s, %v", ch, refusal, err)
	}
}

func setText(t testing.TB, m *memory, p consent.Person, id consent.PreferenceID, value bool) {
	t.Helper()
	if refusal, err := m.service().SetPreference(t.Context(), shop(), p, id, value, form(t)); err != nil || refusal != consent.UpdateDone {
		t.Fatalf("setting a text: %s, %v", refusal, err)
	}
}

func choices(t testing.TB, m *memory, site consent.Site, p consent.Person) consent.Choices {
	t.Helper()
	c, err := m.service().Choices(t.Context(), site, p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// is reports whether a channel is on offer and set so.
func is(got *bool, want bool) bool { return got != nil && *got == want }

func TestCustomerSetsEveryChannelAtOnce(t *testing.T) {
	m := newMemory()
	for _, ch := range []consent.Channel{consent.Email, consent.SMS, consent.Post, consent.ThirdParty} {
		for _, value := range []bool{true, false, true} {
			site := fullShop(consent.DoubleOptIn)
			set(t, m, site, person(t), ch, value)
			if got := choices(t, m, site, person(t)).Channel(ch); !is(got, value) {
				t.Errorf("%s is not %t", ch, value)
			}
		}
	}
}

func TestChannelNotOnOfferIsNeitherTrueNorFalse(t *testing.T) {
	c := choices(t, newMemory(), shop(), person(t))
	if c.Channel(consent.Post) != nil || c.Channel(consent.ThirdParty) != nil || c.Channel(consent.Email) == nil {
		t.Error("it is")
	}
}

func TestUpdateRefusals(t *testing.T) {
	bare := consent.Person{ID: "42"}
	for _, tt := range []struct {
		name    string
		site    consent.Site
		person  consent.Person
		channel consent.Channel
		value   bool
		want    consent.UpdateError
	}{
		{"EMAIL without an e-mail address", fullShop(), bare, consent.Email, true, "INSUFFICIENT_DATA"},
		{"SMS without a phone number", fullShop(), bare, consent.SMS, true, "INSUFFICIENT_DATA"},
		{"POST without an address", fullShop(), bare, consent.Post, true, "INSUFFICIENT_DATA"},
		{"POST where only e-mail is on offer", shop(), person(t), consent.Post, true, "NOT_AVAILABLE"},
		{"THIRD_PARTY where only e-mail is on offer", shop(), person(t), consent.ThirdParty, false, "NOT_AVAILABLE"},
		{"EMAIL where nothing is on offer", switchedOff(fullShop()), person(t), consent.Email, true, "NOT_AVAILABLE"},
		{"what is not on offer comes before what is missing", shop(), bare, consent.Post, true, "NOT_AVAILABLE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			refusal, err := m.service().SetChannel(t.Context(), tt.site, tt.person, tt.channel, tt.value, form(t))
			if err != nil || refusal != tt.want {
				t.Errorf("it gives %q, %v", refusal, err)
			}
			if len(m.steps) > 0 {
				t.Errorf("it writes %q", m.steps)
			}
		})
	}
}

func TestTurningOffNeedsNoData(t *testing.T) {
	for _, ch := range []consent.Channel{consent.Email, consent.SMS, consent.Post, consent.ThirdParty} {
		m := newMemory()
		set(t, m, fullShop(), consent.Person{ID: "42"}, ch, false)
		if len(m.records) != 1 || m.records[0].Action != consent.ActionWithdrawn {
			t.Errorf("%s: it records %+v", ch, m.records)
		}
	}
	set(t, newMemory(), fullShop(), consent.Person{ID: "42"}, consent.ThirdParty, true) // reaches nobody itself
}

func TestSettingAPreferenceText(t *testing.T) {
	m := newMemory()
	setText(t, m, person(t), news, true)
	if got := choices(t, m, shop(), person(t)); got.Preference(news).Status != consent.Granted || got.Preference(partners).Status != "" {
		t.Errorf("the choices are %+v and %+v", got.Preference(news), got.Preference(partners))
	}
	if got := describeRecord(m.records[0]); got != "GRANTED news v3" {
		t.Errorf("it records %s", got)
	}
	setText(t, m, person(t), news, false)
	if got := choices(t, m, shop(), person(t)).Preference(news); got.Status != consent.Withdrawn || !got.At.After(noon) {
		t.Errorf("the choice is %+v", got)
	}
}

func TestSettingATextNotOnOfferIsNotAvailableAndWritesNothing(t *testing.T) {
	m := newMemory()
	for _, value := range []bool{true, false} {
		refusal, err := m.service().SetPreference(t.Context(), withoutTexts(shop()), person(t), news, value, form(t))
		if err != nil || refusal != consent.UpdateNotAvailable || len(m.records) > 0 {
			t.Errorf("%t gives %q, %v and %d records", value, refusal, err, len(m.records))
		}
	}
}

func TestBackOfficeCanTellOfAWithdrawalFromATextNotOnOfferAnyMore(t *testing.T) {
	m := newMemory()
	setText(t, m, person(t), news, true)
	told := form(t)
	told.Actor = consent.Actor{Kind: consent.BackOffice, ID: "a key"}
	for value, want := range map[bool]consent.UpdateError{true: consent.UpdateNotAvailable, false: consent.UpdateDone} {
		refusal, err := m.service().SetPreference(t.Context(), withoutTexts(shop()), person(t), news, value, told)
		if err != nil || refusal != want {
			t.Errorf("%t gives %q, %v; want %q", value, refusal, err, want)
		}
	}
	if got := choices(t, m, shop(), person(t)).Preference(news).Status; got != consent.Withdrawn {
		t.Errorf("the choice is %s", got)
	}
}

func TestCustomerIsRememberedByAccountAndNotByAddress(t *testing.T) {
	m := newMemory()
	set(t, m, shop(), person(t), consent.Email, true)
	account := m.service().ContactID(org, consent.CustomerAddress(shopID, "42"))
	last := m.events[len(m.events)-1]
	if want := (consent.Actor{Kind: consent.Customer, ID: account.String()}); last.Actor != want {
		t.Errorf("the actor is %+v", last.Actor)
	}
	if c := m.states[account].Contact; c.Kind != consent.CustomerContact || c.Address != "" {
		t.Errorf("the account is the contact %+v", c)
	}
}

func TestFirstMutationWritesTextLinksAccountAndConsentInThisOrder(t *testing.T) {
	m := newMemory()
	set(t, m, shop(), person(t), consent.Email, true)
	if want := []string{"text", "EMAIL", "PHONE", "CUSTOMER", "EMAIL"}; !slices.Equal(m.steps, want) {
		t.Errorf("it writes %q: the account comes after its links", m.steps)
	}
	m.steps = nil
	set(t, m, shop(), person(t), consent.Email, true)
	if want := []string{"text", "EMAIL"}; !slices.Equal(m.steps, want) {
		t.Errorf("the second mutation writes %q", m.steps)
	}
}
