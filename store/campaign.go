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
	return s.campaigns.through(campaignKey{site, id}, func() (consent.Campaign, error) {
		row, err := readCampaign(ctx, s.reader, site, id)
		if err != nil {
			return consent.Campaign{}, fmt.Errorf("reading a campaign: %w", noRows(err, consent.ErrNotFound))
		}
		return row.campaign(), nil
	})
}
