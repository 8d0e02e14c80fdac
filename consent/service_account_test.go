package consent_test

import (
	"slices"
	"testing"

	"assent/consent"
)

// One person, one consent.

func TestNewsletterSignUpBeforeTheAccountIsVisibleAfterLogin(t *testing.T) {
	m := newMemory()
	for _, a := range []consent.Address{person(t).Email, person(t).Phone} {
		if _, err := m.service().SignUp(t.Context(), shop(), guest(t, a, news)); err != nil {
			t.Fatal(err)
		}
	}
	got := choices(t, m, shop(), person(t))
	if !is(got.Channel(consent.Email), true) || !is(got.Channel(consent.SMS), true) || got.Preference(news).Status != consent.Granted {
		t.Error("it is not")
	}
	if got := choices(t, m, outlet(), person(t)); !is(got.Channel(consent.Email), false) || got.Preference(news).Status != "" {
		t.Error("it is visible at another site too")
	}
}

func TestUnsubscribeLinkTurnsTheCustomersPreferenceOff(t *testing.T) {
	m := newMemory(shop())
	set(t, m, shop(), person(t), consent.Email, true)
	set(t, m, shop(), person(t), consent.SMS, true)
	setText(t, m, person(t), news, true)
	for channel, a := range map[consent.Channel]consent.Address{consent.Email: person(t).Email, consent.SMS: person(t).Phone} {
		link := consent.UnsubscribeLink{Address: plainHasher{}.HashAddress(org, a), Site: shopID, Channel: channel}
		if answer, err := m.service().Unsubscribe(t.Context(), link, nil, landing(t)); err != nil || answer != consent.UnsubscribeOK {
			t.Fatalf("the answer is %s, %v", answer, err)
		}
		if !is(choices(t, m, shop(), person(t)).Channel(channel), false) {
			t.Errorf("%s is still on", channel)
		}
	}
	if got := choices(t, m, shop(), person(t)).Preference(news).Status; got != consent.Withdrawn {
		t.Errorf("the choice on the text is %q", got)
	}
}

func TestGuestSignUpOfACustomersAddressIsADuplicate(t *testing.T) {
	m := newMemory()
	set(t, m, shop(), person(t), consent.Email, true)
	if answer, err := m.service().SignUp(t.Context(), shop(), guest(t, person(t).Email)); err != nil || answer != consent.SignUpDuplicate {
		t.Errorf("the answer is %s, %v", answer, err)
	}
}

func TestPostAndThirdPartyBelongToTheAccount(t *testing.T) {
	m := newMemory()
	partner := person(t)
	partner.ID = "43" // shares the mailbox
	for _, ch := range []consent.Channel{consent.Post, consent.ThirdParty} {
		set(t, m, fullShop(), person(t), ch, true)
		if !is(choices(t, m, fullShop(), person(t)).Channel(ch), true) || !is(choices(t, m, fullShop(), partner).Channel(ch), false) {
			t.Errorf("%s does not", ch)
		}
	}
}

func TestTextsOfAnAccountWithoutEmailAreKeptOnTheAccount(t *testing.T) {
	m := newMemory()
	p := consent.Person{ID: "42", Phone: phone(t, "07400 123456")}
	setText(t, m, p, news, true)
	if choices(t, m, shop(), p).Preference(news).Status != consent.Granted {
		t.Error("the choice is lost")
	}
	if len(m.of(p.Phone).Consents) > 0 || !m.of(consent.CustomerAddress(shopID, "42")).Has(shopID, news.Purpose()) {
		t.Error("it is kept elsewhere")
	}
}

func TestConsentStaysWithTheOldAddress(t *testing.T) {
	m := newMemory()
	before, after := person(t), person(t)
	after.Email, after.Phone = mailbox(t, "anna.new@example.com"), phone(t, "07400 123457")
	set(t, m, shop(), before, consent.Email, true)
	set(t, m, shop(), before, consent.SMS, true)
	set(t, m, fullShop(), before, consent.Post, true)
	setText(t, m, before, news, true)

	got := choices(t, m, fullShop(), after)
	if !is(got.Channel(consent.Email), false) || !is(got.Channel(consent.SMS), false) || got.Preference(news).Status != "" {
		t.Error("the new address does not start with none")
	}
	if !is(got.Channel(consent.Post), true) {
		t.Error("post does not stay with the account")
	}
	m.steps = nil
	set(t, m, fullShop(), after, consent.Post, true)
	if want := []string{"text", "EMAIL", "PHONE", "CUSTOMER", "CUSTOMER"}; !slices.Equal(m.steps, want) {
		t.Errorf("the next mutation writes %q", m.steps)
	}
	old, fresh := m.of(before.Email), m.of(after.Email)
	if !old.Has(shopID, email) || !m.of(before.Phone).Has(shopID, sms) || !old.Has(shopID, news.Purpose()) {
		t.Error("the consent does not stay with the old address")
	}
	for address, want := range map[consent.Address]consent.Membership{
		before.Email: consent.ReceivesMarketing, after.Email: consent.CustomerAlreadyExists,
	} {
		if is, err := m.service().Membership(t.Context(), shop(), address); err != nil || is != want {
			t.Errorf("%s is %s, %v; want %s", address, is, err, want)
		}
	}
	if len(fresh.Consents) != 0 || fresh.Contact.Address != "anna.new@example.com" {
		t.Errorf("the new address is %+v", fresh)
	}
}

func TestLoginThatKnowsLessUsesWhatIsKnown(t *testing.T) {
	m := newMemory()
	set(t, m, shop(), person(t), consent.Email, true)
	bare := consent.Person{ID: "42"}
	if !is(choices(t, m, shop(), bare).Channel(consent.Email), true) {
		t.Error("the customer does not see their consent")
	}
	m.steps = nil
	for _, ch := range []consent.Channel{consent.Email, consent.SMS, consent.Post} {
		set(t, m, fullShop(), bare, ch, true)
	}
	if want := []string{"text", "EMAIL", "text", "PHONE", "text", "CUSTOMER"}; !slices.Equal(m.steps, want) {
		t.Errorf("it writes %q, though it learns nothing new of the account", m.steps)
	}
	if st := m.of(person(t).Email); !st.Has(shopID, email) || st.Contact.Address != "anna@example.com" || len(st.Links) != 1 {
		t.Errorf("the address is now %+v", st)
	}
}

func TestReadingChoicesWritesNothing(t *testing.T) {
	m := newMemory()
	choices(t, m, fullShop(), person(t))
	if len(m.steps) > 0 || m.calls != 1 {
		t.Errorf("it writes %q in %d calls", m.steps, m.calls)
	}
}
