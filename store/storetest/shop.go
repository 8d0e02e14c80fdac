package storetest

import (
	"encoding/binary"
	"fmt"
	"testing"

	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// wording is what everybody in the suite was shown.
const wording = "Yes, I want to hear about offers."

// shop is what most scenarios start from: a migrated database with a site that
// offers everything, and a store open on it.
type shop struct {
	url      string
	store    *store.Store
	db       *sqlx.DB // behind the store's back
	settings backoffice.Site
	site     consent.Site // the same as the rules see it
	campaign consent.Campaign
}

// openStore opens a store that is closed at the end of the test.
func openStore(t testing.TB, databaseURL string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), databaseURL, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

func openMigrated(t testing.TB, databaseURL string, o store.Options) *store.Store {
	t.Helper()
	s := openStore(t, databaseURL, o)
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func newShop(t testing.TB, databaseURL string, o store.Options) *shop {
	t.Helper()
	s := &shop{url: databaseURL, store: openMigrated(t, databaseURL, o), db: Raw(t, databaseURL)}
	org := define(t, s.store.CreateOrganisation, newOrganisation("Shop"))
	site := newSite(org.ID, "shop")
	site.Domains = []string{"shop.example"}
	s.settings = define(t, s.store.CreateSite, site)
	s.site = asSeen(s.settings)
	define(t, s.store.CreateCampaign, backoffice.Campaign{ID: "prize-draw", SiteID: site.ID, Name: "Prize draw"})
	s.campaign = consent.Campaign{ID: "prize-draw", Site: site.ID, Name: "Prize draw"}
	must(t, s.store.KeepText(t.Context(), wording))
	return s
}

// contact is the nth e-mail contact. Their order is that of their
// numbers.
func (s *shop) contact(n int) consent.Contact {
	c := s.anyone()
	c.ID = consent.ContactID{}
	binary.BigEndian.PutUint32(c.ID.UUID[12:], uint32(n)+1)
	c.Address = fmt.Sprintf("person-%d@mail.example", n)
	return c
}

// anyone is an e-mail contact with an id as random as a real one.
func (s *shop) anyone() consent.Contact {
	id := uuid.New()
	return consent.Contact{
		ID: consent.ContactID{UUID: id}, OrganisationID: s.site.OrganisationID, Kind: consent.EmailContact,
		Address: id.String() + "@mail.example",
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// number is the result of a query for one number.
func number(t testing.TB, db *sqlx.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.GetContext(t.Context(), &n, query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}
