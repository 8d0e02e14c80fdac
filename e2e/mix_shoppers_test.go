package e2e

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"testing"
)

// regular is a customer who comes again and again, and what they have chosen.
type regular struct {
	*mix
	client   *client
	id       string
	channels map[string]bool
	texts    map[string]bool
}

func (m *mix) newRegular(t *testing.T) *regular {
	t.Helper()
	email := m.shop.email("regular")
	login := claims{"sub": email, "email": email, "phone_number": m.shop.phone(), "address": "1 High Street"}
	return &regular{m, m.shop.customer(t, login), email, map[string]bool{}, map[string]bool{}}
}

const everyChoice = `{ customer { id email: marketingPreferences(type: EMAIL) sms: marketingPreferences(type: SMS) ` +
	`post: marketingPreferences(type: POST) thirdParty: marketingPreferences(type: THIRD_PARTY) preferences { id text optedIn } } }`

func (r *regular) comes() {
	switch mathrand.IntN(4) {
	case 0:
		r.updates()
	case 1:
		r.chooses()
	case 2: // both are kept with the e-mail address, so that the processes meet there
		var waiting sync.WaitGroup
		waiting.Go(r.updates)
		waiting.Go(r.chooses)
		waiting.Wait()
	}
	for range 2 {
		r.looks()
	}
}

func (r *regular) updates() {
	channels := []string{"EMAIL", "EMAIL", "SMS", "POST", "THIRD_PARTY"}
	channel, value := channels[mathrand.IntN(len(channels))], mathrand.IntN(2) == 0
	r.does(r.client, update(channel, value, r.id), `{"error":null}`)
	r.channels[channel] = value
}

func (r *regular) chooses() {
	text, value := []string{offers, products}[mathrand.IntN(2)], mathrand.IntN(2) == 0
	r.does(r.client, choose(text, value, r.id), `{"error":null}`)
	r.texts[text] = value
}

func (r *regular) looks() {
	r.query(r.client, everyChoice, fmt.Sprintf(`{"customer":{"id":%q,"email":%t,"sms":%t,"post":%t,"thirdParty":%t,"preferences":[`+
		`{"id":"%s","text":"I want to receive emails about special offers","optedIn":%t},`+
		`{"id":"%s","text":"I want to receive emails about new products","optedIn":%t}]}}`,
		r.id, r.channels["EMAIL"], r.channels["SMS"], r.channels["POST"], r.channels["THIRD_PARTY"],
		offers, r.texts[offers], products, r.texts[products]))
}

// stranger is whoever signs up for the first time.
type stranger struct {
	*mix
	client *client
}

func (m *mix) newStranger(t *testing.T) *stranger { return &stranger{m, m.shop.visitor(t)} }

func (v *stranger) comes() {
	email, number := v.shop.email("stranger"), v.shop.phone()
	v.isKnown(email, isNotAMember)
	v.does(v.client, signUp("EMAIL", email), `"OK"`)
	v.isKnown(email, isSubscribed)
	v.does(v.client, signUp("EMAIL", email), `"DUPLICATE"`)
	v.does(v.client, enterCampaign("42", email), `"OK"`)
	v.does(v.client, enterCampaign("42", email), `"DUPLICATE"`)
	v.does(v.client, enterCampaign("43", email).with("campaignMetadata", map[string]any{"barName": rand.Text()}), `"OK"`)
	v.does(v.client, signUp("SMS", number), `"OK"`)
	v.does(v.client, unsubscribeSMS(number), `true`)
	v.does(v.client, signUp("SMS", number), `"REQUIRES_VERIFICATION"`)
}

func (v *stranger) isKnown(email, want string) {
	v.query(v.client, fmt.Sprintf(membershipFor, email), fmt.Sprintf(`{"accountCreationMarketingPreferences":%q}`, want))
}
