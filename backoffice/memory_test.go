package backoffice_test

import (
	"context"
	"slices"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
)

// memory is a backoffice.Store that remembers who wrote what. The real ones have a
// suite of their own; what no test here asks for is nil.
type memory struct {
	backoffice.Store
	organisations []backoffice.Organisation
	sites         []backoffice.Site
	preferences   []backoffice.Preference
	campaigns     []backoffice.Campaign
	keys          []backoffice.APIKey
	accounts      []backoffice.Account
	states        map[consent.ContactID]consent.State
	hash          auth.KeyHash // of the key created last

	editors []consent.Editor // of what was written, in order
	page    backoffice.Page  // asked for last
}

func find[T any](items []T, is func(T) bool) (T, error) {
	if i := slices.IndexFunc(items, is); i >= 0 {
		return items[i], nil
	}
	var none T
	return none, backoffice.ErrNotFound
}

// list is what belongs to the organisation, as many as the page asks for.
func list[T any](m *memory, items []T, org consent.OrganisationID, of func(T) consent.OrganisationID, page backoffice.Page) ([]T, error) {
	m.page = page
	hidden := func(item T) bool { return org != (consent.OrganisationID{}) && of(item) != org }
	items = slices.DeleteFunc(slices.Clone(items), hidden)
	return items[:min(len(items), page.Limit)], nil
}

// change runs a change on a copy, as a transaction that may be rolled back.
func change[T any](m *memory, by consent.Editor, item T, found error, do func(*T) error) (T, error) {
	if found != nil {
		return item, found
	}
	if err := do(&item); err != nil {
		var none T
		return none, err
	}
	return item, m.wrote(by)
}

func (m *memory) wrote(by consent.Editor) error {
	m.editors = append(m.editors, by)
	return nil
}

func (m *memory) FindOrganisation(_ context.Context, id consent.OrganisationID) (backoffice.Organisation, error) {
	return find(m.organisations, func(o backoffice.Organisation) bool { return o.ID == id })
}

func (m *memory) ListOrganisations(_ context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Organisation, error) {
	return list(m, m.organisations, org, func(o backoffice.Organisation) consent.OrganisationID { return o.ID }, page)
}

func (m *memory) CreateOrganisation(_ context.Context, by consent.Editor, o backoffice.Organisation) (backoffice.Organisation, error) {
	return o, m.wrote(by)
}

func (m *memory) UpdateOrganisation(ctx context.Context, by consent.Editor, id consent.OrganisationID, do func(*backoffice.Organisation) error) (backoffice.Organisation, error) {
	o, err := m.FindOrganisation(ctx, id)
	return change(m, by, o, err, do)
}

func (m *memory) FindSite(_ context.Context, id consent.SiteID) (backoffice.Site, error) {
	return find(m.sites, func(s backoffice.Site) bool { return s.ID == id })
}

func (m *memory) ListSites(_ context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Site, error) {
	return list(m, m.sites, org, func(s backoffice.Site) consent.OrganisationID { return s.OrganisationID }, page)
}

func (m *memory) CreateSite(_ context.Context, by consent.Editor, s backoffice.Site) (backoffice.Site, error) {
	return s, m.wrote(by)
}

func (m *memory) UpdateSite(ctx context.Context, by consent.Editor, id consent.SiteID, do func(*backoffice.Site) error) (backoffice.Site, error) {
	s, err := m.FindSite(ctx, id)
	return change(m, by, s, err, do)
}

func (m *memory) FindPreference(_ context.Context, id consent.PreferenceID) (backoffice.Preference, error) {
	return find(m.preferences, func(p backoffice.Preference) bool { return p.ID == id })
}

func (m *memory) ListPreferences(_ context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Preference, error) {
	return list(m, m.preferences, org, func(p backoffice.Preference) consent.OrganisationID { return p.OrganisationID }, page)
}

func (m *memory) ListPublicPreferences(ctx context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Preference, error) {
	if _, err := m.FindOrganisation(ctx, org); err != nil {
		return nil, err
	}
	return m.ListPreferences(ctx, org, page)
}

func (m *memory) ListOffered(ctx context.Context, id consent.SiteID, page backoffice.Page) ([]backoffice.Preference, error) {
	site, err := m.FindSite(ctx, id)
	if err != nil {
		return nil, err
	}
	return m.ListPreferences(ctx, site.OrganisationID, page)
}

func (m *memory) CreatePreference(_ context.Context, by consent.Editor, p backoffice.Preference, _ consent.SiteID) (backoffice.Preference, error) {
	return p, m.wrote(by)
}

func (m *memory) RewordPreference(_ context.Context, by consent.Editor, id consent.PreferenceID, text string) (backoffice.Preference, error) {
	return backoffice.Preference{ID: id, Text: text}, m.wrote(by)
}

func (m *memory) DeletePreference(_ context.Context, by consent.Editor, _ consent.PreferenceID) error {
	return m.wrote(by)
}

func (m *memory) OfferPreference(_ context.Context, by consent.Editor, _ consent.SiteID, _ consent.PreferenceID, _ bool) error {
	return m.wrote(by)
}

func (m *memory) owner(c backoffice.Campaign) consent.OrganisationID {
	site, _ := m.FindSite(context.Background(), c.SiteID)
	return site.OrganisationID
}

func (m *memory) FindCampaign(_ context.Context, site consent.SiteID, id string) (backoffice.Campaign, error) {
	return find(m.campaigns, func(c backoffice.Campaign) bool { return c.SiteID == site && c.ID == id })
}

func (m *memory) SitesOfCampaign(_ context.Context, org consent.OrganisationID, id string) ([]consent.SiteID, error) {
	var sites []consent.SiteID
	for _, c := range m.campaigns {
		if c.ID == id && (org == (consent.OrganisationID{}) || m.owner(c) == org) && len(sites) < 2 {
			sites = append(sites, c.SiteID)
		}
	}
	return sites, nil
}

func (m *memory) ListCampaigns(_ context.Context, org consent.OrganisationID, _ consent.SiteID, page backoffice.Page) ([]backoffice.Campaign, error) {
	return list(m, m.campaigns, org, m.owner, page)
}

func (m *memory) CreateCampaign(_ context.Context, by consent.Editor, c backoffice.Campaign) (backoffice.Campaign, error) {
	return c, m.wrote(by)
}

func (m *memory) UpdateCampaign(ctx context.Context, by consent.Editor, site consent.SiteID, id string, do func(*backoffice.Campaign) error) (backoffice.Campaign, error) {
	c, err := m.FindCampaign(ctx, site, id)
	return change(m, by, c, err, do)
}

func (m *memory) FindAPIKey(_ context.Context, id backoffice.APIKeyID) (backoffice.APIKey, error) {
	return find(m.keys, func(k backoffice.APIKey) bool { return k.ID == id })
}

func (m *memory) ListAPIKeys(_ context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.APIKey, error) {
	return list(m, m.keys, org, func(k backoffice.APIKey) (of consent.OrganisationID) {
		if k.OrganisationID != nil {
			of = *k.OrganisationID
		}
		return of
	}, page)
}

func (m *memory) CreateAPIKey(_ context.Context, by consent.Editor, k backoffice.APIKey, hash auth.KeyHash) (backoffice.APIKey, error) {
	m.hash = hash
	return k, m.wrote(by)
}

func (m *memory) UpdateAPIKey(ctx context.Context, by consent.Editor, id backoffice.APIKeyID, do func(*backoffice.APIKey) error) (backoffice.APIKey, error) {
	k, err := m.FindAPIKey(ctx, id)
	return change(m, by, k, err, do)
}

func (m *memory) RevokeAPIKey(_ context.Context, by consent.Editor, _ backoffice.APIKeyID) error {
	return m.wrote(by)
}

func (m *memory) FindAccount(_ context.Context, account consent.ContactID) (backoffice.Account, error) {
	return find(m.accounts, func(a backoffice.Account) bool { return a.Contact == account })
}

func (m *memory) ListAccounts(_ context.Context, _ consent.SiteID, page backoffice.Page) ([]backoffice.Account, error) {
	m.page = page
	return m.accounts[:min(len(m.accounts), page.Limit)], nil
}
