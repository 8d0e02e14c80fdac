package admin

import (
	"context"
	"net/http"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/danielgtaylor/huma/v2"
)

// PreferenceInput is what a consent text is created from.
type PreferenceInput struct {
	Text           string `json:"text" minLength:"1" maxLength:"500" doc:"What a person consents to" example:"I want to receive emails about special offers"`
	OrganisationID ID     `json:"organisation_id" format:"uuid"`
	SiteID         *ID    `json:"site_id,omitempty" format:"uuid" nullable:"true" doc:"On offer at this site only; without it, at every site of the organisation, present and future"`
}

func (in PreferenceInput) preference() backoffice.Preference {
	return backoffice.Preference{Text: in.Text, OrganisationID: consent.OrganisationID(in.OrganisationID)}
}

// Resolve finds what the document cannot tell.
func (in PreferenceInput) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	return faults(at, in.preference().Check())
}

// Rewording is another wording of a consent text.
type Rewording struct {
	Text string `json:"text" minLength:"1" maxLength:"500" doc:"What a person consents to"`
}

// Enabling puts a consent text on offer.
type Enabling struct {
	ID consent.PreferenceID `json:"marketing_preference_id" format:"uuid"`
}

// PreferencePath names a consent text.
type PreferencePath struct {
	ID consent.PreferenceID `path:"marketingPreferenceId" format:"uuid"`
}

type preferenceAnswer struct{ Body backoffice.Preference }

type versionsAnswer struct {
	Body []backoffice.PreferenceVersion
}

func (a *API) preferences() {
	const all, one = "/customers/marketing-preferences", "/customers/marketing-preferences/{marketingPreferenceId}"
	handle(a, huma.Operation{
		OperationID: "listMarketingPreferences", Method: http.MethodGet, Path: all, Tags: []string{tagPreferences},
		Summary: "List consent texts",
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		OfOrganisation
		Paging
	}) (*Listed[backoffice.Preference], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.Preference], error) {
			return a.service.Preferences(ctx, by, in.organisation(), p)
		})
	})
	handle(a, huma.Operation{
		OperationID: "createMarketingPreference", Method: http.MethodPost, Path: all, Tags: []string{tagPreferences},
		Summary: "Define a consent text", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Body PreferenceInput }) (*preferenceAnswer, error) {
		p, err := a.service.CreatePreference(ctx, by, in.Body.preference(), (*consent.SiteID)(in.Body.SiteID))
		return &preferenceAnswer{p}, err
	})
	handle(a, huma.Operation{
		OperationID: "getMarketingPreference", Method: http.MethodGet, Path: one, Tags: []string{tagPreferences},
		Summary: "Read a consent text", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *PreferencePath) (*preferenceAnswer, error) {
		p, err := a.service.Preference(ctx, by, in.ID)
		return &preferenceAnswer{p}, err
	})
	handle(a, huma.Operation{
		OperationID: "rewordMarketingPreference", Method: http.MethodPut, Path: one, Tags: []string{tagPreferences},
		Summary:     "Reword a consent text",
		Description: "The old wording is kept: answers given to it refer to it for ever.", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		PreferencePath
		Body Rewording
	}) (*preferenceAnswer, error) {
		p, err := a.service.RewordPreference(ctx, by, in.ID, in.Body.Text)
		return &preferenceAnswer{p}, err
	})
	handle(a, huma.Operation{
		OperationID: "deleteMarketingPreference", Method: http.MethodDelete, Path: one, Tags: []string{tagPreferences},
		Summary: "End the offer of a consent text", Description: "What was answered stays on record.", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *PreferencePath) (*struct{}, error) {
		return nil, a.service.DeletePreference(ctx, by, in.ID)
	})
	handle(a, huma.Operation{
		OperationID: "listMarketingPreferenceVersions", Method: http.MethodGet, Path: one + "/versions", Tags: []string{tagPreferences},
		Summary: "List the wordings of a consent text", Description: "Oldest first; also of one that is not offered any more.",
		Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *PreferencePath) (*versionsAnswer, error) {
		versions, err := a.service.PreferenceVersions(ctx, by, in.ID)
		return &versionsAnswer{versions}, err
	})
	a.offers()
}

// offers are the operations on what is on offer at a site.
func (a *API) offers() {
	const all = "/customers/sites/{siteId}/marketing-preferences"
	handle(a, huma.Operation{
		OperationID: "listSiteMarketingPreferences", Method: http.MethodGet, Path: all, Tags: []string{tagPreferences},
		Summary: "List the consent texts on offer at a site", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		SitePath
		Paging
	}) (*Listed[backoffice.Preference], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.Preference], error) {
			return a.service.Offered(ctx, by, in.SiteID, p)
		})
	})
	handle(a, huma.Operation{
		OperationID: "enableMarketingPreference", Method: http.MethodPost, Path: all, Tags: []string{tagPreferences},
		Summary: "Put a consent text on offer at a site", Errors: missing(), DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		SitePath
		Body Enabling
	}) (*preferenceAnswer, error) {
		p, err := a.service.Offer(ctx, by, in.SiteID, in.Body.ID, true)
		return &preferenceAnswer{p}, err
	})
	handle(a, huma.Operation{
		OperationID: "disableMarketingPreference", Method: http.MethodDelete, Path: all + "/{marketingPreferenceId}",
		Tags: []string{tagPreferences}, Summary: "Take a consent text off offer at a site", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		SitePath
		PreferencePath
	}) (*struct{}, error) {
		_, err := a.service.Offer(ctx, by, in.SiteID, in.ID, false)
		return nil, err
	})
}
