package store

import (
	"context"

	"assent/backoffice"
	"assent/consent"
)

// FindPreference returns backoffice.ErrNotFound when there is no text of that id,
// or not any more.
func (s *Store) FindPreference(ctx context.Context, id consent.PreferenceID) (backoffice.Preference, error) {
	row, err := readPreference(ctx, s.reader, id)
	return found("a preference text", row.preference(), err)
}

// ListPreferences lists the texts of an organisation, or of all.
func (s *Store) ListPreferences(ctx context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Preference, error) {
	return list(ctx, s, "preference texts", preferencesQuery(org, page), preferenceRow.preference)
}

func preferencesQuery(org consent.OrganisationID, page backoffice.Page) query {
	q := query{text: selectPreference}
	q.ownedBy("p.organisation_id", org)
	q.page("p.", page)
	return q
}

type publicKey struct {
	org   consent.OrganisationID
	limit int
}

// ListPublicPreferences lists the texts of an organisation for everybody;
// backoffice.ErrNotFound when there is no such organisation. Only the beginning of
// the list is remembered, or the public could fill the memory with places in it.
func (s *Store) ListPublicPreferences(ctx context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Preference, error) {
	if page.After != (backoffice.Cursor{}) {
		return s.readPublicPreferences(ctx, org, page)
	}
	return s.publicTexts.through(publicKey{org, page.Limit}, func() ([]backoffice.Preference, error) {
		return s.readPublicPreferences(ctx, org, page)
	})
}

func (s *Store) readPublicPreferences(ctx context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Preference, error) {
	if _, err := s.FindOrganisation(ctx, org); err != nil {
		return nil, err
	}
	return s.ListPreferences(ctx, org, page)
}

// ListOffered lists what is on offer at a site.
func (s *Store) ListOffered(ctx context.Context, site consent.SiteID, page backoffice.Page) ([]backoffice.Preference, error) {
	return list(ctx, s, "the texts on offer", offeredQuery(site, page), preferenceRow.preference)
}
