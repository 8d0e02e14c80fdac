package store

import (
	"context"
	"fmt"
	"strings"

	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// What the back office defines is written by the functions below. Each is one
// transaction; the identifiers are the caller's.

// Organisation is a company that owns sites and preference texts.
type Organisation struct {
	ID   consent.OrganisationID
	Name string
}

// NewPreference is a consent text with where it is on offer.
type NewPreference struct {
	ID             consent.PreferenceID
	OrganisationID consent.OrganisationID
	Text           string
	OnlyAt         consent.SiteID // zero: at every site of the organisation
}

// Empty reports whether nothing has been defined yet.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var n int
	if err := s.reader.GetContext(ctx, &n, `SELECT count(*) FROM organisation`); err != nil {
		return false, fmt.Errorf("counting organisations: %w", redacted(err))
	}
	return n == 0, nil
}

// CreateOrganisation defines an organisation.
func (s *Store) CreateOrganisation(ctx context.Context, o Organisation) error {
	return s.define(ctx, "creating an organisation", func(tx *sqlx.Tx, now Time) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO organisation (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)`,
			o.ID, o.Name, now)
		return err
	})
}

// CreateSite defines a site and the domains it is found by. Its Preferences are
// not looked at: they follow from the organisation's.
func (s *Store) CreateSite(ctx context.Context, site consent.Site, domains ...string) error {
	return s.define(ctx, "creating a site", func(tx *sqlx.Tx, now Time) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO site (id, organisation_id, slug, name, features, default_region, locale,
confirm_url, unsubscribe_url, sender_name, sender_email, one_trust_url, neutral_responses, brand_colour, brand_logo_url,
created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`,
			site.ID, site.OrganisationID, site.Slug, site.Name, joinFeatures(site.Features), site.DefaultRegion, site.Locale,
			site.ConfirmURL, site.UnsubscribeURL, site.SenderName, site.SenderEmail, site.OneTrustURL,
			site.NeutralResponses, site.Brand.Colour, site.Brand.LogoURL, now)
		if err != nil {
			return err
		}
		for _, d := range domains {
			if _, err := tx.ExecContext(ctx, `INSERT INTO site_domain (domain, site_id) VALUES ($1, $2)`, hostname(d), site.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func joinFeatures(fs []consent.Feature) string {
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = string(f)
	}
	return strings.Join(names, " ")
}

// CreatePreference defines the first version of a consent text.
func (s *Store) CreatePreference(ctx context.Context, p NewPreference) error {
	everywhere := p.OnlyAt == consent.SiteID{}
	return s.define(ctx, "creating a preference text", func(tx *sqlx.Tx, now Time) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO preference (id, organisation_id, everywhere, version, created_at, updated_at)
VALUES ($1, $2, $3, 1, $4, $4)`, p.ID, p.OrganisationID, everywhere, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO preference_version (preference_id, version, text, created_at)
VALUES ($1, 1, $2, $3)`, p.ID, p.Text, now); err != nil {
			return err
		}
		if everywhere {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO site_preference (site_id, preference_id, enabled) VALUES ($1, $2, $3)`,
			p.OnlyAt, p.ID, true)
		return err
	})
}

// CreateCampaign defines a campaign. Its schema must have passed
// consent.CompileMetadataSchema.
func (s *Store) CreateCampaign(ctx context.Context, c consent.Campaign) error {
	return s.define(ctx, "creating a campaign", func(tx *sqlx.Tx, now Time) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO campaign (site_id, id, name, opens_at, closes_at, metadata_schema, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, c.Site, c.ID, c.Name, Time{c.OpensAt}, Time{c.ClosesAt}, c.MetadataSchema, now)
		return err
	})
}

func (s *Store) define(ctx context.Context, what string, write func(*sqlx.Tx, Time) error) error {
	err := transact(ctx, s.writer, func(tx *sqlx.Tx) error { return write(tx, Time{s.now()}) })
	if err != nil {
		return fmt.Errorf("%s: %w", what, redacted(err))
	}
	return nil
}
