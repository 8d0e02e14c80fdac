package storetest

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func definitionScenarios() []scenario {
	return []scenario{
		{"what is created is found as it was given", each(definitionsFound)},
		{"what is changed is found as it was left", each(definitionsChanged)},
		{"what is not there is neither found nor changed", each(definitionsUnknown)},
		{"what is taken is named, and the one refused leaves nothing", each(definitionsTaken)},
		{"a site keeps its domains in their order, and another can have those it gives up", each(domainsMove)},
		{"a campaign is found by its id among the sites of an organisation", each(campaignSites)},
	}
}

// same reports a difference between two things of the back office.
func same[T any](t testing.TB, what string, got, want T, err error) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v and %v, want %+v", what, got, err, want)
	}
}

func definitionsFound(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	ctx := t.Context()

	org := newOrganisation("Øster & Søn")
	created := define(t, s.store.CreateOrganisation, org)
	org.CreatedAt, org.UpdatedAt = noon(), noon()
	same(t, "the organisation created", created, org, nil)
	found, err := s.store.FindOrganisation(ctx, org.ID)
	same(t, "the organisation found", found, org, err)

	full, plain := newSite(org.ID, "full"), backoffice.Site{ID: consent.SiteID{UUID: uuid.New()}, OrganisationID: org.ID, Slug: "plain", Name: "Plain"}
	full.Domains = []string{"www.full.example", "full.example"}
	for _, want := range []backoffice.Site{full, plain} {
		created := define(t, s.store.CreateSite, want)
		want.CreatedAt, want.UpdatedAt = noon(), noon()
		want.Features, want.Domains = append([]consent.Feature{}, want.Features...), append([]string{}, want.Domains...)
		same(t, "the site created", created, want, nil)
		found, err := s.store.FindSite(ctx, want.ID)
		same(t, "the site found", found, want, err)
	}

	text := newText(org.ID, "I want to hear\nabout offers – für 5 €")
	kept, err := s.store.CreatePreference(ctx, editor, text, full.ID)
	text.CreatedAt, text.UpdatedAt = noon(), noon()
	same(t, "the text created", kept, text, err)
	kept, err = s.store.FindPreference(ctx, text.ID)
	same(t, "the text found", kept, text, err)

	opens, closes := noon().Add(time.Microsecond), noon().Add(time.Hour)
	local := opens.Add(999 * time.Nanosecond).In(time.FixedZone("", 3600))
	timed := backoffice.Campaign{ID: "42", SiteID: full.ID, Name: "Bar", OpensAt: &local, ClosesAt: &closes, MetadataSchema: json.RawMessage(`{"type": "object"}`)}
	for _, want := range []backoffice.Campaign{timed, {ID: "42", SiteID: plain.ID, Name: "Always"}} {
		created := define(t, s.store.CreateCampaign, want)
		want.CreatedAt, want.UpdatedAt = noon(), noon()
		if want.OpensAt != nil {
			want.OpensAt = &opens
		}
		same(t, "the campaign created", created, want, nil)
		found, err := s.store.FindCampaign(ctx, want.SiteID, want.ID)
		same(t, "the campaign found", found, want, err)
	}
}

func definitionsChanged(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	ctx, site := t.Context(), s.site.ID
	text := s.text(t, s.site.OrganisationID, "as first worded", consent.SiteID{})
	clock.advance(time.Hour)
	later := noon().Add(time.Hour)

	org, err := s.store.UpdateOrganisation(ctx, editor, s.site.OrganisationID, func(o *backoffice.Organisation) error {
		o.Name = "Renamed"
		return nil
	})
	want := backoffice.Organisation{ID: s.site.OrganisationID, Name: "Renamed", CreatedAt: noon(), UpdatedAt: later}
	same(t, "the organisation returned", org, want, err)
	org, err = s.store.FindOrganisation(ctx, org.ID)
	same(t, "the organisation found", org, want, err)

	replaced := backoffice.Site{
		ID: site, OrganisationID: s.site.OrganisationID, Slug: "other", Name: "Other", Features: []consent.Feature{consent.DoubleOptIn},
		Domains: []string{"b.example", "a.example"}, DefaultRegion: "DE", Locale: "de", ConfirmURL: "https://other.example/c",
		UnsubscribeURL: "https://other.example/u", SenderName: "Sender", SenderEmail: "hello@other.example",
		OneTrustURL: "https://other.example/o", Brand: backoffice.Brand{Colour: "#ffffff", LogoURL: "https://other.example/l"},
		Captcha:   backoffice.Captcha{Provider: consent.Turnstile, SiteKey: "other", Sealed: "other", SecretVersion: 4},
		CreatedAt: noon(), UpdatedAt: later,
	}
	changed, err := s.store.UpdateSite(ctx, editor, site, func(s *backoffice.Site) error {
		*s = replaced
		return nil
	})
	same(t, "the site returned", changed, replaced, err)
	changed, err = s.store.FindSite(ctx, site)
	same(t, "the site found", changed, replaced, err)

	reworded, err := s.store.RewordPreference(ctx, editor, text, "reworded")
	wording := backoffice.Preference{ID: text, Text: "reworded", OrganisationID: s.site.OrganisationID, CreatedAt: noon(), UpdatedAt: later}
	same(t, "the text returned", reworded, wording, err)
	reworded, err = s.store.FindPreference(ctx, text)
	same(t, "the text found", reworded, wording, err)

	ended := backoffice.Campaign{ID: s.campaign.ID, SiteID: site, Name: "Ended", OpensAt: new(noon()), ClosesAt: &later,
		MetadataSchema: json.RawMessage(`{}`), CreatedAt: noon(), UpdatedAt: later}
	campaign, err := s.store.UpdateCampaign(ctx, editor, site, s.campaign.ID, func(c *backoffice.Campaign) error {
		*c = ended
		return nil
	})
	same(t, "the campaign returned", campaign, ended, err)
	campaign, err = s.store.FindCampaign(ctx, site, s.campaign.ID)
	same(t, "the campaign found", campaign, ended, err)
}

func definitionsUnknown(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	ctx, id := t.Context(), uuid.New()
	org, site, text, key := consent.OrganisationID{UUID: id}, consent.SiteID{UUID: id}, consent.PreferenceID{UUID: id}, backoffice.APIKeyID{UUID: id}
	deleted := s.text(t, s.site.OrganisationID, "deleted", consent.SiteID{})
	must(t, s.store.DeletePreference(ctx, editor, deleted))
	unknown := map[string]func() error{
		"an organisation":           func() error { return errorOf(s.store.FindOrganisation(ctx, org)) },
		"its public texts":          func() error { return errorOf(s.store.ListPublicPreferences(ctx, org, backoffice.Page{Limit: 1})) },
		"an organisation to change": func() error { return errorOf(s.store.UpdateOrganisation(ctx, editor, org, nil)) },
		"a site":                    func() error { return errorOf(s.store.FindSite(ctx, site)) },
		"a site to change":          func() error { return errorOf(s.store.UpdateSite(ctx, editor, site, nil)) },
		"a text":                    func() error { return errorOf(s.store.FindPreference(ctx, text)) },
		"a text to reword":          func() error { return errorOf(s.store.RewordPreference(ctx, editor, text, "text")) },
		"a text to delete":          func() error { return s.store.DeletePreference(ctx, editor, text) },
		"a text to offer":           func() error { return s.store.OfferPreference(ctx, editor, s.site.ID, text, true) },
		"a deleted text":            func() error { return errorOf(s.store.FindPreference(ctx, deleted)) },
		"a deleted text to reword":  func() error { return errorOf(s.store.RewordPreference(ctx, editor, deleted, "text")) },
		"a deleted text to delete":  func() error { return s.store.DeletePreference(ctx, editor, deleted) },
		"a deleted text to offer":   func() error { return s.store.OfferPreference(ctx, editor, s.site.ID, deleted, true) },
		"a campaign":                func() error { return errorOf(s.store.FindCampaign(ctx, s.site.ID, "none")) },
		"a campaign no text can be": func() error { return errorOf(s.store.FindCampaign(ctx, s.site.ID, "prize-draw\x00")) },
		"a campaign elsewhere":      func() error { return errorOf(s.store.FindCampaign(ctx, site, s.campaign.ID)) },
		"a campaign to change":      func() error { return errorOf(s.store.UpdateCampaign(ctx, editor, site, s.campaign.ID, nil)) },
		"another no text can be":    func() error { return errorOf(s.store.UpdateCampaign(ctx, editor, s.site.ID, "\xff", nil)) },
		"a key":                     func() error { return errorOf(s.store.FindAPIKey(ctx, key)) },
		"a key to change":           func() error { return errorOf(s.store.UpdateAPIKey(ctx, editor, key, nil)) },
		"a key to revoke":           func() error { return s.store.RevokeAPIKey(ctx, editor, key) },
		"an account":                func() error { return errorOf(s.store.FindAccount(ctx, s.anyone().ID)) },
	}
	lines := len(s.adminRecords(t))
	for name, ask := range unknown {
		if err := ask(); !errors.Is(err, backoffice.ErrNotFound) {
			t.Errorf("%s: got %v, want %v", name, err, backoffice.ErrNotFound)
		}
	}
	if n := len(s.adminRecords(t)); n != lines {
		t.Errorf("%d lines were logged, want none", n-lines)
	}
}

func errorOf[T any](_ T, err error) error { return err }

func domainsMove(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{CacheFor: -1})
	other := define(t, s.store.CreateSite, newSite(s.site.OrganisationID, "other"))
	set := func(site consent.SiteID, domains ...string) {
		t.Helper()
		changed, err := s.store.UpdateSite(t.Context(), editor, site, func(site *backoffice.Site) error {
			site.Domains = domains
			return nil
		})
		must(t, err)
		found, err := s.store.FindSite(t.Context(), site)
		same(t, "the domains", found.Domains, changed.Domains, err)
	}
	set(s.site.ID, "z.example", "shop.example", "a.example")
	set(s.site.ID, "shop.example", "z.example")
	set(other.ID, "b.example", "a.example")
	wantSite(t, s.store, consent.SiteRef{Host: "a.example"}, "other")
	wantSite(t, s.store, consent.SiteRef{Host: "z.example"}, "shop")
	sites, err := s.store.ListSites(t.Context(), s.site.OrganisationID, backoffice.Page{Limit: 10})
	must(t, err)
	for i, want := range [][]string{{"shop.example", "z.example"}, {"b.example", "a.example"}} {
		same(t, "the domains of "+sites[i].Slug, sites[i].Domains, want, nil)
	}
}

func campaignSites(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	ours, theirs := s.site.OrganisationID, define(t, s.store.CreateOrganisation, newOrganisation("Theirs")).ID
	at := func(org consent.OrganisationID, slug string) consent.SiteID {
		site := define(t, s.store.CreateSite, newSite(org, slug)).ID
		define(t, s.store.CreateCampaign, backoffice.Campaign{ID: s.campaign.ID, SiteID: site, Name: "Another"})
		return site
	}
	count := func(org consent.OrganisationID, id string, want int) {
		t.Helper()
		sites, err := s.store.SitesOfCampaign(t.Context(), org, id)
		if err != nil || len(sites) != want {
			t.Errorf("campaign %q is at %v, %v, want %d sites", id, sites, err, want)
		}
	}
	count(ours, s.campaign.ID, 1)
	count(ours, "none", 0)
	count(ours, "prize-draw\x00", 0)
	site := at(theirs, "theirs")
	count(ours, s.campaign.ID, 1)
	count(consent.OrganisationID{}, s.campaign.ID, 2)
	if sites, err := s.store.SitesOfCampaign(t.Context(), theirs, s.campaign.ID); err != nil || len(sites) != 1 || sites[0] != site {
		t.Errorf("theirs is at %v, %v, want %v", sites, err, site)
	}
	at(ours, "second")
	at(ours, "third")
	count(ours, s.campaign.ID, 2)
}
