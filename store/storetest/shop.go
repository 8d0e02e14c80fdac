package storetest

import (
	"encoding/binary"
	"fmt"
	"testing"

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
	site     consent.Site
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
	s.site = newSite(consent.OrganisationID{UUID: uuid.New()}, "shop")
	s.campaign = consent.Campaign{ID: "prize-draw", Site: s.site.ID, Name: "Prize draw"}
	must(t, s.store.CreateOrganisation(t.Context(), store.Organisation{ID: s.site.OrganisationID, Name: "Shop"}))
	must(t, s.store.CreateSite(t.Context(), s.site, "shop.example"))
	must(t, s.store.CreateCampaign(t.Context(), s.campaign))
	must(t, s.store.KeepText(t.Context(), wording))
	return s
}

// newSite is a site with all features and no field left empty.
func newSite(org consent.OrganisationID, slug string) consent.Site {
	return consent.Site{
		ID: consent.SiteID{UUID: uuid.New()}, OrganisationID: org, Slug: slug, Name: "The " + slug,
		Features: consent.Features(), DefaultRegion: "GB", Locale: "en-GB",
		ConfirmURL: "https://shop.example/confirm", UnsubscribeURL: "https://shop.example/unsubscribe",
		SenderName: "Shop", SenderEmail: "news@shop.example", OneTrustURL: "https://consent.example/",
		NeutralResponses: true, Brand: consent.Brand{Colour: "#004488", LogoURL: "https://shop.example/logo.png"},
		Preferences: []consent.Preference{},
	}
}

// contact is the nth e-mail contact. They all share a lane, and their order is
// that of their numbers.
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
