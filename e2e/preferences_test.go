package e2e

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

func preferenceScenarios() []scenario {
	return []scenario{
		{"a customer chooses among the preference texts, at once", choosesTexts},
		{"boxes that a visitor ticked are seen after login", seesTickedBoxes},
		{"without an e-mail address the choice is kept on the account", keepsOnAccount},
		{"a preference text that is not on offer is not available", lacksText},
		{"the site lists the texts on offer", listsTexts},
	}
}

const preferenceTexts = `{ customer { preferences { id text optedIn } } }`

// texts are the demo shop's preference texts with a customer's choices.
func texts(offersIn, productsIn bool) string {
	return fmt.Sprintf(`{"customer":{"preferences":[`+
		`{"id":"%s","text":"I want to receive emails about special offers","optedIn":%t},`+
		`{"id":"%s","text":"I want to receive emails about new products","optedIn":%t}]}}`, offers, offersIn, products, productsIn)
}

func choosesTexts(t *testing.T, s *shop) {
	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email}).at(double)
	ada.sees(preferenceTexts, texts(false, false))
	ada.does(choose(offers, true, email), nil, granted(preference(offers)))
	ada.sees(preferenceTexts, texts(true, false))
	ada.does(choose(offers, true, email), nil, granted(preference(offers)))
	ada.does(choose(offers, false, email), nil, withdrawn(preference(offers)))
	began := time.Now().Add(-time.Second)
	ada.does(choose(products, true, email), nil, granted(preference(products)))
	ada.sees(preferenceTexts, texts(false, true))
	ada.sees(emailAndSMS, `{"customer":{"email":false,"sms":false}}`)
	if at := ada.chosenAt(); at.Before(began) || at.After(time.Now().Add(time.Second)) || at.Location() != time.UTC {
		t.Errorf("updatedAt is %v, want now in UTC", at)
	}
}

// chosenAt is when the customer chose on the last preference text.
func (c *client) chosenAt() time.Time {
	c.t.Helper()
	var customer struct {
		Preferences []struct{ UpdatedAt time.Time }
	}
	got := c.send(`{ customer { preferences { updatedAt } } }`, nil)
	if err := json.Unmarshal(got.Data["customer"], &customer); err != nil || len(customer.Preferences) != 2 {
		c.t.Fatalf("reading when the customer chose: %s", got.body)
	}
	return customer.Preferences[1].UpdatedAt
}

func seesTickedBoxes(t *testing.T, s *shop) {
	email := s.email("grace")
	grace := s.customer(t, claims{"sub": email, "email": email})
	op := signUp("EMAIL", email).with("preferenceIds", []string{products})
	s.visitor(t).does(op, "OK", granted("EMAIL"), granted(preference(products)))
	grace.sees(preferenceTexts, texts(false, true))
	grace.at(double).sees(preferenceTexts, texts(false, false))
}

func keepsOnAccount(t *testing.T, s *shop) {
	alan := s.customer(t, claims{"sub": s.email("alan")})
	alan.does(choose(offers, true, ""), nil, granted(preference(offers)))
	alan.sees(preferenceTexts, texts(true, false))
}

func lacksText(t *testing.T, s *shop) {
	email := s.email("mary")
	mary := s.customer(t, claims{"sub": email, "email": email})
	mary.does(choose("0de30000-0000-4000-8000-0000000000ff", true, email), "NOT_AVAILABLE")
	mary.at(elsewhere).does(choose(offers, true, email), "NOT_AVAILABLE")
	mary.at(elsewhere).sees(preferenceTexts, `{"customer":{"preferences":[]}}`)
}

func listsTexts(t *testing.T, s *shop) {
	s.visitor(t).sees(`{ site { marketingPreferences { id text } } }`, fmt.Sprintf(`{"site":{"marketingPreferences":[`+
		`{"id":"%s","text":"I want to receive emails about special offers"},`+
		`{"id":"%s","text":"I want to receive emails about new products"}]}}`, offers, products))
}
