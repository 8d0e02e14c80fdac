package e2e

import "testing"

func discreetScenarios() []scenario {
	return []scenario{
		{"a site with neutral responses never tells whether an address is known", tellsNothing},
		{"a site with neutral responses tells the owner of the mailbox instead", tellsOwner},
	}
}

func tellsNothing(t *testing.T, s *shop) {
	visitor, email, number := s.visitor(t).at(discreet), s.email("ada"), s.phone()
	ada := s.customer(t, claims{"sub": email, "email": email}).at(discreet)
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	visitor.does(signUp("EMAIL", email), "OK", requested("EMAIL"))
	visitor.does(signUp("SMS", number), "OK", granted("SMS"))
	visitor.does(signUp("SMS", number), "OK", requested("SMS"))
	visitor.knows(email, isNotAMember)
	ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	visitor.knows(email, isNotAMember)
	ada.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
}

func tellsOwner(t *testing.T, s *shop) {
	email := s.email("grace")
	grace := s.customer(t, claims{"sub": email, "email": email}).at(discreet)
	grace.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	s.visitor(t).at(discreet).does(signUp("EMAIL", email), "OK", requested("EMAIL"))
	if l := s.letterTo(t, email); l.link(t, unsubscribePage).token == "" {
		t.Errorf("the letter is %+v", l)
	}
}
