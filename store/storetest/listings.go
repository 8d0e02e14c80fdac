package storetest

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"testing"

	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
)

// listing is one sort of list, and how something more comes into it.
type listing struct {
	read func(page backoffice.Page) ([]backoffice.Cursor, error)
	add  func() error
}

// places are the cursors of what a list shows.
func places[T any](things []T, err error, place func(T) backoffice.Cursor) ([]backoffice.Cursor, error) {
	cursors := make([]backoffice.Cursor, 0, len(things))
	for _, thing := range things {
		cursors = append(cursors, place(thing))
	}
	return cursors, err
}

func placeOfOrganisation(o backoffice.Organisation) backoffice.Cursor {
	return backoffice.Cursor{At: o.CreatedAt, ID: o.ID.UUID}
}

func placeOfSite(s backoffice.Site) backoffice.Cursor {
	return backoffice.Cursor{At: s.CreatedAt, ID: s.ID.UUID}
}

func placeOfText(p backoffice.Preference) backoffice.Cursor {
	return backoffice.Cursor{At: p.CreatedAt, ID: p.ID.UUID}
}

func placeOfCampaign(c backoffice.Campaign) backoffice.Cursor {
	return backoffice.Cursor{ID: c.SiteID.UUID, Name: c.ID}
}

func placeOfKey(k backoffice.APIKey) backoffice.Cursor {
	return backoffice.Cursor{At: k.CreatedAt, ID: k.ID.UUID}
}

func placeOfAccount(a backoffice.Account) backoffice.Cursor {
	return backoffice.Cursor{ID: a.Contact.UUID}
}

func compareCursors(a, b backoffice.Cursor) int {
	return cmp.Or(a.At.Compare(b.At), bytes.Compare(a.ID[:], b.ID[:]), strings.Compare(a.Name, b.Name))
}

// listings are all there are, as one organisation sees them.
func (s *shop) listings(t testing.TB) map[string]listing {
	ctx, org, site := t.Context(), s.site.OrganisationID, s.site.ID
	text := func(onlyAt consent.SiteID) func() error {
		return func() error { return errorOf(s.store.CreatePreference(ctx, editor, newText(org, "text"), onlyAt)) }
	}
	elsewhere := define(t, s.store.CreateSite, newSite(org, "elsewhere")).ID
	halves := 0
	lists := map[string]listing{}
	lists["organisations"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListOrganisations(ctx, consent.OrganisationID{}, p)
		return places(things, err, placeOfOrganisation)
	}, func() error { return errorOf(s.store.CreateOrganisation(ctx, editor, newOrganisation("More"))) }}
	lists["sites"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListSites(ctx, org, p)
		return places(things, err, placeOfSite)
	}, func() error { return errorOf(s.store.CreateSite(ctx, editor, newSite(org, uuid.NewString()))) }}
	lists["texts"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListPreferences(ctx, org, p)
		return places(things, err, placeOfText)
	}, text(consent.SiteID{})}
	lists["public texts"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListPublicPreferences(ctx, org, p)
		return places(things, err, placeOfText)
	}, text(site)}
	lists["texts on offer"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListOffered(ctx, site, p)
		return places(things, err, placeOfText)
	}, func() error { // in turn everywhere, here, and where it does not count
		halves++
		return cmp.Or(text([]consent.SiteID{{}, site}[halves%2])(), text(elsewhere)())
	}}
	lists["campaigns"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListCampaigns(ctx, org, consent.SiteID{}, p)
		return places(things, err, placeOfCampaign)
	}, s.addCampaign(t, site, elsewhere)}
	lists["campaigns of a site"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListCampaigns(ctx, consent.OrganisationID{}, site, p)
		return places(things, err, placeOfCampaign)
	}, s.addCampaign(t, site)}
	lists["keys"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListAPIKeys(ctx, org, p)
		return places(things, err, placeOfKey)
	}, func() error { return errorOf(s.store.CreateAPIKey(ctx, editor, newKey(org), newHash())) }}
	lists["accounts"] = listing{func(p backoffice.Page) ([]backoffice.Cursor, error) {
		things, err := s.store.ListAccounts(ctx, site, p)
		return places(things, err, placeOfAccount)
	}, func() error {
		s.keep(t, s.anyone(), consent.Account{CustomerID: uuid.NewString(), Site: site})
		return nil
	}}
	return lists
}

// addCampaign defines campaigns at the sites in turn.
func (s *shop) addCampaign(t testing.TB, sites ...consent.SiteID) func() error {
	n := 0
	return func() error {
		n++
		campaign := backoffice.Campaign{ID: uuid.NewString(), SiteID: sites[n%len(sites)], Name: fmt.Sprintf("Campaign %d", n)}
		return errorOf(s.store.CreateCampaign(t.Context(), editor, campaign))
	}
}
