package e2e

import (
	"context"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
)

// What shoppers of these tests have in common, so that it is easily found where
// it must not be.
const (
	mailDomain    = "mail.example"
	phonePrefix   = "+4474"
	clientNetwork = "203.0.113"
)

// The slugs of the sites. The demo shop is described in the contract.
const (
	single     = "demo"               // single opt-in, everything on offer
	double     = "demo-double-opt-in" // the same with double opt-in
	plain      = "plain"              // EMAIL and SMS only; found by plainDomain
	closed     = "closed"             // nothing on offer
	ownPages   = "own-pages"          // double opt-in, with landing pages of its own
	discreet   = "discreet"           // neutral responses
	elsewhere  = "elsewhere"          // double opt-in, of another organisation
	plainHost  = "shop.plain.example"
	ownConfirm = "https://shop.own.example/welcome?lang=en"
	ownGoodbye = "https://shop.own.example/bye"
)

// Campaigns of the demo site beside 42 and 43.
const (
	campaignOver   = "over"
	campaignToCome = "to-come"
)

// The ids that the demo shop gives its organisation and its preference texts.
const (
	demoOrganisation = "0de30000-0000-4000-8000-000000000001"
	demoSite         = "0de30000-0000-4000-8000-000000000011"
	offers           = "0de30000-0000-4000-8000-000000000021"
	products         = "0de30000-0000-4000-8000-000000000022"
)

// addFixtures defines what the demo shop does not have.
func (s *shop) addFixtures(t *testing.T) {
	t.Helper()
	ours := consent.OrganisationID{UUID: uuid.MustParse(demoOrganisation)}
	others := backoffice.Organisation{ID: consent.OrganisationID{UUID: uuid.New()}, Name: "Elsewhere Ltd"}
	define(t, s.store.CreateOrganisation, others)
	withPages := newSite(ours, ownPages, consent.MarketingPreferencesEnabled, consent.DoubleOptIn)
	withPages.ConfirmURL, withPages.UnsubscribeURL = ownConfirm, ownGoodbye
	neutral := newSite(ours, discreet, consent.MarketingPreferencesEnabled)
	neutral.NeutralResponses = true
	for _, site := range []backoffice.Site{
		newSite(ours, closed), withPages, neutral,
		newSite(others.ID, elsewhere, consent.MarketingPreferencesEnabled, consent.DoubleOptIn),
	} {
		define(t, s.store.CreateSite, site)
	}
	hosted := newSite(ours, plain, consent.MarketingPreferencesEnabled)
	hosted.Domains = []string{plainHost}
	define(t, s.store.CreateSite, hosted)
	s.addCampaigns(t)
}

func (s *shop) addCampaigns(t *testing.T) {
	t.Helper()
	site := consent.SiteID{UUID: uuid.MustParse(demoSite)}
	hour, hourAgo := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	define(t, s.store.CreateCampaign, backoffice.Campaign{ID: campaignOver, SiteID: site, Name: "Over", ClosesAt: &hourAgo})
	define(t, s.store.CreateCampaign, backoffice.Campaign{ID: campaignToCome, SiteID: site, Name: "To come", OpensAt: &hour})
}

// define is how a fixture comes into the database.
func define[T any](t *testing.T, create func(context.Context, consent.Editor, T) (T, error), what T) {
	t.Helper()
	_, err := create(t.Context(), "fixtures", what)
	must(t, err)
}

func newSite(org consent.OrganisationID, slug string, features ...consent.Feature) backoffice.Site {
	return backoffice.Site{
		ID: consent.SiteID{UUID: uuid.New()}, OrganisationID: org, Slug: slug, Name: "Shop " + slug,
		Features: features, DefaultRegion: "GB", Locale: "en",
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
