package admin

import (
	"context"
	"net/http"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/danielgtaylor/huma/v2"
)

// OrganisationInput is what an organisation is created from.
type OrganisationInput struct {
	Name string `json:"name" minLength:"1" maxLength:"200" doc:"What the company is called" example:"Tamblewick Tea Ltd"`
}

// OrganisationChange is what of an organisation can be changed.
type OrganisationChange struct {
	Name Optional[string] `json:"name,omitzero" minLength:"1" maxLength:"200" doc:"What the company is called"`
}

func (in OrganisationInput) organisation() backoffice.Organisation {
	return backoffice.Organisation{Name: in.Name}
}

// Resolve finds what the document cannot tell.
func (in OrganisationInput) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	return faults(at, in.organisation().Check())
}

func (in OrganisationChange) apply(to *backoffice.Organisation) { in.Name.set(&to.Name) }

// Resolve finds what the document cannot tell.
func (in OrganisationChange) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	sample := backoffice.Organisation{Name: "any"}
	in.apply(&sample)
	return faults(at, sample.Check())
}

// OrganisationPath names an organisation.
type OrganisationPath struct {
	ID consent.OrganisationID `path:"organisationId" format:"uuid"`
}

type organisationAnswer struct{ Body backoffice.Organisation }

func (a *API) organisations() {
	const all, one = "/organisations", "/organisations/{organisationId}"
	handle(a, huma.Operation{
		OperationID: "listOrganisations", Method: http.MethodGet, Path: all, Tags: []string{tagOrganisations},
		Summary: "List organisations",
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Paging }) (*Listed[backoffice.Organisation], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.Organisation], error) {
			return a.service.Organisations(ctx, by, p)
		})
	})
	handle(a, huma.Operation{
		OperationID: "createOrganisation", Method: http.MethodPost, Path: all, Tags: []string{tagOrganisations},
		Summary: "Create an organisation", Description: "For keys of all organisations only.", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Body OrganisationInput }) (*organisationAnswer, error) {
		o, err := a.service.CreateOrganisation(ctx, by, in.Body.organisation())
		return &organisationAnswer{o}, err
	})
	handle(a, huma.Operation{
		OperationID: "getOrganisation", Method: http.MethodGet, Path: one, Tags: []string{tagOrganisations},
		Summary: "Read an organisation", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *OrganisationPath) (*organisationAnswer, error) {
		o, err := a.service.Organisation(ctx, by, in.ID)
		return &organisationAnswer{o}, err
	})
	handle(a, huma.Operation{
		OperationID: "updateOrganisation", Method: http.MethodPatch, Path: one, Tags: []string{tagOrganisations},
		Summary: "Change an organisation", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		OrganisationPath
		Body OrganisationChange
	}) (*organisationAnswer, error) {
		o, err := a.service.UpdateOrganisation(ctx, by, in.ID, in.Body.apply)
		return &organisationAnswer{o}, err
	})
}

// missing is the status of an operation on something that may not be there.
func missing() []int { return []int{http.StatusNotFound} }
