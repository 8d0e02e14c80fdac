package backoffice

import (
	"context"
	"time"

	"assent/auth"
	"assent/consent"

	"github.com/google/uuid"
)

// MaxPreferenceText is the longest consent text, in characters.
const MaxPreferenceText = 500

// Preference is a consent text ("I want to receive emails about special offers").
type Preference struct {
	ID             consent.PreferenceID   `json:"id" format:"uuid"`
	Text           string                 `json:"text" doc:"What a person consents to, as currently worded"`
	OrganisationID consent.OrganisationID `json:"organisation_id" format:"uuid"`
	CreatedAt      time.Time              `json:"created_at"`
	UpdatedAt      time.Time              `json:"updated_at"`
}

// PreferenceText is what the public may see of a consent text.
type PreferenceText struct {
	ID   consent.PreferenceID `json:"id" format:"uuid"`
	Text string               `json:"text" doc:"What a person consents to, as currently worded"`
}

// PreferenceVersion is a consent text as it was worded from some moment on.
type PreferenceVersion struct {
	Version   int       `json:"version" minimum:"1" doc:"What audit records refer to"`
	Text      string    `json:"text" doc:"What a person consented to"`
	CreatedAt time.Time `json:"created_at"`
}

func (p Preference) place() Cursor { return Cursor{At: p.CreatedAt, ID: p.ID.UUID} }

// Check reports what is wrong with the values; Problems.
// Check finds what is wrong with the values; Problems.
func (p Preference) Check() error {
	var ps Problems
	ps.add("text", paragraph(p.Text, MaxPreferenceText))
	return ps.err()
}

// Preferences lists the consent texts of an organisation, or of all the caller may
// see.
func (s *Service) Preferences(ctx context.Context, by auth.APIKey, of *consent.OrganisationID, page Page) (List[Preference], error) {
	org, ok := filtered(by, of)
	if !ok {
		return List[Preference]{}, nil
	}
	items, err := s.store.ListPreferences(ctx, org, page.plusOne())
	return listed(items, page.Limit, Preference.place), err
}

// PublicPreferences lists the consent texts of an organisation for everybody;
// ErrNotFound. As much as a page can hold is read whatever the limit is, so that
// one answer remembered serves them all.
func (s *Service) PublicPreferences(ctx context.Context, of consent.OrganisationID, page Page) (List[PreferenceText], error) {
	items, err := s.store.ListPublicPreferences(ctx, of, Page{MaxPage, page.After}.plusOne())
	list := listed(items, page.Limit, Preference.place)
	public := List[PreferenceText]{Next: list.Next}
	for _, p := range list.Items {
		public.Items = append(public.Items, PreferenceText{p.ID, p.Text})
	}
	return public, err
}

// Offered lists the consent texts on offer at a site; ErrNotFound.
func (s *Service) Offered(ctx context.Context, by auth.APIKey, site consent.SiteID, page Page) (List[Preference], error) {
	if _, err := s.Site(ctx, by, site); err != nil {
		return List[Preference]{}, err
	}
	items, err := s.store.ListOffered(ctx, site, page.plusOne())
	return listed(items, page.Limit, Preference.place), err
}

// Preference finds a consent text; ErrNotFound.
func (s *Service) Preference(ctx context.Context, by auth.APIKey, id consent.PreferenceID) (Preference, error) {
	p, err := s.store.FindPreference(ctx, id)
	if err == nil && !by.Opens(p.OrganisationID.UUID) {
		return Preference{}, ErrNotFound
	}
	return p, err
}

// PreferenceVersions lists the wordings of a consent text, oldest first, also after
// its offer has ended: what was answered refers to them; ErrNotFound.
func (s *Service) PreferenceVersions(ctx context.Context, by auth.APIKey, id consent.PreferenceID) ([]PreferenceVersion, error) {
	org, versions, err := s.store.FindVersions(ctx, id)
	if err == nil && !by.Opens(org.UUID) {
		return nil, ErrNotFound
	}
	return versions, err
}

// CreatePreference defines a consent text. It is on offer at one site, or without
// one at every site of the organisation, present and future; ErrForbidden,
// Problems.
func (s *Service) CreatePreference(ctx context.Context, by auth.APIKey, p Preference, onlyAt *consent.SiteID) (Preference, error) {
	if !by.Opens(p.OrganisationID.UUID) {
		return Preference{}, ErrForbidden
	}
	if err := p.Check(); err != nil {
		return Preference{}, err
	}
	if err := s.ownOrganisation(ctx, by, p.OrganisationID); err != nil {
		return Preference{}, err
	}
	var site consent.SiteID
	if onlyAt != nil {
		site = *onlyAt
		if err := s.siteOf(ctx, site, p.OrganisationID, "site_id"); err != nil {
			return Preference{}, err
		}
	}
	p.ID = consent.PreferenceID{UUID: uuid.Must(uuid.NewV7())}
	return s.store.CreatePreference(ctx, editor(by), p, site)
}

// RewordPreference gives a consent text another wording and keeps the old one as a
// version; ErrNotFound, Problems.
func (s *Service) RewordPreference(ctx context.Context, by auth.APIKey, id consent.PreferenceID, text string) (Preference, error) {
	if _, err := s.Preference(ctx, by, id); err != nil {
		return Preference{}, err
	}
	if err := (Preference{Text: text}).Check(); err != nil {
		return Preference{}, err
	}
	return s.store.RewordPreference(ctx, editor(by), id, text)
}

// DeletePreference ends the offer of a consent text. What was chosen stays on
// record; ErrNotFound.
func (s *Service) DeletePreference(ctx context.Context, by auth.APIKey, id consent.PreferenceID) error {
	if _, err := s.Preference(ctx, by, id); err != nil {
		return err
	}
	return s.store.DeletePreference(ctx, editor(by), id)
}

// Offer puts a consent text on offer at a site, or with offered false takes it
// off there; ErrNotFound, and Problems for putting on offer a text of another
// organisation.
func (s *Service) Offer(ctx context.Context, by auth.APIKey, siteID consent.SiteID, id consent.PreferenceID, offered bool) (Preference, error) {
	site, err := s.Site(ctx, by, siteID)
	if err != nil {
		return Preference{}, err
	}
	p, err := s.Preference(ctx, by, id)
	if err != nil {
		return Preference{}, err
	}
	switch {
	case p.OrganisationID == site.OrganisationID:
	case offered:
		return Preference{}, Invalid("marketing_preference_id", "belongs to another organisation than the site")
	default:
		return Preference{}, ErrNotFound
	}
	return p, s.store.OfferPreference(ctx, editor(by), siteID, id, offered)
}
