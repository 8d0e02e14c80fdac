package e2e

import "testing"

func customerScenarios() []scenario {
	return []scenario{
		{"a customer sets every channel at once, with double opt-in too", setsEveryChannel},
		{"setting what is set already is recorded all the same", setsAgain},
		{"a channel that cannot reach the account is not turned on", lacksAddress},
		{"a channel that cannot reach the account can still be turned off", turnsOffWithoutAddress},
		{"a channel that the site does not offer is null and not available", lacksChannel},
		{"the second consent has a URL only where the site asks for it", consentsTwice},
		{"nobody logged in is no customer and can set nothing", isAnonymous},
		{"a login whose texts cannot be stored still chooses", hasBrokenClaims},
	}
}

const (
	emailAndSMS  = `{ customer { email: marketingPreferences(type: EMAIL) sms: marketingPreferences(type: SMS) } }`
	fourChannels = `{ customer { email: marketingPreferences(type: EMAIL) sms: marketingPreferences(type: SMS) ` +
		`post: marketingPreferences(type: POST) thirdParty: marketingPreferences(type: THIRD_PARTY) } }`
	oneTrust = `{ customer { dualConsentOneTrustUrl } }`
	optedIn  = `{ customer { preferences { optedIn } } }`
)

func setsEveryChannel(t *testing.T, s *shop) {
	for _, site := range []string{single, double} {
		email, number := s.email("ada"), s.phone()
		ada := s.customer(t, claims{"sub": email, "email": email, "phone_number": number, "address": "1 High Street"}).at(site)
		ada.sees(fourChannels, `{"customer":{"email":false,"sms":false,"post":false,"thirdParty":false}}`)
		ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
		ada.sees(fourChannels, `{"customer":{"email":true,"sms":false,"post":false,"thirdParty":false}}`)
		ada.does(update("SMS", true, number), nil, granted("SMS"))
		ada.does(update("POST", true, ""), nil, granted("POST"))
		ada.does(update("THIRD_PARTY", true, ""), nil, granted("THIRD_PARTY"))
		ada.sees(fourChannels, `{"customer":{"email":true,"sms":true,"post":true,"thirdParty":true}}`)
		ada.does(update("SMS", false, number), nil, withdrawn("SMS"))
		ada.does(update("POST", false, ""), nil, withdrawn("POST"))
		ada.sees(fourChannels, `{"customer":{"email":true,"sms":false,"post":false,"thirdParty":true}}`)
		if letters := s.lettersTo(t, email); len(letters) > 0 {
			t.Errorf("%d letters wait for a customer who needs none", len(letters))
		}
	}
}

func setsAgain(t *testing.T, s *shop) {
	email := s.email("grace")
	grace := s.customer(t, claims{"sub": email, "email": email})
	for range 2 {
		grace.does(update("EMAIL", false, email), nil, withdrawn("EMAIL"))
	}
	for range 2 {
		grace.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	}
	grace.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
}

func lacksAddress(t *testing.T, s *shop) {
	for _, c := range []claims{
		{"sub": s.email("alan")},
		{"sub": s.email("alan"), "email": "", "phone_number": "", "address": " "},
		{"sub": s.email("alan"), "email": "not an address", "phone_number": "123", "address": map[string]any{}},
	} {
		alan := s.customer(t, c)
		for _, channel := range []string{"EMAIL", "SMS", "POST"} {
			alan.does(update(channel, true, ""), "INSUFFICIENT_DATA")
		}
		alan.does(update("THIRD_PARTY", true, ""), nil, granted("THIRD_PARTY"))
	}
}

func turnsOffWithoutAddress(t *testing.T, s *shop) {
	mary := s.customer(t, claims{"sub": s.email("mary")})
	for _, channel := range []string{"EMAIL", "SMS", "POST", "THIRD_PARTY"} {
		mary.does(update(channel, false, ""), nil, withdrawn(channel))
	}
}

func lacksChannel(t *testing.T, s *shop) {
	email := s.email("kay")
	kay := s.customer(t, claims{"sub": email, "email": email, "phone_number": s.phone(), "address": "1 High Street"})
	kay.at(plain).sees(fourChannels, `{"customer":{"email":false,"sms":false,"post":null,"thirdParty":null}}`)
	kay.at(plain).does(update("POST", true, ""), "NOT_AVAILABLE")
	kay.at(plain).does(update("THIRD_PARTY", false, ""), "NOT_AVAILABLE")
	kay.at(closed).sees(fourChannels, `{"customer":{"email":null,"sms":null,"post":null,"thirdParty":null}}`)
	for _, channel := range []string{"EMAIL", "SMS", "POST", "THIRD_PARTY"} {
		kay.at(closed).does(update(channel, true, ""), "NOT_AVAILABLE")
	}
	for _, op := range []operation{signUp("EMAIL", s.email("kay")), signUp("SMS", s.phone())} {
		kay.at(closed).does(op, "NOT_FOUND")
	}
}

func consentsTwice(t *testing.T, s *shop) {
	joan := s.customer(t, claims{"sub": s.email("joan")})
	joan.sees(oneTrust, `{"customer":{"dualConsentOneTrustUrl":"https://consent.tamblewick-tea.example/one-trust"}}`)
	joan.at(plain).sees(oneTrust, `{"customer":{"dualConsentOneTrustUrl":null}}`)
}

func isAnonymous(t *testing.T, s *shop) {
	visitor := s.visitor(t)
	visitor.sees(fourChannels, `{"customer":null}`)
	visitor.refused(update("EMAIL", true, ""), "UNAUTHENTICATED", "")
	visitor.refused(choose(offers, true, ""), "UNAUTHENTICATED", "")
}

// hasBrokenClaims is about what PostgreSQL cannot store and SQLite can.
func hasBrokenClaims(t *testing.T, s *shop) {
	email := s.email("jean")
	jean := s.customer(t, claims{"sub": email, "email": email, "name": "Jean\x00 Bartik"})
	jean.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	jean.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
}
