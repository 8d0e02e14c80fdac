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
	OrganisationID ID     `json:"organisation_id" format:"uuid"`
	Slug           string `json:"slug" pattern:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" doc:"Names the site in X-Site-Id, as its id does" example:"tea-uk"`
	Name           string `json:"name" minLength:"1" maxLength:"200" doc:"What shoppers know it by" example:"Tamblewick Tea"`
	SiteSettings
}

// SiteChange is what of a site can be changed.
type SiteChange struct {
	Slug Optional[string] `json:"slug,omitzero" pattern:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" doc:"Names the site in X-Site-Id, as its id does"`
	Name Optional[string] `json:"name,omitzero" minLength:"1" maxLength:"200" doc:"What shoppers know it by"`
	SiteSettings
}

// SiteSettings are the settings that a site can be without. An empty text unsets
// one.
type SiteSettings struct {
	Features         Optional[[]consent.Feature] `json:"features,omitzero" enum:"MARKETING_PREFERENCES_ENABLED,POSTAL_MARKETING,THIRD_PARTY_MARKETING_SETTINGS,DOUBLE_OPT_IN,DUAL_CONSENT" doc:"What is switched on"`
	Domains          Optional[[]string]          `json:"domains,omitzero" maxItems:"100" maxLength:"253" doc:"Hosts whose requests are for this site" example:"[\"www.tea.example\"]"`
	DefaultRegion    Optional[string]            `json:"default_region,omitzero" pattern:"^([A-Z]{2})?$" doc:"Country of telephone numbers without an international prefix (ISO 3166-1 alpha-2)" example:"GB"`
	Locale           Optional[string]            `json:"locale,omitzero" maxLength:"35" doc:"Language of messages and pages (BCP 47)" example:"en-GB"`
	ConfirmURL       Optional[string]            `json:"confirm_url,omitzero" maxLength:"2048" doc:"The storefront's own confirmation page; empty: ours"`
	UnsubscribeURL   Optional[string]            `json:"unsubscribe_url,omitzero" maxLength:"2048" doc:"The storefront's own unsubscription page; empty: ours"`
	SenderName       Optional[string]            `json:"sender_name,omitzero" maxLength:"200" doc:"From whom messages come"`
	SenderEmail      Optional[string]            `json:"sender_email,omitzero" maxLength:"254" doc:"From which address mail comes"`
	OneTrustURL      Optional[string]            `json:"one_trust_url,omitzero" maxLength:"2048" doc:"Where DUAL_CONSENT sends customers"`
	NeutralResponses Optional[bool]              `json:"neutral_responses,omitzero" doc:"Never tell a visitor whether an address is known"`
	Brand            Optional[BrandSettings]     `json:"brand,omitzero" doc:"How messages and pages look"`
	Captcha          Optional[CaptchaSettings]   `json:"captcha,omitzero" doc:"What lets a visitor through where a rate limit would not"`
}

// BrandSettings are how the messages and pages of a site look.
type BrandSettings struct {
	Colour  Optional[string] `json:"colour,omitzero" pattern:"^(#[0-9a-fA-F]{6})?$" doc:"#rrggbb; empty: a standard blue" example:"#2f5d50"`
	LogoURL Optional[string] `json:"logo_url,omitzero" maxLength:"2048" doc:"Picture at the top; empty: the name instead"`
}

// CaptchaSettings are the CAPTCHA of a site. An empty provider unsets all of it.
type CaptchaSettings struct {
	Provider Optional[consent.CaptchaProvider] `json:"provider,omitzero" enum:",TURNSTILE,HCAPTCHA,RECAPTCHA" doc:"Who runs it; empty: nobody" example:"TURNSTILE"`
	SiteKey  Optional[string]                  `json:"site_key,omitzero" pattern:"^[A-Za-z0-9._-]{0,200}$" doc:"The public key, with which storefronts show the widget" example:"0x4AAAAAAA"`
	Secret   Optional[string]                  `json:"secret,omitzero" writeOnly:"true" pattern:"^[A-Za-z0-9._-]{1,200}$" doc:"The secret key; must be sent with another provider or site key"`
}

// Resolve looks into what the library does not reach: see resolve.
func (c *CaptchaSettings) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	return resolve(ctx, at, field{"provider", &c.Provider}, field{"site_key", &c.SiteKey}, field{"secret", &c.Secret})
}

func (c CaptchaSettings) apply(to *backoffice.Captcha) {
	if c.Provider.sent && c.Provider.value == "" {
		*to = backoffice.Captcha{SecretVersion: to.SecretVersion} // a number is of one secret only
	}
	c.Provider.set(&to.Provider)
	c.SiteKey.set(&to.SiteKey)
	c.Secret.set(&to.NewSecret)
}

// Resolve looks into what the library does not reach: see resolve.
func (b *BrandSettings) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	return resolve(ctx, at, field{"colour", &b.Colour}, field{"logo_url", &b.LogoURL})
}

// Resolve looks into what the library does not reach: see resolve.
func (s *SiteSettings) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	return resolve(ctx, at,
		field{"features", &s.Features}, field{"domains", &s.Domains}, field{"default_region", &s.DefaultRegion},
		field{"locale", &s.Locale}, field{"confirm_url", &s.ConfirmURL}, field{"unsubscribe_url", &s.UnsubscribeURL},
		field{"sender_name", &s.SenderName}, field{"sender_email", &s.SenderEmail}, field{"one_trust_url", &s.OneTrustURL},
		field{"neutral_responses", &s.NeutralResponses}, field{"brand", &s.Brand},
		field{"captcha", &s.Captcha})
}

func (in SiteInput) site() backoffice.Site {
	site := backoffice.Site{
		OrganisationID: consent.OrganisationID(in.OrganisationID), Slug: in.Slug, Name: in.Name,
		Features: []consent.Feature{}, Domains: []string{},
	}
	in.SiteSettings.apply(&site)
	return site
}

// Resolve finds what the document cannot tell.
func (in *SiteInput) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	return append(in.SiteSettings.Resolve(ctx, at), faults(at, in.site().Check())...)
}

func (in SiteChange) apply(to *backoffice.Site) {
	in.Slug.set(&to.Slug)
	in.Name.set(&to.Name)
	in.SiteSettings.apply(to)
}

// Resolve finds what the document cannot tell.
func (in *SiteChange) Resolve(ctx huma.Context, at *huma.PathBuffer) []error {
	sample := backoffice.Site{
		Slug: "any", Name: "any", Captcha: backoffice.Captcha{Provider: consent.Turnstile, SiteKey: "any", SecretVersion: 1},
	}
	in.apply(&sample)
	return append(in.SiteSettings.Resolve(ctx, at), faults(at, sample.Check())...)
}

func (s SiteSettings) apply(to *backoffice.Site) {
	s.Features.set(&to.Features)
	s.Domains.set(&to.Domains)
	s.DefaultRegion.set(&to.DefaultRegion)
	s.Locale.set(&to.Locale)
	s.ConfirmURL.set(&to.ConfirmURL)
	s.UnsubscribeURL.set(&to.UnsubscribeURL)
	s.SenderName.set(&to.SenderName)
	s.SenderEmail.set(&to.SenderEmail)
	s.OneTrustURL.set(&to.OneTrustURL)
	s.NeutralResponses.set(&to.NeutralResponses)
	s.Brand.value.Colour.set(&to.Brand.Colour)
	s.Brand.value.LogoURL.set(&to.Brand.LogoURL)
	s.Captcha.value.apply(&to.Captcha)
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
		site, err := a.service.CreateSite(ctx, by, in.Body.site())
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
		site, err := a.service.UpdateSite(ctx, by, in.SiteID, in.Body.apply)
		return &siteAnswer{site}, err
	})
}
