package graph

import (
	"fmt"

	"assent/auth"
	"assent/consent"

	lru "github.com/hashicorp/golang-lru/v2"
)

// maxPersons is how many customers are remembered, the last that came.
const maxPersons = 10_000

// persons remembers what became of logins: to understand a telephone number takes
// longer than all the rest of a request.
type persons struct {
	known *lru.Cache[personKey, consent.Person]
}

type personKey struct {
	login  auth.Customer
	region string
}

func newPersons() persons {
	known, err := lru.New[personKey, consent.Person](maxPersons)
	if err != nil {
		panic(fmt.Sprintf("a place for %d persons: %v", maxPersons, err))
	}
	return persons{known}
}

// of reads a login, whose telephone number is taken to be in region. An address
// that is none is left out: the customer can still be told apart by the id.
func (p persons) of(login auth.Customer, region string) consent.Person {
	key := personKey{login, region}
	if known, ok := p.known.Get(key); ok {
		return known
	}
	email, _ := consent.ParseEmail("", login.Email)
	phone, _ := consent.ParsePhone("", login.PhoneNumber, region)
	person := consent.Person{
		ID: login.ID, Email: email, Phone: phone, HasAddress: login.HasAddress, Name: consent.CleanName(login.Name),
	}
	p.known.Add(key, person)
	return person
}
