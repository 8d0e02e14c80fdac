package crash

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"assent/auth"
	"assent/consent"
	"assent/token"

	"github.com/google/uuid"
)

// sharedCustomers choose at several writers at once, so that requests about one
// contact meet.
const sharedCustomers = 6

// author makes up the requests of one writer.
type author struct {
	t      *testing.T
	keys   *token.Keys
	secret string // of logins
	chance *rand.Rand
	name   string
	count  int
	leaver string // an address that is subscribed for sure and has not left
}

// next is the next request. What the last one led to is known already.
func (a *author) next() *request {
	a.count++
	key := fmt.Sprintf("%s.%d", a.name, a.count)
	fresh := key + "@mail.example"
	switch draw := a.chance.IntN(10); {
	case draw < 2:
		return a.choosing(key)
	case draw < 4:
		return a.signingUp(signUpTwice, key, fresh)
	case draw < 6:
		return &request{kind: enter, key: key, address: fresh, input: map[string]any{
			"name": "Ada Lovelace", "email": fresh, "campaignId": "42", "marketingOptIn": true, "auditData": auditData(key),
		}}
	case draw < 8 && a.leaver != "":
		return a.leaving(key)
	default:
		return a.signingUp(signUp, key, fresh)
	}
}

// learn remembers who can leave.
func (a *author) learn(r *request) {
	if r.kind == signUp && r.acknowledged() {
		a.leaver = r.address
	}
}

func (*author) signingUp(k *kind, key, address string) *request {
	return &request{kind: k, key: key, address: address, input: map[string]any{
		"type": "EMAIL", "contactDetails": address, "preferenceIds": []string{products, offers}, "auditData": auditData(key),
	}}
}

func (a *author) choosing(key string) *request {
	value, k := true, turnOn
	if a.chance.IntN(2) == 0 {
		value, k = false, turnOff
	}
	id := fmt.Sprintf("customer-%d", a.chance.IntN(sharedCustomers))
	address := id + "@mail.example"
	login, err := auth.Sign([]byte(a.secret), auth.Customer{ID: id, Email: address}, auth.Rules{}, time.Now(), time.Hour)
	if err != nil {
		a.t.Error(err)
	}
	return &request{kind: k, key: key, address: address, login: login, input: map[string]any{
		"type": "EMAIL", "newValue": value, "auditData": auditData(key),
	}}
}

func (a *author) leaving(key string) *request {
	address, err := consent.ParseEmail("email", a.leaver)
	if err != nil {
		a.t.Error(err)
	}
	hash := a.keys.HashAddress(consent.OrganisationID{UUID: uuid.MustParse(organisation)}, address)
	link := consent.UnsubscribeLink{Address: hash, Site: consent.SiteID{UUID: uuid.MustParse(singleSite)}, Channel: consent.Email}
	r := &request{kind: unsubscribe, key: landing + key, address: a.leaver, input: map[string]any{
		"token": a.keys.Unsubscribe(link), "email": token.FormatAddress(hash),
		"auditData": map[string]any{"landingUrl": landing + key},
	}}
	a.leaver = ""
	return r
}

const landing = "https://shop.example/bye/"
