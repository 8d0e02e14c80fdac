package backoffice

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"assent/auth"
	"assent/consent"
)

// Campaign is a promotion that visitors of one site enter.
type Campaign struct {
	ID             string          `json:"id" doc:"Chosen by you, unique at its site"`
	SiteID         consent.SiteID  `json:"site_id" format:"uuid"`
	Name           string          `json:"name" doc:"What it is called"`
	OpensAt        *time.Time      `json:"opens_at" doc:"From when entries are taken; null: from the beginning"`
	ClosesAt       *time.Time      `json:"closes_at" doc:"From when entries are not taken any more; null: never"`
	MetadataSchema json.RawMessage `json:"metadata_schema" doc:"JSON Schema for campaignMetadata; null: none is accepted"`
	CreatedAt      time.Time       `json:"created_at"`
	UpdatedAt      time.Time       `json:"updated_at"`
}

func (c Campaign) place() Cursor { return Cursor{ID: c.SiteID.UUID, Name: c.ID} }

// Check reports what is wrong with the values; Problems.
// Check finds what is wrong with the values; Problems.
func (c Campaign) Check() error {
	var p Problems
	p.add("id", campaignID(c.ID))
	p.add("name", line(c.Name))
	p.add("opens_at", moment(c.OpensAt))
	p.add("closes_at", moment(c.ClosesAt))
	if c.OpensAt != nil && c.ClosesAt != nil && !c.OpensAt.Before(*c.ClosesAt) {
		p.add("closes_at", "must be after opens_at")
	}
	p.add("metadata_schema", metadataSchema(c.MetadataSchema))
	return p.err()
}

// metadataSchema is the rule for a campaign's metadata schema.
func metadataSchema(schema json.RawMessage) string {
	if len(schema) == 0 {
		return ""
	}
	_, err := consent.CompileMetadataSchema(string(schema))
	var rule consent.SchemaError
	switch {
	case errors.As(err, &rule):
		return string(rule)
	case err != nil:
		return "must be a valid JSON Schema without references to anything outside it"
	}
	return ""
}

// moment is the rule for a time that both databases can keep.
func moment(t *time.Time) string {
	if t == nil || t.UTC().Year() >= 1970 && t.UTC().Year() <= 9999 {
		return ""
	}
	return "must lie between the years 1970 and 9999"
}

// Campaigns lists the campaigns of a site, or of all the caller may see;
// ErrNotFound for such a site.
func (s *Service) Campaigns(ctx context.Context, by auth.APIKey, at *consent.SiteID, page Page) (List[Campaign], error) {
	var site consent.SiteID
	if at != nil {
		site = *at
		if _, err := s.Site(ctx, by, site); err != nil {
			return List[Campaign]{}, err
		}
	}
	items, err := s.store.ListCampaigns(ctx, organisation(by), site, page.plusOne())
	return listed(items, page.Limit, Campaign.place), err
}

// Campaign finds a campaign of a site; ErrNotFound.
func (s *Service) Campaign(ctx context.Context, by auth.APIKey, site consent.SiteID, id string) (Campaign, error) {
	if _, err := s.Site(ctx, by, site); err != nil {
		return Campaign{}, err
	}
	return s.store.FindCampaign(ctx, site, id)
}

// CreateCampaign defines a campaign; ErrNotFound for its site, Problems.
func (s *Service) CreateCampaign(ctx context.Context, by auth.APIKey, c Campaign) (Campaign, error) {
	if _, err := s.Site(ctx, by, c.SiteID); err != nil {
		return Campaign{}, err
	}
	if err := c.Check(); err != nil {
		return Campaign{}, err
	}
	return s.store.CreateCampaign(ctx, editor(by), c)
}

// UpdateCampaign changes what change changes; ErrNotFound, Problems.
func (s *Service) UpdateCampaign(ctx context.Context, by auth.APIKey, site consent.SiteID, id string, change func(*Campaign)) (Campaign, error) {
	if _, err := s.Site(ctx, by, site); err != nil {
		return Campaign{}, err
	}
	return s.store.UpdateCampaign(ctx, editor(by), site, id, func(c *Campaign) error {
		change(c)
		return c.Check()
	})
}

// SiteOfCampaign finds the site of a campaign that is named without it: the id is
// unique at one site only. ErrNotFound, and Problems when several have one.
func (s *Service) SiteOfCampaign(ctx context.Context, by auth.APIKey, id string) (consent.SiteID, error) {
	sites, err := s.store.SitesOfCampaign(ctx, organisation(by), id)
	switch {
	case err != nil:
		return consent.SiteID{}, err
	case len(sites) == 0:
		return consent.SiteID{}, ErrNotFound
	case len(sites) > 1:
		return consent.SiteID{}, Invalid("site_id", "is needed: several sites have a campaign of this id")
	}
	return sites[0], nil
}
