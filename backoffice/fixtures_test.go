package backoffice_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
)

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

var (
	tea     = consent.OrganisationID{UUID: numbered(0x10)}
	coffee  = consent.OrganisationID{UUID: numbered(0x11)}
	teaUK   = consent.SiteID{UUID: numbered(0x20)}
	teaDE   = consent.SiteID{UUID: numbered(0x21)}
	espress = consent.SiteID{UUID: numbered(0x22)}
	offers  = consent.PreferenceID{UUID: numbered(0x30)} // of tea, on offer in the UK
	beans   = consent.PreferenceID{UUID: numbered(0x31)} // of coffee
	teaKey  = backoffice.APIKeyID{UUID: numbered(0x40)}
	mainKey = backoffice.APIKeyID{UUID: numbered(0x41)} // opens everything
)

const draw = "summer-draw" // a campaign of tea in the UK

func numbered(n byte) uuid.UUID { return uuid.UUID{15: n} }

// The callers.
var (
	global   = auth.CommandLine()
	owner    = auth.APIKey{ID: numbered(0x50), Organisation: tea.UUID, Role: auth.Admin}
	stranger = auth.APIKey{ID: numbered(0x51), Organisation: coffee.UUID, Role: auth.Admin}
)

func ptr[T any](v T) *T { return &v }

// stocked is a back office with two organisations.
func stocked() *memory {
	m := &memory{
		organisations: []backoffice.Organisation{{ID: tea, Name: "Tamblewick Tea"}, {ID: coffee, Name: "Coffee & Co"}},
		sites: []backoffice.Site{
			{ID: teaUK, OrganisationID: tea, Slug: "tea-uk", Name: "Tea", DefaultRegion: "GB"},
			{ID: teaDE, OrganisationID: tea, Slug: "tea-de", Name: "Tee"},
			{ID: espress, OrganisationID: coffee, Slug: "espresso", Name: "Espresso"},
		},
		preferences: []backoffice.Preference{
			{ID: offers, OrganisationID: tea, Text: "Tell me about offers"}, {ID: beans, OrganisationID: coffee, Text: "Tell me about beans"},
		},
		campaigns: []backoffice.Campaign{{ID: draw, SiteID: teaUK, Name: "Prize draw"}},
		keys: []backoffice.APIKey{
			{ID: teaKey, OrganisationID: &tea, Role: auth.Read, Name: "Shop"}, {ID: mainKey, Role: auth.Admin, Name: "Everything"},
		},
	}
	m.accounts = []backoffice.Account{{CustomerID: "42", SiteID: teaUK, Contact: m.contact(consent.CustomerAddress(teaUK, "42"))}}
	m.states = map[consent.ContactID]consent.State{
		m.accounts[0].Contact: {Account: &consent.Account{CustomerID: "42", Site: teaUK}},
		m.contact(bounced()): {Contact: consent.Contact{
			ID: m.contact(bounced()), OrganisationID: tea, Kind: consent.EmailContact, Version: 1,
			Suppression: consent.Suppression{Reason: consent.Bounced, Since: noon},
		}},
	}
	return m
}

// bounced is an address that tea may not write to.
func bounced() consent.Address {
	a, err := consent.ParseEmail("", "full@example.com")
	if err != nil {
		panic(err)
	}
	return a
}

// contact is the id of an address at tea.
func (m *memory) contact(a consent.Address) consent.ContactID {
	return plainHasher{}.HashAddress(tea, a).ContactID()
}

// plainHasher stands for the keyed hash, which needs a secret.
type plainHasher struct{}

func (plainHasher) HashAddress(org consent.OrganisationID, a consent.Address) consent.AddressHash {
	return sha256.Sum256([]byte(org.String() + string(a.Kind()) + a.Normalised()))
}

// plainSealer stands for the encryption, which needs a secret.
type plainSealer struct{}

func (plainSealer) Seal(site consent.SiteID, secret string) consent.SealedSecret {
	return consent.SealedSecret("sealed for " + site.String() + ": " + secret)
}

func (m *memory) service() *backoffice.Service {
	consents := consent.NewService(contacts{memory: m}, plainHasher{}, consent.Settings{Now: func() time.Time { return noon }})
	return backoffice.NewService(m, consents, plainSealer{}, "assent.example")
}

// faults are the fields an input is refused for, in order.
func faults(t testing.TB, err error) []string {
	t.Helper()
	var problems backoffice.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v; want problems", err)
	}
	var fields []string
	for _, p := range problems {
		if p.Message == "" {
			t.Errorf("%s is refused without a word", p.Field)
		}
		fields = append(fields, p.Field)
	}
	return fields
}

func wantFaults(t testing.TB, err error, fields ...string) {
	t.Helper()
	if got := faults(t, err); !slices.Equal(got, fields) {
		t.Errorf("it is refused for %q, want %q", got, fields)
	}
}
