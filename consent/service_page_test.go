package consent_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"assent/consent"
)

// signedUp is a memory in which Anna waits for confirmation of e-mail and the news.
func signedUp(t testing.TB) (*memory, consent.ConfirmLink) {
	t.Helper()
	m := newMemory(shop(consent.DoubleOptIn), outlet(), foreignSite())
	anna := mailbox(t, "anna@example.com")
	request := guest(t, anna)
	request.Preferences = []consent.PreferenceID{news}
	if _, err := m.service().SignUp(t.Context(), shop(consent.DoubleOptIn), request); err != nil {
		t.Fatal(err)
	}
	link := consent.ConfirmLink{Address: plainHasher{}.HashAddress(org, anna), Site: shopID, Verification: m.of(anna).Verifications[0].ID}
	m.steps, m.committed = nil, nil
	return m, link
}

func TestThePageOfAConfirmationLink(t *testing.T) {
	m, link := signedUp(t)
	s := m.service()
	page, result, err := s.ConfirmPage(t.Context(), link, nil)
	if err != nil || result != consent.ConfirmOK {
		t.Fatal(result, err)
	}
	if page.Done || page.Channel != consent.Email || page.Address != "a•••@e•••.com" || page.Site.ID != shopID ||
		!slices.Equal(page.Texts, []string{"news v3"}) {
		t.Errorf("before: %+v", page)
	}
	if len(m.steps) > 0 || m.of(mailbox(t, "anna@example.com")).Contact.Unanswered != 1 {
		t.Errorf("looking writes %q", m.steps)
	}
	if _, err := s.Confirm(t.Context(), link, nil, landing(t)); err != nil {
		t.Fatal(err)
	}
	if page, result, _ := s.ConfirmPage(t.Context(), link, nil); !page.Done || result != consent.ConfirmOK {
		t.Errorf("afterwards: %s %+v", result, page)
	}
	m.now = m.now.Add(52 * week)
	if page, result, _ := s.ConfirmPage(t.Context(), link, nil); !page.Done || result != consent.ConfirmOK {
		t.Errorf("a year later: %s %+v", result, page)
	}
}

func TestThePageOfAnExpiredLinkKnowsItsSite(t *testing.T) {
	m, link := signedUp(t)
	m.now = m.now.Add(week + time.Second)
	page, result, err := m.service().ConfirmPage(t.Context(), link, nil)
	if err != nil || result != consent.ConfirmExpired || page.Site.ID != shopID {
		t.Errorf("%s %+v %v", result, page, err)
	}
}

func TestThePagesOfOtherLinks(t *testing.T) {
	m, link := signedUp(t)
	s := m.service()
	unsubscribe := consent.UnsubscribeLink{Address: link.Address, Site: shopID, Channel: consent.Email}
	rejection, rejected, err := s.RejectPage(t.Context(), link, nil)
	if err != nil || rejected != consent.RejectOK || rejection.Done {
		t.Errorf("%s %+v %v", rejected, rejection, err)
	}
	farewell, unsubscribed, err := s.UnsubscribePage(t.Context(), unsubscribe, nil)
	if err != nil || unsubscribed != consent.UnsubscribeOK || farewell.Done || farewell.Address != "a•••@e•••.com" {
		t.Errorf("%s %+v %v", unsubscribed, farewell, err)
	}
	if len(m.steps) > 0 {
		t.Fatalf("looking writes %q", m.steps)
	}
	if _, err := s.Reject(t.Context(), link, nil, landing(t)); err != nil {
		t.Fatal(err)
	}
	rejection, _, _ = s.RejectPage(t.Context(), link, nil)
	farewell, _, _ = s.UnsubscribePage(t.Context(), unsubscribe, nil)
	if !rejection.Done || !farewell.Done {
		t.Errorf("after a rejection there is nothing left to do: %t %t", rejection.Done, farewell.Done)
	}
}

func TestAPageTellsNothingOfALinkThatLeadsNowhere(t *testing.T) {
	m, link := signedUp(t)
	s, foreign := m.service(), foreignSite()
	nobody, gone := link, link
	nobody.Address[0]++
	gone.Site.UUID[0]++
	for name, ask := range map[string]func() (consent.LinkPage, string, error){
		"an unknown address, to confirm": func() (consent.LinkPage, string, error) {
			p, r, err := s.ConfirmPage(t.Context(), nobody, nil)
			return p, string(r), err
		},
		"an unknown address, to reject": func() (consent.LinkPage, string, error) {
			p, r, err := s.RejectPage(t.Context(), nobody, nil)
			return p, string(r), err
		},
		"another organisation": func() (consent.LinkPage, string, error) {
			p, r, err := s.ConfirmPage(t.Context(), link, &foreign)
			return p, string(r), err
		},
		"a site that is gone": func() (consent.LinkPage, string, error) {
			p, r, err := s.UnsubscribePage(t.Context(), consent.UnsubscribeLink{Address: link.Address, Site: gone.Site}, nil)
			return p, string(r), err
		},
	} {
		page, result, err := ask()
		if result != "NOT_FOUND" || err != nil || page.Address != "" {
			t.Errorf("%s: %s %+v %v", name, result, page, err)
		}
	}
}

func TestAFailureToReadIsNotTakenForAnUnknownLink(t *testing.T) {
	for failing := 1; failing <= 3; failing++ {
		m, link := signedUp(t)
		m.calls, m.failing = 0, failing
		if _, result, err := m.service().ConfirmPage(t.Context(), link, nil); err == nil {
			t.Errorf("call %d fails, and the answer is %s", failing, result)
		}
	}
}

func TestWhatIsDurableIsToldOnce(t *testing.T) {
	m, link := signedUp(t)
	if _, err := m.service().SignUp(t.Context(), shop(consent.DoubleOptIn), guest(t, mailbox(t, "anna@example.com"))); err != nil {
		t.Fatal(err)
	}
	if len(m.committed) != 1 || m.committed[0].Held != consent.HeldCapped {
		t.Errorf("the service tells of %+v", m.committed)
	}
	m.committed, m.calls, m.failing = nil, 0, 2 // reading the site, then writing
	if _, err := m.service().Confirm(t.Context(), link, nil, landing(t)); err == nil || len(m.committed) > 0 {
		t.Errorf("it tells of what failed: %+v %v", m.committed, err)
	}
}

func TestABounceIsRemembered(t *testing.T) {
	m, link := signedUp(t)
	if err := m.service().Suppress(t.Context(), link.Address.ContactID(), consent.Bounced); err != nil {
		t.Fatal(err)
	}
	got := m.of(mailbox(t, "anna@example.com"))
	if got.Contact.Suppression.Reason != consent.Bounced || !reflect.DeepEqual(m.steps, []string{"EMAIL"}) {
		t.Errorf("%+v, having written %q", got.Contact, m.steps)
	}
}
