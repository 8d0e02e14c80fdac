package demo

import (
	"context"
	"encoding/json"
	"fmt"

	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

// The slugs of the sites. Requests that name no site get Site.
const (
	Site            = "demo"
	SiteDoubleOptIn = "demo-double-opt-in"
)

// shopName is what the sites are called in messages and on pages, as the demo
// storefront is.
const shopName = "Tamblewick Tea"

// editor is who defined the shop in embedded mode, in the audit log of the back
// office.
const editor consent.Editor = "demo"

// The identifiers are fixed, so that what was tried yesterday works today.
const (
	organisationID = "0de30000-0000-4000-8000-000000000001"
	siteID         = "0de30000-0000-4000-8000-000000000011"
	doubleOptInID  = "0de30000-0000-4000-8000-000000000012"
	offersID       = "0de30000-0000-4000-8000-000000000021"
	productsID     = "0de30000-0000-4000-8000-000000000022"
)

const nameTheBarRules = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {"barName": {"type": "string", "minLength": 1, "maxLength": 80}},
  "required": ["barName"],
  "additionalProperties": false
}`

func organisation() consent.OrganisationID {
	return consent.OrganisationID{UUID: uuid.MustParse(organisationID)}
}

func site(id string) consent.SiteID { return consent.SiteID{UUID: uuid.MustParse(id)} }

func preference(id string) consent.PreferenceID {
	return consent.PreferenceID{UUID: uuid.MustParse(id)}
}

// Seed defines the demo shop in a store where nothing is defined yet, and
// otherwise does nothing. It reports whether it did.
func Seed(ctx context.Context, s *store.Store) (bool, error) {
	empty, err := s.Empty(ctx)
	if err != nil || !empty {
		return false, err
	}
	if err := Define(ctx, s, editor); err != nil {
		return false, err
	}
	return true, nil
}

// Seeded reports whether the shop in the store is from Seed, and so the database one
// of the embedded mode. A shop that somebody else defined just like it is theirs.
func Seeded(ctx context.Context, s *store.Store) (bool, error) {
	seeded, err := s.WasEditedBy(ctx, organisationID, editor)
	if err != nil {
		return false, fmt.Errorf("looking for the demo shop: %w", err)
	}
	return seeded, nil
}

// Define defines the shop in the name of an editor, for tests and benchmarks of a
// service that is not in embedded mode.
func Define(ctx context.Context, s *store.Store, by consent.Editor) error {
	if err := define(ctx, s, by); err != nil {
		return fmt.Errorf("defining the demo shop: %w", err)
	}
	return nil
}

func define(ctx context.Context, s *store.Store, by consent.Editor) error {
	if _, err := s.CreateOrganisation(ctx, by, backoffice.Organisation{ID: organisation(), Name: "Demo Shop"}); err != nil {
		return err
	}
	for _, shop := range sites() {
		if _, err := s.CreateSite(ctx, by, shop); err != nil {
			return err
		}
		for _, c := range campaigns(shop.ID) {
			if _, err := s.CreateCampaign(ctx, by, c); err != nil {
				return err
			}
		}
	}
	for _, p := range preferences() {
		if _, err := s.CreatePreference(ctx, by, p, consent.SiteID{}); err != nil {
			return err
		}
	}
	return nil
}

func sites() []backoffice.Site {
	single := backoffice.Site{
		ID: site(siteID), OrganisationID: organisation(), Slug: Site, Name: shopName,
		Features: []consent.Feature{
			consent.MarketingPreferencesEnabled, consent.PostalMarketing, consent.ThirdPartySettings, consent.DualConsent,
		},
		DefaultRegion: "GB", Locale: "en", SenderName: shopName, SenderEmail: "hello@tamblewick-tea.example",
		OneTrustURL: "https://consent.tamblewick-tea.example/one-trust", Brand: backoffice.Brand{Colour: "#2f5d50"},
	}
	double := single
	double.ID, double.Slug = site(doubleOptInID), SiteDoubleOptIn
	double.Features = consent.Features()
	return []backoffice.Site{single, double}
}

func campaigns(at consent.SiteID) []backoffice.Campaign {
	return []backoffice.Campaign{
		{ID: "42", SiteID: at, Name: "Prize draw"},
		{ID: "43", SiteID: at, Name: "NAME_THE_BAR", MetadataSchema: json.RawMessage(nameTheBarRules)},
	}
}

func preferences() []backoffice.Preference {
	return []backoffice.Preference{
		{ID: preference(offersID), OrganisationID: organisation(), Text: "I want to receive emails about special offers"},
		{ID: preference(productsID), OrganisationID: organisation(), Text: "I want to receive emails about new products"},
	}
}
