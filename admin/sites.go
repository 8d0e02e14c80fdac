package admin

import (
	"context"
	"net/http"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/danielgtaylor/huma/v2"
)

// SiteInput is what a site is created from.
type SiteInput struct {
	OrganisationID consent.OrganisationID `json:"organisation_id" format:"uuid"`
	Slug           string                 `json:"slug" pattern:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" doc:"Names the site in X-Site-Id, as its id does" example:"tea-uk"`
	Name           string                 `json:"name" minLength:"1" maxLength:"200" doc:"What shoppers know it by" example:"Tamblewick Tea"`
	SiteSettings
}

// SiteChange is what of a site can be changed.
type SiteChange struct {
	Slug *string `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" doc:"Names the site in X-Site-Id, as its id does"`
	Name *string `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"What shoppers know it by"`
	SiteSettings
}

// SiteSettings are the settings that a site can be without. An empty text unsets
// one.
type SiteSettings struct {
	Features         *[]consent.Feature `json:"features,omitempty" enum:"MARKETING_PREFERENCES_ENABLED,POSTAL_MARKETING,THIRD_PARTY_MARKETING_SETTINGS,DOUBLE_OPT_IN,DUAL_CONSENT" doc:"What is switched on"`
	Domains          *[]string          `json:"domains,omitempty" maxItems:"100" maxLength:"253" doc:"Hosts whose requests are for this site" example:"[\"www.tea.example\"]"`
	DefaultRegion    *string            `json:"default_region,omitempty" pattern:"^([A-Z]{2})?$" doc:"Country of telephone numbers without an international prefix (ISO 3166-1 alpha-2)" example:"GB"`
	Locale           *string            `json:"locale,omitempty" maxLength:"35" doc:"Language of messages and pages (BCP 47)" example:"en-GB"`
	ConfirmURL       *string            `json:"confirm_url,omitempty" maxLength:"2048" doc:"The storefront's own confirmation page; empty: ours"`
	UnsubscribeURL   *string            `json:"unsubscribe_url,omitempty" maxLength:"2048" doc:"The storefront's own unsubscription page; empty: ours"`
	SenderName       *string            `json:"sender_name,omitempty" maxLength:"200" doc:"From whom messages come"`
	SenderEmail      *string            `json:"sender_email,omitempty" maxLength:"254" doc:"From which address mail comes"`
	OneTrustURL      *string            `json:"one_trust_url,omitempty" maxLength:"2048" doc:"Where DUAL_CONSENT sends customers"`
	NeutralResponses *bool              `json:"neutral_responses,omitempty" doc:"Never tell a visitor whether an address is known"`
	Brand            *BrandSettings     `json:"brand,omitempty" doc:"How messages and pages look"`
}

// BrandSettings are how the messages and pages of a site look.
type BrandSettings struct {
	Colour  *string `json:"colour,omitempty" pattern:"^(#[0-9a-fA-F]{6})?$" doc:"#rrggbb; empty: a standard blue" example:"#2f5d50"`
	LogoURL *string `json:"logo_url,omitempty" maxLength:"2048" doc:"Picture at the top; empty: the name instead"`
}

func (s SiteSettings) apply(to *backoffice.Site) {
	set(&to.Features, s.Features)
	set(&to.Domains, s.Domains)
	set(&to.DefaultRegion, s.DefaultRegion)
	set(&to.Locale, s.Locale)
	set(&to.ConfirmURL, s.ConfirmURL)
	set(&to.UnsubscribeURL, s.UnsubscribeURL)
	set(&to.SenderName, s.SenderName)
	set(&to.SenderEmail, s.SenderEmail)
	set(&to.OneTrustURL, s.OneTrustURL)
	set(&to.NeutralResponses, s.NeutralResponses)
	if s.Brand != nil {
		set(&to.Brand.Colour, s.Brand.Colour)
		set(&to.Brand.LogoURL, s.Brand.LogoURL)
	}
}

// SitePath names a site.
type SitePath struct {
	SiteID consent.SiteID `path:"siteId" format:"uuid"`
}

type siteAnswer struct{ Body backoffice.Site }

func (a *API) sites() {
	const all, one = "/sites", "/sites/{siteId}"
	handle(a, huma.Operation{
		OperationID: "listSites", Method: http.MethodGet, Path: all, Tags: []string{tagSites}, Summary: "List sites",
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		OfOrganisation
		Paging
	}) (*Listed[backoffice.Site], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.Site], error) {
			return a.service.Sites(ctx, by, in.organisation(), p)
		})
	})
	handle(a, huma.Operation{
		OperationID: "createSite", Method: http.MethodPost, Path: all, Tags: []string{tagSites},
		Summary: "Create a site", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Body SiteInput }) (*siteAnswer, error) {
		site := backoffice.Site{
			OrganisationID: in.Body.OrganisationID, Slug: in.Body.Slug, Name: in.Body.Name,
			Features: []consent.Feature{}, Domains: []string{},
		}
		in.Body.apply(&site)
		site, err := a.service.CreateSite(ctx, by, site)
		return &siteAnswer{site}, err
	})
	handle(a, huma.Operation{
		OperationID: "getSite", Method: http.MethodGet, Path: one, Tags: []string{tagSites},
		Summary: "Read a site", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *SitePath) (*siteAnswer, error) {
		site, err := a.service.Site(ctx, by, in.SiteID)
		return &siteAnswer{site}, err
	})
	handle(a, huma.Operation{
		OperationID: "updateSite", Method: http.MethodPatch, Path: one, Tags: []string{tagSites},
		Summary: "Change a site", Description: "Every process obeys within seconds.", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		SitePath
		Body SiteChange
	}) (*siteAnswer, error) {
		site, err := a.service.UpdateSite(ctx, by, in.SiteID, func(s *backoffice.Site) {
			set(&s.Slug, in.Body.Slug)
			set(&s.Name, in.Body.Name)
			in.Body.apply(s)
		})
		return &siteAnswer{site}, err
	})
}
