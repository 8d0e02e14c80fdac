package store

import (
	"context"
	"fmt"

	"assent/consent"
)

type campaignKey struct {
	site consent.SiteID
	id   string
}

// Campaign returns consent.ErrNotFound when the site has no such campaign.
func (s *Store) Campaign(ctx context.Context, site consent.SiteID, id string) (consent.Campaign, error) {
	if !storable(id) {
		return consent.Campaign{}, consent.ErrNotFound
	}
	return s.campaigns.through(campaignKey{site, id}, func() (consent.Campaign, error) {
		return s.readCampaign(ctx, site, id)
	})
}

func (s *Store) readCampaign(ctx context.Context, site consent.SiteID, id string) (consent.Campaign, error) {
	var row struct {
		Name           string `db:"name"`
		OpensAt        Time   `db:"opens_at"`
		ClosesAt       Time   `db:"closes_at"`
		MetadataSchema string `db:"metadata_schema"`
	}
	err := s.reader.GetContext(ctx, &row,
		`SELECT name, opens_at, closes_at, metadata_schema FROM campaign WHERE site_id = $1 AND id = $2`, site, id)
	if err != nil {
		return consent.Campaign{}, fmt.Errorf("reading a campaign: %w", noRows(err, consent.ErrNotFound))
	}
	return consent.Campaign{
		ID: id, Site: site, Name: row.Name, OpensAt: row.OpensAt.Time, ClosesAt: row.ClosesAt.Time,
		MetadataSchema: row.MetadataSchema,
	}, nil
}
