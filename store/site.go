package store

import (
	"context"
	"fmt"
	"net"
	"strings"

	"assent/consent"

	"github.com/google/uuid"
)

type siteRow struct {
	ID               consent.SiteID         `db:"id"`
	OrganisationID   consent.OrganisationID `db:"organisation_id"`
	Slug             string                 `db:"slug"`
	Name             string                 `db:"name"`
	Features         string                 `db:"features"`
	DefaultRegion    string                 `db:"default_region"`
	Locale           string                 `db:"locale"`
	ConfirmURL       string                 `db:"confirm_url"`
	UnsubscribeURL   string                 `db:"unsubscribe_url"`
	SenderName       string                 `db:"sender_name"`
	SenderEmail      string                 `db:"sender_email"`
	OneTrustURL      string                 `db:"one_trust_url"`
	NeutralResponses bool                   `db:"neutral_responses"`
	BrandColour      string                 `db:"brand_colour"`
	BrandLogoURL     string                 `db:"brand_logo_url"`
	CreatedAt        Time                   `db:"created_at"`
	UpdatedAt        Time                   `db:"updated_at"`
}

const selectSite = `SELECT id, organisation_id, slug, name, features, default_region, locale, confirm_url,
	unsubscribe_url, sender_name, sender_email, one_trust_url, neutral_responses, brand_colour, brand_logo_url,
	created_at, updated_at FROM site `

// Site resolves a reference; consent.ErrNotFound when it leads to no site, or to
// none in particular.
func (s *Store) Site(ctx context.Context, ref consent.SiteRef) (consent.Site, error) {
	ref.Host = hostname(ref.Host)
	return s.sites.through(ref, func() (consent.Site, error) { return s.resolveSite(ctx, ref) })
}

// SiteByID returns consent.ErrNotFound when there is no such site.
func (s *Store) SiteByID(ctx context.Context, id consent.SiteID) (consent.Site, error) {
	return s.Site(ctx, consent.SiteRef{Header: id.String()})
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func (s *Store) resolveSite(ctx context.Context, ref consent.SiteRef) (consent.Site, error) {
	if ref.Header != "" {
		return s.siteNamed(ctx, ref.Header)
	}
	site, err := s.siteWhere(ctx, `WHERE id = (SELECT site_id FROM site_domain WHERE domain = $1)`, ref.Host)
	if err == nil || !isNotFound(err) {
		return site, err
	}
	if ref.Fallback != "" {
		return s.siteNamed(ctx, ref.Fallback)
	}
	return s.siteWhere(ctx, `WHERE (SELECT count(*) FROM site) = 1`)
}

func (s *Store) siteNamed(ctx context.Context, name string) (consent.Site, error) {
	if id, err := uuid.Parse(name); err == nil {
		return s.siteWhere(ctx, `WHERE id = $1`, id)
	}
	return s.siteWhere(ctx, `WHERE slug = $1`, name)
}

func (s *Store) siteWhere(ctx context.Context, where string, args ...any) (consent.Site, error) {
	for _, a := range args {
		if text, ok := a.(string); ok && !storable(text) {
			return consent.Site{}, consent.ErrNotFound
		}
	}
	var row siteRow
	if err := s.reader.GetContext(ctx, &row, selectSite+where, args...); err != nil {
		return consent.Site{}, fmt.Errorf("reading a site: %w", noRows(err, consent.ErrNotFound))
	}
	site := row.site()
	var err error
	site.Preferences, err = s.preferencesOf(ctx, site.ID)
	return site, err
}

// storable reports whether PostgreSQL could hold the text at all.
func storable(s string) bool { return strings.ToValidUTF8(s, "") == s && !strings.ContainsRune(s, 0) }

func (r siteRow) site() consent.Site {
	return consent.Site{
		ID: r.ID, OrganisationID: r.OrganisationID, Slug: r.Slug, Name: r.Name, Features: splitFeatures(r.Features),
		DefaultRegion: r.DefaultRegion, Locale: r.Locale, ConfirmURL: r.ConfirmURL, UnsubscribeURL: r.UnsubscribeURL, SenderName: r.SenderName,
		SenderEmail: r.SenderEmail, OneTrustURL: r.OneTrustURL, NeutralResponses: r.NeutralResponses,
		Brand: consent.Brand{Colour: r.BrandColour, LogoURL: r.BrandLogoURL},
	}
}
