package e2e

import "testing"

func onePersonScenarios() []scenario {
	return []scenario{
		{"a newsletter sign-up from before the account is seen after login", seesEarlierSignUp},
		{"an unsubscribe link turns the customer's preference off", linkTurnsOff},
		{"a customer's choice is what a sign-up with the same address finds", signUpFindsChoice},
		{"the site knows a customer from the first choice on", knowsCustomer},
		{"consent stays with the old address when an account changes it", staysWithAddress},
		{"an account keeps what one login knew and the next does not", remembersAccount},
		{"post and third-party consent belong to the account at one site", belongsToAccount},
	}
}

func seesEarlierSignUp(t *testing.T, s *shop) {
	visitor, email, number := s.visitor(t), s.email("ada"), s.phone()
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	visitor.does(signUp("SMS", number), "OK", granted("SMS"))
	ada := s.customer(t, claims{"sub": email, "email": email, "phone_number": national(number)})
	ada.sees(emailAndSMS, `{"customer":{"email":true,"sms":true}}`)
	ada.at(double).sees(emailAndSMS, `{"customer":{"email":false,"sms":false}}`)
	ada.does(update("SMS", false, number), nil, withdrawn("SMS"))
	visitor.does(signUp("SMS", number), "REQUIRES_VERIFICATION", requested("SMS"))
}

func linkTurnsOff(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("grace")
	grace := s.customer(t, claims{"sub": email, "email": email})
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	grace.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	visitor.does(unsubscribe(s.linkTo(t, unsubscribePage, email)), "OK", withdrawn("EMAIL"))
	grace.sees(emailAndSMS, `{"customer":{"email":false,"sms":false}}`)
}

func signUpFindsChoice(t *testing.T, s *shop) {
	email, number := s.email("alan"), s.phone()
	alan := s.customer(t, claims{"sub": email, "email": email, "phone_number": number})
	alan.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	alan.does(update("SMS", true, number), nil, granted("SMS"))
	s.visitor(t).does(signUp("EMAIL", email), "DUPLICATE", requested("EMAIL"))
	s.visitor(t).does(signUp("SMS", number), "DUPLICATE", requested("SMS"))
	s.visitor(t).does(unsubscribeSMS(number), true, withdrawn("SMS"))
	alan.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
}

func knowsCustomer(t *testing.T, s *shop) {
	email := s.email("mary")
	mary := s.customer(t, claims{"sub": email, "email": email})
	s.visitor(t).knows(email, isNotAMember)
	mary.does(update("EMAIL", false, email), nil, withdrawn("EMAIL"))
	s.visitor(t).knows(email, isCustomer)
	s.visitor(t).at(double).knows(email, isNotAMember)
	mary.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	s.visitor(t).knows(email, isCustomer)
}

func staysWithAddress(t *testing.T, s *shop) {
	before, after, id := s.email("kay.old"), s.email("kay.new"), s.email("kay")
	old := s.customer(t, claims{"sub": id, "email": before})
	old.does(update("EMAIL", true, before), nil, granted("EMAIL"))
	old.does(choose(offers, true, before), nil, granted(preference(offers)))
	moved := s.customer(t, claims{"sub": id, "email": after})
	moved.sees(emailAndSMS, `{"customer":{"email":false,"sms":false}}`)
	moved.sees(optedIn, `{"customer":{"preferences":[{"optedIn":false},{"optedIn":false}]}}`)
	moved.does(update("EMAIL", false, after), nil, withdrawn("EMAIL"))
	s.visitor(t).knows(after, isCustomer)
	s.visitor(t).knows(before, isSubscribed)
}

func remembersAccount(t *testing.T, s *shop) {
	email, number := s.email("joan"), s.phone()
	full := claims{"sub": email, "email": email, "phone_number": number, "address": map[string]any{"country": "GB"}}
	s.customer(t, full).does(update("EMAIL", true, email), nil, granted("EMAIL"))
	bare := s.customer(t, claims{"sub": email})
	bare.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
	bare.does(update("SMS", true, number), nil, granted("SMS"))
	bare.does(update("POST", true, ""), nil, granted("POST"))
	bare.does(choose(offers, true, email), nil, granted(preference(offers)))
	s.customer(t, full).sees(fourChannels, `{"customer":{"email":true,"sms":true,"post":true,"thirdParty":false}}`)
	s.visitor(t).knows(email, isCustomer)
}

func belongsToAccount(t *testing.T, s *shop) {
	email := s.email("jean")
	work := s.customer(t, claims{"sub": email + "/work", "email": email, "address": true})
	home := s.customer(t, claims{"sub": email + "/home", "email": email, "address": true})
	work.does(update("POST", true, ""), nil, granted("POST"))
	work.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	work.sees(fourChannels, `{"customer":{"email":true,"sms":false,"post":true,"thirdParty":false}}`)
	home.sees(fourChannels, `{"customer":{"email":true,"sms":false,"post":false,"thirdParty":false}}`)
	work.at(double).sees(fourChannels, `{"customer":{"email":false,"sms":false,"post":false,"thirdParty":false}}`)
}
