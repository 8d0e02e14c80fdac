package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"assent/backoffice"
	"assent/consent"

	"github.com/jmoiron/sqlx"
)

type campaignRow struct {
	ID             string         `db:"id"`
	Site           consent.SiteID `db:"site_id"`
	Name           string         `db:"name"`
	OpensAt        Time           `db:"opens_at"`
	ClosesAt       Time           `db:"closes_at"`
	MetadataSchema string         `db:"metadata_schema"`
	CreatedAt      Time           `db:"created_at"`
	UpdatedAt      Time           `db:"updated_at"`
}

const selectCampaign = `SELECT c.id, c.site_id, c.name, c.opens_at, c.closes_at, c.metadata_schema, c.created_at, c.updated_at
FROM campaign c `

func (r campaignRow) campaign() consent.Campaign {
	return consent.Campaign{
		ID: r.ID, Site: r.Site, Name: r.Name, OpensAt: r.OpensAt.Time, ClosesAt: r.ClosesAt.Time, MetadataSchema: r.MetadataSchema,
	}
}

func (r campaignRow) settings() backoffice.Campaign {
	c := backoffice.Campaign{
		ID: r.ID, SiteID: r.Site, Name: r.Name, OpensAt: r.OpensAt.orNil(), ClosesAt: r.ClosesAt.orNil(),
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
	}
	if r.MetadataSchema != "" {
		c.MetadataSchema = json.RawMessage(r.MetadataSchema)
	}
	return c
}

// keepable gives a campaign times as they will be read: in UTC, to the microsecond.
func keepable(c *backoffice.Campaign) {
	for _, t := range []**time.Time{&c.OpensAt, &c.ClosesAt} {
		if *t != nil {
			kept := (*t).UTC().Truncate(time.Microsecond)
			*t = &kept
		}
	}
}

func readCampaign(ctx context.Context, db sqlx.QueryerContext, site consent.SiteID, id string) (campaignRow, error) {
	var row campaignRow
	if !storable(id) {
		return row, sql.ErrNoRows
	}
	err := sqlx.GetContext(ctx, db, &row, selectCampaign+`WHERE c.site_id = $1 AND c.id = $2`, site, id)
	return row, err
}

// FindCampaign returns backoffice.ErrNotFound when the site has no such campaign.
func (s *Store) FindCampaign(ctx context.Context, site consent.SiteID, id string) (backoffice.Campaign, error) {
	row, err := readCampaign(ctx, s.reader, site, id)
	return found("a campaign", row.settings(), err)
}

// SitesOfCampaign lists the sites that have a campaign of that id, two at most.
func (s *Store) SitesOfCampaign(ctx context.Context, org consent.OrganisationID, id string) ([]consent.SiteID, error) {
	if !storable(id) {
		return nil, nil
	}
	var q query
	q.add(`SELECT c.site_id FROM campaign c JOIN site s ON s.id = c.site_id WHERE c.id = %s`, id)
	q.ownedBy("s.organisation_id", org)
	q.text += ` ORDER BY c.site_id LIMIT 2`
	return list(ctx, s, "the sites of a campaign", q, func(id consent.SiteID) consent.SiteID { return id })
}

// ListCampaigns lists the campaigns of one site or, if that is zero, of all the
// sites of an organisation, or of all.
func (s *Store) ListCampaigns(ctx context.Context, org consent.OrganisationID, site consent.SiteID, page backoffice.Page) ([]backoffice.Campaign, error) {
	return list(ctx, s, "campaigns", campaignsQuery(org, site, page), campaignRow.settings)
}

func campaignsQuery(org consent.OrganisationID, site consent.SiteID, page backoffice.Page) query {
	q := query{text: selectCampaign + `JOIN site s ON s.id = c.site_id`}
	if site == (consent.SiteID{}) {
		q.add(` WHERE (c.site_id, c.id) > (%s, %s)`, page.After.ID, page.After.Name)
	} else {
		q.add(` WHERE c.site_id = %s AND c.id > %s`, site, page.After.Name)
	}
	q.ownedBy("s.organisation_id", org)
	q.add(` ORDER BY c.site_id, c.id LIMIT %s`, page.Limit)
	return q
}

// CreateCampaign defines a campaign under the id it has.
func (s *Store) CreateCampaign(ctx context.Context, by consent.Editor, c backoffice.Campaign) (backoffice.Campaign, error) {
	keepable(&c)
	err := s.edit(ctx, by, c.SiteID.UUID, func(ctx context.Context, e *edit) error {
		c.CreatedAt, c.UpdatedAt = e.now, e.now
		if err := e.logCampaign(ctx, consent.Created, nil, c); err != nil {
			return err
		}
		_, err := e.ExecContext(ctx, `INSERT INTO campaign (site_id, id, name, opens_at, closes_at, metadata_schema, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
			c.SiteID, c.ID, c.Name, orNoTime(c.OpensAt), orNoTime(c.ClosesAt), string(c.MetadataSchema), Time{e.now})
		return takenOr(err, "id")
	})
	return c, err
}

// UpdateCampaign changes the name, the times or the schema of a campaign.
func (s *Store) UpdateCampaign(ctx context.Context, by consent.Editor, site consent.SiteID, id string, change func(*backoffice.Campaign) error) (c backoffice.Campaign, err error) {
	err = s.edit(ctx, by, site.UUID, func(ctx context.Context, e *edit) error {
		row, err := readCampaign(ctx, e, site, id)
		if err != nil {
			return err
		}
		c = row.settings()
		before, differs, err := revised(&c, func(c *backoffice.Campaign) error {
			defer keepable(c)
			return change(c)
		})
		if err != nil || !differs {
			return err
		}
		c.UpdatedAt = e.now
		if err := e.logCampaign(ctx, consent.Updated, before, c); err != nil {
			return err
		}
		_, err = e.ExecContext(ctx, `UPDATE campaign SET name = $1, opens_at = $2, closes_at = $3, metadata_schema = $4, updated_at = $5
WHERE site_id = $6 AND id = $7`,
			c.Name, orNoTime(c.OpensAt), orNoTime(c.ClosesAt), string(c.MetadataSchema), Time{e.now}, site, id)
		return err
	})
	return c, err
}

func (e *edit) logCampaign(ctx context.Context, action consent.EditAction, before any, c backoffice.Campaign) error {
	site, err := readSite(ctx, e, c.SiteID)
	e.record = &consent.AdminRecord{
		Organisation: site.OrganisationID, Action: action, Subject: "campaign", SubjectID: c.SiteID.String() + "/" + c.ID,
		Before: before, After: c,
	}
	return err
}
