package storetest

import (
	"encoding/json"
	"reflect"
	"testing"

	"assent/backoffice"
	"assent/consent"
	"assent/store"
)

func definitionsTaken(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	ctx, other := t.Context(), newSite(s.site.OrganisationID, "other")
	other.Domains = []string{"other.example"}
	define(t, s.store.CreateSite, other)
	site := func(slug string, domains ...string) func() error {
		refused := newSite(s.site.OrganisationID, slug)
		refused.Domains = domains
		return func() error { return errorOf(s.store.CreateSite(ctx, editor, refused)) }
	}
	change := func(change func(*backoffice.Site)) func() error {
		return func() error {
			return errorOf(s.store.UpdateSite(ctx, editor, other.ID, func(site *backoffice.Site) error {
				site.Name = "Renamed"
				change(site)
				return nil
			}))
		}
	}
	before := s.defined(t)
	for _, test := range []struct {
		name, field string
		call        func() error
	}{
		{"the slug of a new site", "slug", site("shop", "new.example")},
		{"a domain of a new site", "domains[1]", site("new", "new.example", "shop.example")},
		{"a domain given twice", "domains[1]", site("new", "new.example", "new.example")},
		{"the new slug of a site", "slug", change(func(s *backoffice.Site) { s.Slug = "shop" })},
		{"a new domain of a site", "domains[2]", change(func(s *backoffice.Site) { s.Domains = append(s.Domains, "new.example", "shop.example") })},
		{"the id of a campaign", "id", func() error {
			return errorOf(s.store.CreateCampaign(ctx, editor, backoffice.Campaign{ID: s.campaign.ID, SiteID: s.site.ID, Name: "Again"}))
		}},
	} {
		if err := test.call(); !reflect.DeepEqual(err, backoffice.Taken(test.field)) {
			t.Errorf("%s: got %v, want %v", test.name, err, backoffice.Taken(test.field))
		}
		if after := s.defined(t); after != before {
			t.Errorf("%s: there is %s, want as before %s", test.name, after, before)
		}
	}
}

// defined is everything sites and campaigns could have changed, as one text.
func (s *shop) defined(t testing.TB) string {
	t.Helper()
	sites, err := s.store.ListSites(t.Context(), consent.OrganisationID{}, backoffice.Page{Limit: 100})
	must(t, err)
	campaigns, err := s.store.ListCampaigns(t.Context(), consent.OrganisationID{}, consent.SiteID{}, backoffice.Page{Limit: 100})
	must(t, err)
	text, err := json.Marshal([]any{sites, campaigns, s.adminRecords(t)})
	must(t, err)
	return string(text)
}
