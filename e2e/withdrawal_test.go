package e2e

import "testing"

func withdrawalScenarios() []scenario {
	return []scenario{
		{"a link in a mail ends e-mail and the preference texts of that address at that site", leavesByMail},
		{"unsubscribing again answers the same and records nothing", leavesAgain},
		{"a link from before an unsubscribe does not subscribe again", outdatesLink},
		{"unsubscribing while a confirmation waits ends it", leavesWhileWaiting},
		{"a link works whatever site of the organisation the request names", leavesFromAnySite},
	}
}

func leavesByMail(t *testing.T, s *shop) {
	visitor, email, number := s.visitor(t), s.email("ada"), s.phone()
	customer := s.customer(t, claims{"sub": email, "email": email, "phone_number": number})
	visitor.does(signUp("EMAIL", email).with("preferenceIds", []string{offers}), "OK", granted("EMAIL"), granted(preference(offers)))
	visitor.does(signUp("SMS", number), "OK", granted("SMS"))
	customer.at(plain).does(update("EMAIL", true, email), nil, granted("EMAIL"))

	visitor.does(unsubscribe(s.linkTo(t, unsubscribePage, email)), "OK", withdrawn("EMAIL"), withdrawn(preference(offers)))
	customer.sees(emailAndSMS, `{"customer":{"email":false,"sms":true}}`)
	customer.sees(optedIn, `{"customer":{"preferences":[{"optedIn":false},{"optedIn":false}]}}`)
	customer.at(plain).sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
}

func leavesAgain(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("grace")
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	l := s.linkTo(t, unsubscribePage, email)
	visitor.does(unsubscribe(l), "OK", withdrawn("EMAIL"))
	visitor.does(unsubscribe(l), "OK")
	visitor.knows(email, isNotAMember)
	if letters := s.lettersTo(t, email); len(letters) != 1 {
		t.Errorf("%d letters wait, want the first one only", len(letters))
	}
}

func outdatesLink(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(double), s.email("alan")
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	l := s.letterTo(t, email)
	visitor.does(confirm(l.link(t, confirmPage)), "OK", granted("EMAIL"))
	visitor.does(unsubscribe(l.link(t, unsubscribePage)), "OK", withdrawn("EMAIL"))
	visitor.does(confirm(l.link(t, confirmPage)), "EXPIRED")
	visitor.knows(email, isNotAMember)
}

func leavesWhileWaiting(t *testing.T, s *shop) {
	visitor, email := s.visitor(t).at(double), s.email("mary")
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	l := s.letterTo(t, email)
	visitor.does(unsubscribe(l.link(t, unsubscribePage)), "OK", withdrawn("EMAIL"))
	visitor.does(confirm(l.link(t, confirmPage)), "EXPIRED")
	visitor.knows(email, isNotAMember)
}

func leavesFromAnySite(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("kay")
	visitor.at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	l := s.letterTo(t, email)
	visitor.at(plain).does(confirm(l.link(t, confirmPage)), "OK", granted("EMAIL"))
	visitor.at(double).knows(email, isSubscribed)
	visitor.atHost("nobody.example").does(unsubscribe(l.link(t, unsubscribePage)), "OK", withdrawn("EMAIL"))
	visitor.at(double).knows(email, isNotAMember)
}
