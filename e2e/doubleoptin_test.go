package e2e

import (
	"strings"
	"testing"
)

func doubleOptInScenarios() []scenario {
	return []scenario{
		{"a sign-up takes effect when the link in the mail is confirmed", confirmsByMail},
		{"confirming again answers the same and records nothing", confirmsAgain},
		{"asking again while it waits is recorded, and no second mail is sent at once", asksAgain},
		{"the pause between mails holds over all sites of an organisation and not beyond", pausesOverSites},
		{"ticked preference texts wait for the confirmation too", confirmsBoxes},
		{"a site's letters lead to its own pages", leadsToOwnPages},
		{"an address that unsubscribed needs confirmation also where others do not", confirmsAfterLeaving},
	}
}

func confirmsByMail(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(double), s.email("ada")
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	visitor.knows(email, isNotAMember)
	visitor.does(confirm(s.linkTo(t, confirmPage, email)), "OK", granted("EMAIL"))
	visitor.knows(email, isSubscribed)
	visitor.does(signUp("EMAIL", email), "DUPLICATE", requested("EMAIL"))
}

func confirmsAgain(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(double), s.email("grace")
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	l := s.linkTo(t, confirmPage, email)
	visitor.does(confirm(l), "OK", granted("EMAIL"))
	visitor.does(confirm(l), "OK")
	visitor.knows(email, isSubscribed)
}

func asksAgain(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(double), s.email("alan")
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	first := s.letterTo(t, email)
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	if again := s.letterTo(t, email); again.Text != first.Text {
		t.Error("the first letter was replaced")
	}
	visitor.does(confirm(first.link(t, confirmPage)), "OK", granted("EMAIL"))
}

func pausesOverSites(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("mary")
	visitor.at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	visitor.at(ownPages).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	s.letterTo(t, email)
	visitor.at(elsewhere).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	if letters := s.lettersTo(t, email); len(letters) != 2 {
		t.Errorf("%d letters wait, want one of each organisation", len(letters))
	}
}

func confirmsBoxes(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(double), s.email("kay")
	customer := s.customer(t, claims{"sub": email, "email": email}).at(double)
	op := signUp("EMAIL", email).with("preferenceIds", []string{products})
	visitor.does(op, "REQUIRES_VERIFICATION", requested("EMAIL"), requested(preference(products)))
	customer.sees(optedIn, `{"customer":{"preferences":[{"optedIn":false},{"optedIn":false}]}}`)
	visitor.does(confirm(s.linkTo(t, confirmPage, email)), "OK", granted("EMAIL"), granted(preference(products)))
	customer.sees(optedIn, `{"customer":{"preferences":[{"optedIn":false},{"optedIn":true}]}}`)
}

func leadsToOwnPages(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(ownPages), s.email("joan")
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	l := s.letterTo(t, email)
	confirming := l.link(t, "shop.own.example/welcome")
	if !strings.HasPrefix(confirming.page, strings.Split(ownConfirm, "?")[0]+"?") || !strings.Contains(confirming.page, "lang=en") {
		t.Errorf("the link is %s, want %s with the token added", confirming.page, ownConfirm)
	}
	visitor.does(confirm(confirming), "OK", granted("EMAIL"))
	visitor.does(unsubscribe(l.link(t, ownGoodbye)), "OK", withdrawn("EMAIL"))
}

func confirmsAfterLeaving(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("jean")
	customer := s.customer(t, claims{"sub": email, "email": email})
	customer.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	customer.does(update("EMAIL", false, email), nil, withdrawn("EMAIL"))
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	customer.sees(emailAndSMS, `{"customer":{"email":false,"sms":false}}`)
	visitor.does(confirm(s.linkTo(t, confirmPage, email)), "OK", granted("EMAIL"))
	customer.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
}
