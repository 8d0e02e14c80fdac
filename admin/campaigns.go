package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/danielgtaylor/huma/v2"
)

// CampaignInput is what a campaign is created from.
type CampaignInput struct {
	ID     string         `json:"id" pattern:"^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$" doc:"Chosen by you, unique at its site" example:"summer-draw"`
	SiteID consent.SiteID `json:"site_id" format:"uuid"`
	Name   string         `json:"name" minLength:"1" maxLength:"200" doc:"What it is called" example:"Summer prize draw"`
	CampaignSettings
}

// CampaignChange is what of a campaign can be changed.
type CampaignChange struct {
	Name Optional[string] `json:"name,omitzero" minLength:"1" maxLength:"200" doc:"What it is called"`
	CampaignSettings
}

// CampaignSettings are the settings that a campaign can be without. null unsets
// one.
type CampaignSettings struct {
	OpensAt        Moment          `json:"opens_at,omitzero" doc:"From when entries are taken; null: from the beginning"`
	ClosesAt       Moment          `json:"closes_at,omitzero" doc:"From when entries are not taken any more; null: never"`
	MetadataSchema json.RawMessage `json:"metadata_schema,omitempty" doc:"JSON Schema for campaignMetadata; null: none is accepted"`
}

// Moment is a time that may be sent, sent as null, or not be sent.
type Moment struct {
	sent bool
	at   *time.Time
}

// Schema describes it.
func (Moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

// UnmarshalJSON is called for what is sent only.
func (m *Moment) UnmarshalJSON(text []byte) error {
	m.sent = true
	return json.Unmarshal(text, &m.at)
}

func (m Moment) apply(to **time.Time) {
	if !m.sent {
		return
	}
	if *to = m.at; m.at != nil {
		kept := m.at.UTC().Truncate(time.Microsecond)
		*to = &kept
	}
}

func (s CampaignSettings) apply(to *backoffice.Campaign) {
	s.OpensAt.apply(&to.OpensAt)
	s.ClosesAt.apply(&to.ClosesAt)
	if string(s.MetadataSchema) == "null" {
		to.MetadataSchema = nil
	} else if s.MetadataSchema != nil {
		to.MetadataSchema = s.MetadataSchema
	}
}

// CampaignPath names a campaign.
type CampaignPath struct {
	ID string `path:"campaignId" maxLength:"100"`
	AtAnySite
}

type campaignAnswer struct{ Body backoffice.Campaign }

func (a *API) campaigns() {
	const all, one = "/campaigns", "/campaigns/{campaignId}"
	const siteNeeded = "The site can be left out where no other site has a campaign of this id."
	handle(a, huma.Operation{
		OperationID: "listCampaigns", Method: http.MethodGet, Path: all, Tags: []string{tagCampaigns},
		Summary: "List campaigns", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		AtAnySite
		Paging
	}) (*Listed[backoffice.Campaign], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.Campaign], error) {
			return a.service.Campaigns(ctx, by, in.site(), p)
		})
	})
	handle(a, huma.Operation{
		OperationID: "createCampaign", Method: http.MethodPost, Path: all, Tags: []string{tagCampaigns},
		Summary: "Create a campaign", Errors: missing(), DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Body CampaignInput }) (*campaignAnswer, error) {
		c := backoffice.Campaign{ID: in.Body.ID, SiteID: in.Body.SiteID, Name: in.Body.Name}
		in.Body.apply(&c)
		c, err := a.service.CreateCampaign(ctx, by, c)
		return &campaignAnswer{c}, err
	})
	handle(a, huma.Operation{
		OperationID: "getCampaign", Method: http.MethodGet, Path: one, Tags: []string{tagCampaigns},
		Summary: "Read a campaign", Description: siteNeeded, Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *CampaignPath) (*campaignAnswer, error) {
		site, err := a.siteOf(ctx, by, in)
		if err != nil {
			return nil, err
		}
		c, err := a.service.Campaign(ctx, by, site, in.ID)
		return &campaignAnswer{c}, err
	})
	handle(a, huma.Operation{
		OperationID: "updateCampaign", Method: http.MethodPatch, Path: one, Tags: []string{tagCampaigns},
		Summary: "Change a campaign", Description: siteNeeded, Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		CampaignPath
		Body CampaignChange
	}) (*campaignAnswer, error) {
		site, err := a.siteOf(ctx, by, &in.CampaignPath)
		if err != nil {
			return nil, err
		}
		c, err := a.service.UpdateCampaign(ctx, by, site, in.ID, func(c *backoffice.Campaign) {
			in.Body.Name.set(&c.Name)
			in.Body.apply(c)
		})
		return &campaignAnswer{c}, err
	})
}

func (a *API) siteOf(ctx context.Context, by auth.APIKey, c *CampaignPath) (consent.SiteID, error) {
	if site := c.site(); site != nil {
		return *site, nil
	}
	return a.service.SiteOfCampaign(ctx, by, c.ID)
}
