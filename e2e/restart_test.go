package e2e

import (
	"testing"
)

// TestRestart is about what must outlive the process: consents, logins, and the
// links in letters sent before.
func TestRestart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		email := s.email("ada")
		ada := s.customer(t, claims{"sub": email, "email": email})
		ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
		waiting := s.waiting(t, "grace")

		s.restart(t)
		ada.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
		s.visitor(t).knows(email, isCustomer)
		s.visitor(t).does(signUp("EMAIL", email), "DUPLICATE", requested("EMAIL"))
		if again := s.letterTo(t, waiting.To); again.link(t, confirmPage).token != waiting.link(t, confirmPage).token {
			t.Error("the letter has another link than before")
		}
		s.visitor(t).at(double).does(confirm(waiting.link(t, confirmPage)), "OK", granted("EMAIL"))

		s.restart(t)
		s.visitor(t).at(double).does(confirm(waiting.link(t, confirmPage)), "OK")
		s.visitor(t).at(double).does(unsubscribe(waiting.link(t, unsubscribePage)), "OK", withdrawn("EMAIL"))
	})
}

// TestConfirmLifetime makes links expire at once.
func TestConfirmLifetime(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		waiting := s.waiting(t, "ada")
		s.visitor(t).at(double).does(confirm(waiting.link(t, confirmPage)), "EXPIRED")
		s.visitor(t).at(double).knows(waiting.To, isNotAMember)
		s.visitor(t).at(double).does(unsubscribe(waiting.link(t, unsubscribePage)), "OK", withdrawn("EMAIL"))
	}, "CONFIRM_LIFETIME=1ns")
}
