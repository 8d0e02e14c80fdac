package store

import (
	"context"
	"fmt"
	"strings"

	"assent/backoffice"
	"assent/consent"

	"github.com/jmoiron/sqlx"
)

func (r siteRow) settings(domains map[consent.SiteID][]string) backoffice.Site {
	s := backoffice.Site{
		ID: r.ID, OrganisationID: r.OrganisationID, Slug: r.Slug, Name: r.Name, Features: []consent.Feature{}, Domains: []string{},
		DefaultRegion: r.DefaultRegion, Locale: r.Locale, ConfirmURL: r.ConfirmURL, UnsubscribeURL: r.UnsubscribeURL,
		SenderName: r.SenderName, SenderEmail: r.SenderEmail, OneTrustURL: r.OneTrustURL, NeutralResponses: r.NeutralResponses,
		Brand: backoffice.Brand{Colour: r.BrandColour, LogoURL: r.BrandLogoURL},
		Captcha: backoffice.Captcha{
			Provider: r.CaptchaProvider, SiteKey: r.CaptchaSiteKey, SecretVersion: r.CaptchaVersion, Sealed: r.CaptchaSecret,
		},
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
	}
	s.Features = append(s.Features, splitFeatures(r.Features)...)
	s.Domains = append(s.Domains, domains[r.ID]...)
	return s
}

func splitFeatures(names string) (features []consent.Feature) {
	for name := range strings.FieldsSeq(names) {
		features = append(features, consent.Feature(name))
	}
	return features
}

func joinFeatures(fs []consent.Feature) string {
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = string(f)
	}
	return strings.Join(names, " ")
}

// ownSlices gives a site slices that are its own and not nil.
func ownSlices(s *backoffice.Site) {
	s.Features = append([]consent.Feature{}, s.Features...)
	s.Domains = append([]string{}, s.Domains...)
}

// siteColumns are those that the values of writeSite fill, in that order.
const siteColumns = `slug, name, features, default_region, locale, confirm_url, unsubscribe_url, sender_name, sender_email,
	one_trust_url, neutral_responses, brand_colour, brand_logo_url, captcha_provider, captcha_site_key, captcha_secret,
	captcha_secret_version, updated_at`

// writeSite carries out a statement that starts with the site's values for
// siteColumns, then its id, and puts its domains in the place of those it had.
func (e *edit) writeSite(ctx context.Context, statement string, s backoffice.Site, more ...any) error {
	values := []any{
		s.Slug, s.Name, joinFeatures(s.Features), s.DefaultRegion, s.Locale, s.ConfirmURL, s.UnsubscribeURL, s.SenderName, s.SenderEmail,
		s.OneTrustURL, s.NeutralResponses, s.Brand.Colour, s.Brand.LogoURL, s.Captcha.Provider, s.Captcha.SiteKey, s.Captcha.Sealed,
		s.Captcha.SecretVersion, Time{s.UpdatedAt}, s.ID,
	}
	if _, err := e.ExecContext(ctx, statement, append(values, more...)...); err != nil {
		return takenOr(err, "slug")
	}
	if _, err := e.ExecContext(ctx, `DELETE FROM site_domain WHERE site_id = $1`, s.ID); err != nil {
		return err
	}
	for i, d := range s.Domains {
		_, err := e.ExecContext(ctx, `INSERT INTO site_domain (domain, site_id, position) VALUES ($1, $2, $3)`, d, s.ID, i)
		if err != nil {
			return takenOr(err, fmt.Sprintf("domains[%d]", i))
		}
	}
	return nil
}

func readSite(ctx context.Context, db sqlx.QueryerContext, id consent.SiteID) (backoffice.Site, error) {
	var row siteRow
	if err := sqlx.GetContext(ctx, db, &row, selectSite+`WHERE id = $1`, id); err != nil {
		return backoffice.Site{}, err
	}
	domains, err := domainsOf(ctx, db, row)
	return row.settings(domains), err
}

func domainsOf(ctx context.Context, db sqlx.QueryerContext, sites ...siteRow) (map[consent.SiteID][]string, error) {
	if len(sites) == 0 {
		return nil, nil
	}
	ids := make([]any, len(sites))
	for i, s := range sites {
		ids[i] = s.ID
	}
	var rows []struct {
		Site   consent.SiteID `db:"site_id"`
		Domain string         `db:"domain"`
	}
	query := `SELECT site_id, domain FROM site_domain WHERE site_id IN (` + placeholders(1, len(ids)) + `) ORDER BY site_id, position, domain`
	if err := sqlx.SelectContext(ctx, db, &rows, query, ids...); err != nil {
		return nil, err
	}
	domains := map[consent.SiteID][]string{}
	for _, r := range rows {
		domains[r.Site] = append(domains[r.Site], r.Domain)
	}
	return domains, nil
}

// FindSite returns backoffice.ErrNotFound when there is none of that id.
func (s *Store) FindSite(ctx context.Context, id consent.SiteID) (backoffice.Site, error) {
	site, err := readSite(ctx, s.reader, id)
	return found("a site", site, err)
}

// ListSites lists the sites of an organisation, or of all.
func (s *Store) ListSites(ctx context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Site, error) {
	rows, err := list(ctx, s, "sites", sitesQuery(org, page), func(r siteRow) siteRow { return r })
	if err != nil {
		return nil, err
	}
	domains, err := domainsOf(ctx, s.reader, rows...)
	if err != nil {
		return nil, fmt.Errorf("listing domains: %w", redacted(err))
	}
	sites := make([]backoffice.Site, 0, len(rows))
	for _, r := range rows {
		sites = append(sites, r.settings(domains))
	}
	return sites, nil
}

func sitesQuery(org consent.OrganisationID, page backoffice.Page) query {
	q := query{text: selectSite + `WHERE true`}
	q.ownedBy("organisation_id", org)
	q.page("", page)
	return q
}

// CreateSite defines a site under the id it has.
func (s *Store) CreateSite(ctx context.Context, by consent.Editor, site backoffice.Site) (backoffice.Site, error) {
	ownSlices(&site)
	err := s.edit(ctx, by, site.ID.UUID, func(ctx context.Context, e *edit) error {
		site.CreatedAt, site.UpdatedAt = e.now, e.now
		e.record = &consent.AdminRecord{
			Organisation: site.OrganisationID, Action: consent.Created, Subject: "site", SubjectID: site.ID.String(), After: site,
		}
		return e.writeSite(ctx, `INSERT INTO site (`+siteColumns+`, id, organisation_id, created_at) VALUES (`+placeholders(1, 21)+`)`,
			site, site.OrganisationID, Time{site.CreatedAt})
	})
	return site, err
}

// UpdateSite changes the settings of a site, but not whose it is.
func (s *Store) UpdateSite(ctx context.Context, by consent.Editor, id consent.SiteID, change func(*backoffice.Site) error) (site backoffice.Site, err error) {
	err = s.edit(ctx, by, id.UUID, func(ctx context.Context, e *edit) error {
		if site, err = readSite(ctx, e, id); err != nil {
			return err
		}
		before, differs, err := revised(&site, func(site *backoffice.Site) error {
			defer ownSlices(site)
			return change(site)
		})
		if err != nil || !differs {
			return err
		}
		site.UpdatedAt = e.now
		e.record = &consent.AdminRecord{
			Organisation: site.OrganisationID, Action: consent.Updated, Subject: "site", SubjectID: id.String(), Before: before, After: site,
		}
		return e.writeSite(ctx, `UPDATE site SET (`+siteColumns+`) = (`+placeholders(1, 18)+`) WHERE id = $19`, site)
	})
	return site, err
}
