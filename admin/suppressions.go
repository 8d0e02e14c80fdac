package admin

import (
	"context"
	"net/http"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/danielgtaylor/huma/v2"
)

// SuppressedInput names an address that is not written to, by one of the two.
type SuppressedInput struct {
	OrganisationID consent.OrganisationID `json:"organisation_id" format:"uuid"`
	Email          string                 `json:"email,omitempty" nullable:"true" maxLength:"254" example:"ann@example.com"`
	PhoneNumber    string                 `json:"phone_number,omitempty" nullable:"true" maxLength:"64" doc:"With its international prefix" example:"+447400123456"`
}

// suppressions has the address in the body: paths end up in logs.
func (a *API) suppressions() {
	handle(a, huma.Operation{
		OperationID: "liftSuppression", Method: http.MethodPost, Path: "/customers/suppressions/lift", Tags: []string{tagAccounts},
		Summary: "Let an address be written to again",
		Description: "Lifts what a bounce, a complaint or an opt-out before the address was known has caused. " +
			"Consents stay as they are. 404: there is nothing of the kind to lift.",
		Errors: missing(), DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Body SuppressedInput }) (*struct{}, error) {
		return nil, a.service.LiftSuppression(ctx, by, backoffice.Suppressed(in.Body))
	})
}
