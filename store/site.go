package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"

	"assent/consent"

	"github.com/google/uuid"
)

type siteRow struct {
	ID               consent.SiteID          `db:"id"`
	OrganisationID   consent.OrganisationID  `db:"organisation_id"`
	Slug             string                  `db:"slug"`
	Name             string                  `db:"name"`
	Features         string                  `db:"features"`
	DefaultRegion    string                  `db:"default_region"`
	Locale           string                  `db:"locale"`
	ConfirmURL       string                  `db:"confirm_url"`
	UnsubscribeURL   string                  `db:"unsubscribe_url"`
	SenderName       string                  `db:"sender_name"`
	SenderEmail      string                  `db:"sender_email"`
	OneTrustURL      string                  `db:"one_trust_url"`
	NeutralResponses bool                    `db:"neutral_responses"`
	BrandColour      string                  `db:"brand_colour"`
	BrandLogoURL     string                  `db:"brand_logo_url"`
	CaptchaProvider  consent.CaptchaProvider `db:"captcha_provider"`
	CaptchaSiteKey   string                  `db:"captcha_site_key"`
	CaptchaSecret    consent.SealedSecret    `db:"captcha_secret"`
	CaptchaVersion   int                     `db:"captcha_secret_version"`
	CreatedAt        Time                    `db:"created_at"`
	UpdatedAt        Time                    `db:"updated_at"`
}

const selectSite = `SELECT id, organisation_id, slug, name, features, default_region, locale, confirm_url,
	unsubscribe_url, sender_name, sender_email, one_trust_url, neutral_responses, brand_colour, brand_logo_url,
	captcha_provider, captcha_site_key, captcha_secret, captcha_secret_version, created_at, updated_at FROM site `

// What leads to the id of a site.
const (
	siteBySlug   = `SELECT id FROM site WHERE slug = $1`
	siteByDomain = `SELECT site_id FROM site_domain WHERE domain = $1`
	onlySite     = `SELECT id FROM site WHERE (SELECT count(*) FROM site) = 1`
)

type siteKey struct{ query, name string }

// Site resolves a reference; consent.ErrNotFound when it leads to no site, or to
// none in particular.
func (s *Store) Site(ctx context.Context, ref consent.SiteRef) (consent.Site, error) {
	id, err := s.resolveSite(ctx, ref)
	if err != nil {
		return consent.Site{}, err
	}
	return s.SiteByID(ctx, id)
}

// SiteByID returns consent.ErrNotFound when there is no such site.
func (s *Store) SiteByID(ctx context.Context, id consent.SiteID) (consent.Site, error) {
	return s.sites.through(id, func() (consent.Site, error) { return s.readSiteSeen(ctx, id) })
}

func (s *Store) resolveSite(ctx context.Context, ref consent.SiteRef) (consent.SiteID, error) {
	if ref.Header != "" {
		return s.siteNamed(ctx, ref.Header)
	}
	id, err := s.siteID(ctx, siteByDomain, hostname(ref.Host))
	if err == nil || !isNotFound(err) {
		return id, err
	}
	if ref.Fallback != "" {
		return s.siteNamed(ctx, ref.Fallback)
	}
	return s.siteID(ctx, onlySite)
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// siteNamed reads an id in its usual form only: uuid.Parse knows more of them.
func (s *Store) siteNamed(ctx context.Context, name string) (consent.SiteID, error) {
	if id, err := uuid.Parse(name); err == nil && len(name) == len(uuid.UUID{}.String()) {
		return consent.SiteID{UUID: id}, nil
	}
	return s.siteID(ctx, siteBySlug, name)
}

// maxSiteName is the longest name that leads to a site, in bytes: that of a host.
const maxSiteName = 253

// siteID remembers the id that a name leads to, or that it leads to none, as the
// host of a shop that names its site otherwise. Anybody can make up names, which
// take little memory since the sites are not kept with them.
func (s *Store) siteID(ctx context.Context, query string, name ...any) (consent.SiteID, error) {
	key := siteKey{query, fmt.Sprint(name...)}
	if !storable(key.name) || len(key.name) > maxSiteName {
		return consent.SiteID{}, consent.ErrNotFound
	}
	id, err := s.siteIDs.through(key, func() (id consent.SiteID, err error) {
		err = s.reader.GetContext(ctx, &id, query, name...)
		if errors.Is(err, sql.ErrNoRows) {
			return consent.SiteID{}, nil
		}
		return id, err
	})
	switch {
	case err != nil:
		return id, fmt.Errorf("finding a site: %w", redacted(err))
	case id == consent.SiteID{}:
		return id, consent.ErrNotFound
	}
	return id, nil
}

// readSiteSeen reads a site as the rules see it.
func (s *Store) readSiteSeen(ctx context.Context, id consent.SiteID) (consent.Site, error) {
	var row siteRow
	if err := s.reader.GetContext(ctx, &row, selectSite+`WHERE id = $1`, id); err != nil {
		return consent.Site{}, fmt.Errorf("reading a site: %w", noRows(err, consent.ErrNotFound))
	}
	site := row.site()
	domains, err := domainsOf(ctx, s.reader, row)
	if err != nil {
		return consent.Site{}, fmt.Errorf("reading the domains of a site: %w", redacted(err))
	}
	site.Domains = domains[id]
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
		Brand:   consent.Brand{Colour: r.BrandColour, LogoURL: r.BrandLogoURL},
		Captcha: consent.Captcha{Provider: r.CaptchaProvider, SiteKey: r.CaptchaSiteKey, Secret: r.CaptchaSecret},
	}
}
