package consent_test

import (
	"testing"

	"assent/consent"
)

func foreignSite() consent.Site {
	s := shop()
	s.ID, s.OrganisationID, s.Slug = consent.SiteID{UUID: numbered(0x22)}, otherOrg, "foreign"
	return s
}

// pendingSignUp is a memory in which an address waits for confirmation at the shop.
func pendingSignUp(t testing.TB) (*memory, consent.ConfirmLink) {
	t.Helper()
	m := newMemory(shop(consent.DoubleOptIn), outlet(), foreignSite())
	anna := mailbox(t, "anna@example.com")
	if _, err := m.service().SignUp(t.Context(), shop(consent.DoubleOptIn), guest(t, anna)); err != nil {
		t.Fatal(err)
	}
	link := consent.ConfirmLink{Address: plainHasher{}.HashAddress(org, anna), Site: shopID, Verification: m.of(anna).Verifications[0].ID}
	m.steps = nil
	return m, link
}

func TestServiceFollowsLinks(t *testing.T) {
	same, sister, foreign := shop(), outlet(), foreignSite()
	for _, tt := range []struct {
		name  string
		site  consent.SiteID
		asked *consent.Site
		found bool
	}{
		{"on whatever host they arrive", shopID, nil, true},
		{"at their own site", shopID, &same, true},
		{"at another site of the organisation", shopID, &sister, true},
		{"but not at a site of another organisation", shopID, &foreign, false},
		{"but not of a site that is gone", consent.SiteID{UUID: numbered(0x23)}, nil, false},
	} {
		t.Run("to confirm "+tt.name, func(t *testing.T) {
			m, link := pendingSignUp(t)
			link.Site = tt.site
			want := map[bool]consent.ConfirmResult{true: consent.ConfirmOK, false: consent.ConfirmNotFound}[tt.found]
			answer, err := m.service().Confirm(t.Context(), link, tt.asked, landing(t))
			if err != nil || answer != want {
				t.Errorf("the answer is %s, %v", answer, err)
			}
			st := m.of(mailbox(t, "anna@example.com"))
			if st.Has(shopID, email) != tt.found || len(m.steps) > 0 != tt.found {
				t.Errorf("it writes %q", m.steps)
			}
		})
		t.Run("to unsubscribe "+tt.name, func(t *testing.T) {
			m, link := pendingSignUp(t)
			want := map[bool]consent.UnsubscribeResult{true: consent.UnsubscribeOK, false: consent.UnsubscribeNotFound}[tt.found]
			unsubscribe := consent.UnsubscribeLink{Address: link.Address, Site: tt.site, Channel: consent.Email}
			answer, err := m.service().Unsubscribe(t.Context(), unsubscribe, tt.asked, landing(t))
			if err != nil || answer != want {
				t.Errorf("the answer is %s, %v", answer, err)
			}
			if len(m.steps) > 0 != tt.found {
				t.Errorf("it writes %q", m.steps)
			}
		})
	}
}

func TestServiceConfirmsWithinTheLifetimeOfItsSettings(t *testing.T) {
	m, link := pendingSignUp(t)
	m.now = noon.Add(week + instant)
	if answer, err := m.service().Confirm(t.Context(), link, nil, landing(t)); err != nil || answer != consent.ConfirmExpired {
		t.Errorf("the answer is %s, %v", answer, err)
	}
	m.now = noon.Add(week)
	if answer, err := m.service().Confirm(t.Context(), link, nil, landing(t)); err != nil || answer != consent.ConfirmOK {
		t.Errorf("the answer is %s, %v", answer, err)
	}
}

func TestServiceRemembersWhereALinkLed(t *testing.T) {
	m, link := pendingSignUp(t)
	if _, err := m.service().Confirm(t.Context(), link, nil, landing(t)); err != nil {
		t.Fatal(err)
	}
	last := m.events[len(m.events)-1]
	if last.Actor.Kind != consent.Link || last.Data.LandingURL() != "https://shop.example/landing" || last.Data.MessageShown() != "" {
		t.Errorf("it remembers %+v", last)
	}
}

func TestServiceUnsubscribesWhoIsNotKnown(t *testing.T) {
	m := newMemory(shop())
	number := phone(t, "07400 123456")
	link := consent.UnsubscribeLink{Address: plainHasher{}.HashAddress(org, number), Site: shopID, Channel: consent.SMS}
	for range 2 {
		if answer, err := m.service().Unsubscribe(t.Context(), link, nil, landing(t)); err != nil || answer != consent.UnsubscribeOK {
			t.Fatalf("the answer is %s, %v", answer, err)
		}
	}
	c := m.of(number).Contact
	if len(m.records) != 1 || c.Kind != consent.PhoneContact || c.OrganisationID != org || c.Address != "" {
		t.Errorf("it records %+v of %+v", m.records, c)
	}
}
