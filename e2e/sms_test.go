package e2e

import (
	"strings"
	"testing"
)

func smsScenarios() []scenario {
	return []scenario{
		{"a visitor signs up for text messages with the number alone", textsAlone},
		{"a visitor signs up for text messages with an e-mail address, which is remembered and not subscribed", textsWithEmail},
		{"a number at a site with double opt-in is confirmed by the link in a text message", confirmsByText},
		{"the link in a text message ends text messages and nothing else", leavesByText},
		{"a known number is unsubscribed", endsKnownNumber},
		{"an unknown number is suppressed, so that nothing is ever sent to it", endsUnknownNumber},
	}
}

// national is a British number as people at home write it.
func national(number string) string { return "0" + number[3:7] + " " + number[7:] }

func textsAlone(t *testing.T, s *shop) {
	visitor, number := s.visitor(t), s.phone()
	visitor.does(signUp("SMS", national(number)).about(number), "OK", granted("SMS"))
	visitor.does(signUp("SMS", number), "DUPLICATE", requested("SMS"))
	if letters := s.lettersTo(t, number); len(letters) > 0 {
		t.Errorf("%d text messages wait, want none: they cost money and nothing is to be confirmed", len(letters))
	}
}

func textsWithEmail(t *testing.T, s *shop) {
	visitor, number, email := s.visitor(t), s.phone(), s.email("joan")
	visitor.does(signUp("SMS", number).with("emailAddress", email), "OK", granted("SMS"))
	if linked := s.linkedTo(t, number); linked != email {
		t.Errorf("the number is linked to %q, want %s", linked, email)
	}
	visitor.knows(email, isNotAMember)
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
}

// linkedTo is the e-mail address that was given with a number.
func (s *shop) linkedTo(t *testing.T, number string) string {
	t.Helper()
	var address string
	must(t, s.db.GetContext(t.Context(), &address,
		`SELECT e.address FROM contact p JOIN contact e ON e.id = p.linked_to WHERE p.address = $1`, number))
	return address
}

func confirmsByText(t *testing.T, s *shop) {
	visitor, number := s.visitor(t).at(double), s.phone()
	visitor.does(signUp("SMS", number), "REQUIRES_VERIFICATION", requested("SMS"))
	text := s.letterTo(t, number)
	if text.Channel != "SMS" || text.Subject != "" || text.HTML != "" || !strings.Contains(text.Text, "Tamblewick Tea") {
		t.Errorf("the text message is %+v", text)
	}
	visitor.does(confirm(text.link(t, confirmPage)), "OK", granted("SMS"))
	visitor.does(signUp("SMS", number), "DUPLICATE", requested("SMS"))
}

func leavesByText(t *testing.T, s *shop) {
	visitor, number, email := s.visitor(t).at(double), s.phone(), s.email("annie")
	customer := s.customer(t, claims{"sub": email, "email": email, "phone_number": number}).at(double)
	customer.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	visitor.does(signUp("SMS", number), "REQUIRES_VERIFICATION", requested("SMS"))
	text := s.letterTo(t, number)
	visitor.does(confirm(text.link(t, confirmPage)), "OK", granted("SMS"))
	customer.sees(emailAndSMS, `{"customer":{"email":true,"sms":true}}`)
	visitor.does(unsubscribe(text.link(t, unsubscribePage)), "OK", withdrawn("SMS"))
	customer.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
}

func endsKnownNumber(t *testing.T, s *shop) {
	visitor, number := s.visitor(t), s.phone()
	customer := s.customer(t, claims{"sub": number, "phone_number": number})
	visitor.does(signUp("SMS", number), "OK", granted("SMS"))
	customer.sees(emailAndSMS, `{"customer":{"email":false,"sms":true}}`)
	visitor.does(unsubscribeSMS(national(number)).about(number), true, withdrawn("SMS"))
	customer.sees(emailAndSMS, `{"customer":{"email":false,"sms":false}}`)
}

func endsUnknownNumber(t *testing.T, s *shop) {
	visitor, number := s.visitor(t), s.phone()
	visitor.does(unsubscribeSMS(number), true, withdrawn("SMS"))
	var suppressed int
	must(t, s.db.GetContext(t.Context(), &suppressed,
		`SELECT count(*) FROM contact WHERE address = $1 AND suppression <> ''`, number))
	if suppressed != 1 {
		t.Error("the number is not suppressed")
	}
	for _, site := range []string{single, double} {
		visitor.at(site).does(signUp("SMS", number), "REQUIRES_VERIFICATION", requested("SMS"))
	}
	if letters := s.lettersTo(t, number); len(letters) > 0 {
		t.Errorf("%d text messages wait for a suppressed number, want none", len(letters))
	}
}
