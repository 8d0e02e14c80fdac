package admin

import (
	"context"
	"net/http"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/danielgtaylor/huma/v2"
)

// APIKeyInput is what an API key is created from.
type APIKeyInput struct {
	OrganisationID *ID       `json:"organisation_id,omitempty" format:"uuid" nullable:"true" doc:"The organisation whose data it opens; without one, all: for callers of that kind only"`
	Role           auth.Role `json:"role" enum:"read,admin" doc:"read sees everything, admin changes it as well"`
	Name           string    `json:"name" minLength:"1" maxLength:"200" doc:"What it is for, so that people know which one to revoke" example:"Checkout sync"`
}

// APIKeyChange is what of an API key can be changed.
type APIKeyChange struct {
	Role Optional[auth.Role] `json:"role,omitzero" enum:"read,admin" doc:"read sees everything, admin changes it as well"`
	Name Optional[string]    `json:"name,omitzero" minLength:"1" maxLength:"200" doc:"What it is for"`
}

func (in APIKeyInput) key() backoffice.APIKey {
	return backoffice.APIKey{OrganisationID: (*consent.OrganisationID)(in.OrganisationID), Role: in.Role, Name: in.Name}
}

// Resolve finds what the document cannot tell.
func (in APIKeyInput) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	return faults(at, in.key().Check())
}

func (in APIKeyChange) apply(to *backoffice.APIKey) {
	in.Role.set(&to.Role)
	in.Name.set(&to.Name)
}

// Resolve finds what the document cannot tell.
func (in APIKeyChange) Resolve(_ huma.Context, at *huma.PathBuffer) []error {
	sample := backoffice.APIKey{Role: auth.Read, Name: "any"}
	in.apply(&sample)
	return faults(at, sample.Check())
}

// NewAPIKey is a key with its secret.
type NewAPIKey struct {
	Key string `json:"key" doc:"The secret, shown this once: it is not kept" example:"assent_…"`
	backoffice.APIKey
}

// APIKeyPath names an API key.
type APIKeyPath struct {
	ID backoffice.APIKeyID `path:"apiKeyId" format:"uuid"`
}

type apiKeyAnswer struct{ Body backoffice.APIKey }

type newAPIKeyAnswer struct{ Body NewAPIKey }

func (a *API) apiKeys() {
	const all, one = "/api-keys", "/api-keys/{apiKeyId}"
	handle(a, huma.Operation{
		OperationID: "listAPIKeys", Method: http.MethodGet, Path: all, Tags: []string{tagKeys}, Summary: "List API keys",
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Paging }) (*Listed[backoffice.APIKey], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.APIKey], error) {
			return a.service.APIKeys(ctx, by, p)
		})
	})
	handle(a, huma.Operation{
		OperationID: "createAPIKey", Method: http.MethodPost, Path: all, Tags: []string{tagKeys},
		Summary: "Create an API key", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, by auth.APIKey, in *struct{ Body APIKeyInput }) (*newAPIKeyAnswer, error) {
		k, secret, err := a.service.CreateAPIKey(ctx, by, in.Body.key())
		return &newAPIKeyAnswer{NewAPIKey{secret, k}}, err
	})
	handle(a, huma.Operation{
		OperationID: "getAPIKey", Method: http.MethodGet, Path: one, Tags: []string{tagKeys},
		Summary: "Read an API key", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *APIKeyPath) (*apiKeyAnswer, error) {
		k, err := a.service.APIKey(ctx, by, in.ID)
		return &apiKeyAnswer{k}, err
	})
	handle(a, huma.Operation{
		OperationID: "updateAPIKey", Method: http.MethodPatch, Path: one, Tags: []string{tagKeys},
		Summary: "Change an API key", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		APIKeyPath
		Body APIKeyChange
	}) (*apiKeyAnswer, error) {
		k, err := a.service.UpdateAPIKey(ctx, by, in.ID, in.Body.apply)
		return &apiKeyAnswer{k}, err
	})
	handle(a, huma.Operation{
		OperationID: "revokeAPIKey", Method: http.MethodDelete, Path: one, Tags: []string{tagKeys},
		Summary: "Revoke an API key", Description: "It is refused from now on, by every process.", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *APIKeyPath) (*struct{}, error) {
		return nil, a.service.RevokeAPIKey(ctx, by, in.ID)
	})
}
