package e2e

import (
	"testing"
	"time"

	"assent/consent"
	"assent/store"

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
	others := store.Organisation{ID: consent.OrganisationID{UUID: uuid.New()}, Name: "Elsewhere Ltd"}
	must(t, s.store.CreateOrganisation(t.Context(), others))
	withPages := newSite(ours, ownPages, consent.MarketingPreferencesEnabled, consent.DoubleOptIn)
	withPages.ConfirmURL, withPages.UnsubscribeURL = ownConfirm, ownGoodbye
	neutral := newSite(ours, discreet, consent.MarketingPreferencesEnabled)
	neutral.NeutralResponses = true
	for _, site := range []consent.Site{
		newSite(ours, closed), withPages, neutral,
		newSite(others.ID, elsewhere, consent.MarketingPreferencesEnabled, consent.DoubleOptIn),
	} {
		must(t, s.store.CreateSite(t.Context(), site))
	}
	must(t, s.store.CreateSite(t.Context(), newSite(ours, plain, consent.MarketingPreferencesEnabled), plainHost))
	s.addCampaigns(t)
}

func (s *shop) addCampaigns(t *testing.T) {
	t.Helper()
	site := consent.SiteID{UUID: uuid.MustParse(demoSite)}
	hour := time.Now().Add(time.Hour)
	must(t, s.store.CreateCampaign(t.Context(), consent.Campaign{
		ID: campaignOver, Site: site, Name: "Over", ClosesAt: hour.Add(-2 * time.Hour),
	}))
	must(t, s.store.CreateCampaign(t.Context(), consent.Campaign{
		ID: campaignToCome, Site: site, Name: "To come", OpensAt: hour,
	}))
}

func newSite(org consent.OrganisationID, slug string, features ...consent.Feature) consent.Site {
	return consent.Site{
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
