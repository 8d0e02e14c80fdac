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
	ID     string `json:"id" pattern:"^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$" doc:"Chosen by you, unique at its site" example:"summer-draw"`
	SiteID ID     `json:"site_id" format:"uuid"`
	Name   string `json:"name" minLength:"1" maxLength:"200" doc:"What it is called" example:"Summer prize draw"`
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
	sent  bool
	fault string // why it cannot be taken
	at    *time.Time
}

// Schema describes it.
func (Moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

// UnmarshalJSON is called for what is sent only. It returns no error, which would
// end the reading of the fields after it.
func (m *Moment) UnmarshalJSON(text []byte) error {
	m.sent = true
	if json.Unmarshal(text, &m.at) != nil {
		m.fault = "must be a time (RFC 3339)"
	}
	return nil
}

// Resolve tells what could not be read.
func (m *Moment) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	if m.fault == "" {
		return nil
	}
	return []error{&huma.ErrorDetail{Location: at.String(), Message: m.fault}}
}

func (m Moment) set(to **time.Time) {
	if m.sent {
		*to = m.at
	}
}

// Resolve looks into what the library does not reach: see resolve.
func (s *CampaignSettings) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	return resolve(ctx, at, field{"opens_at", &s.OpensAt}, field{"closes_at", &s.ClosesAt})
}

func (s CampaignSettings) apply(to *backoffice.Campaign) {
	s.OpensAt.set(&to.OpensAt)
	s.ClosesAt.set(&to.ClosesAt)
	if string(s.MetadataSchema) == "null" {
		to.MetadataSchema = nil
	} else if s.MetadataSchema != nil {
		to.MetadataSchema = s.MetadataSchema
	}
}

func (in CampaignInput) campaign() backoffice.Campaign {
	c := backoffice.Campaign{ID: in.ID, SiteID: consent.SiteID(in.SiteID), Name: in.Name}
	in.CampaignSettings.apply(&c)
	return c
}

// Resolve finds what the document cannot tell.
func (in *CampaignInput) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	return append(in.CampaignSettings.Resolve(ctx, at), faults(at, in.campaign().Check())...)
}

func (in CampaignChange) apply(to *backoffice.Campaign) {
	in.Name.set(&to.Name)
	in.CampaignSettings.apply(to)
}

// Resolve finds what the document cannot tell.
func (in *CampaignChange) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	sample := backoffice.Campaign{ID: "any", Name: "any"}
	in.apply(&sample)
	return append(in.CampaignSettings.Resolve(ctx, at), faults(at, sample.Check())...)
}

// CampaignPath names a campaign.
type CampaignPath struct {
	ID   string `path:"campaignId" maxLength:"100"`
	Site string `query:"site_id" format:"uuid" doc:"The site it belongs to; needed where several sites have a campaign of this id"`
}

type campaignAnswer struct{ Body backoffice.Campaign }

func (a *API) campaigns() {
	const all, one = "/campaigns", "/campaigns/{campaignId}"
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
		c, err := a.service.CreateCampaign(ctx, by, in.Body.campaign())
		return &campaignAnswer{c}, err
	})
	handle(a, huma.Operation{
		OperationID: "getCampaign", Method: http.MethodGet, Path: one, Tags: []string{tagCampaigns},
		Summary: "Read a campaign", Errors: missing(),
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
		Summary: "Change a campaign", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		CampaignPath
		Body CampaignChange
	}) (*campaignAnswer, error) {
		site, err := a.siteOf(ctx, by, &in.CampaignPath)
		if err != nil {
			return nil, err
		}
		c, err := a.service.UpdateCampaign(ctx, by, site, in.ID, in.Body.apply)
		return &campaignAnswer{c}, err
	})
}

func (a *API) siteOf(ctx context.Context, by auth.APIKey, c *CampaignPath) (consent.SiteID, error) {
	if site := (AtAnySite{c.Site}).site(); site != nil {
		return *site, nil
	}
	return a.service.SiteOfCampaign(ctx, by, c.ID)
}
