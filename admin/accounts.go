package admin

import (
	"context"
	"net/http"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
	"assent/httpx"

	"github.com/danielgtaylor/huma/v2"
)

// AccountInput is an account as a commerce platform tells of it. What is left out
// the account has not.
type AccountInput struct {
	SiteID      consent.SiteID `json:"site_id" format:"uuid"`
	Email       *string        `json:"email,omitempty" nullable:"true" maxLength:"254" doc:"null: it has none" example:"ann@example.com"`
	PhoneNumber *string        `json:"phone_number,omitempty" nullable:"true" maxLength:"64" doc:"International, or as written in the site's default_region; null: it has none" example:"+447400123456"`
	HasAddress  bool           `json:"has_address,omitempty" nullable:"true" doc:"There is a postal address on the account"`
	Name        string         `json:"name,omitempty" nullable:"true" maxLength:"200"`
}

// AnswerInput is an answer to a consent text that a customer gave elsewhere.
type AnswerInput struct {
	SiteID    consent.SiteID `json:"site_id" format:"uuid"`
	OptedIn   bool           `json:"opted_in" doc:"What was answered"`
	AuditData AuditDataInput `json:"audit_data" doc:"The evidence"`
}

// AuditDataInput is the evidence for an answer.
type AuditDataInput struct {
	MessageShown   string `json:"message_shown" minLength:"1" maxLength:"10000" doc:"What the customer read or was read out; HTML is kept verbatim"`
	FormIdentifier string `json:"form_identifier" minLength:"1" maxLength:"200" doc:"Which form or script it was" example:"call-centre"`
	FormLocation   string `json:"form_location" minLength:"1" maxLength:"2048" doc:"Where it was" example:"Hotline"`
}

// AccountPath names an account.
type AccountPath struct {
	CustomerID string `path:"customerId" maxLength:"255" doc:"The shop's own id of the customer, as in a login's sub"`
}

type accountAnswer struct{ Body backoffice.Account }

type answersAnswer struct {
	Body []backoffice.AccountPreference
}

type answerAnswer struct{ Body backoffice.AccountPreference }

func (a *API) accounts() {
	const all, one = "/customers/accounts", "/customers/accounts/{customerId}"
	handle(a, huma.Operation{
		OperationID: "listAccounts", Method: http.MethodGet, Path: all, Tags: []string{tagAccounts},
		Summary: "List the accounts of a site", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		AtSite
		Paging
	}) (*Listed[backoffice.Account], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.Account], error) {
			return a.service.Accounts(ctx, by, in.SiteID, p)
		})
	})
	handle(a, huma.Operation{
		OperationID: "getAccount", Method: http.MethodGet, Path: one, Tags: []string{tagAccounts},
		Summary: "Read an account", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		AccountPath
		AtSite
	}) (*accountAnswer, error) {
		found, err := a.service.Account(ctx, by, in.SiteID, in.CustomerID)
		return &accountAnswer{found}, err
	})
	handle(a, huma.Operation{
		OperationID: "putAccount", Method: http.MethodPut, Path: one, Tags: []string{tagAccounts},
		Summary:     "Tell about an account",
		Description: "Creates or replaces it. When an address changes, consents stay with the old one.", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		AccountPath
		Body AccountInput
	}) (*accountAnswer, error) {
		kept, err := a.service.KeepAccount(ctx, by, backoffice.Account{
			CustomerID: in.CustomerID, SiteID: in.Body.SiteID, Email: in.Body.Email, PhoneNumber: in.Body.PhoneNumber,
			HasAddress: in.Body.HasAddress, Name: in.Body.Name,
		})
		return &accountAnswer{kept}, err
	})
	a.answers(one + "/marketing-preferences")
}

// answers are the operations on an account's answers to consent texts.
func (a *API) answers(all string) {
	handle(a, huma.Operation{
		OperationID: "listAccountMarketingPreferences", Method: http.MethodGet, Path: all, Tags: []string{tagAccounts},
		Summary: "List the consent texts on offer with a customer's answers", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		AccountPath
		AtSite
	}) (*answersAnswer, error) {
		answers, err := a.service.AccountPreferences(ctx, by, in.SiteID, in.CustomerID)
		return &answersAnswer{answers}, err
	})
	handle(a, huma.Operation{
		OperationID: "setAccountMarketingPreference", Method: http.MethodPut, Path: all + "/{marketingPreferenceId}",
		Tags: []string{tagAccounts}, Summary: "Record an answer that a customer gave elsewhere", Errors: missing(),
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		AccountPath
		PreferencePath
		Body AnswerInput
	}) (*answerAnswer, error) {
		data, client := in.Body.AuditData, httpx.ClientFrom(ctx)
		answer, err := a.service.SetAccountPreference(ctx, by, in.Body.SiteID, in.CustomerID, in.ID, backoffice.Choice{
			OptedIn: in.Body.OptedIn, MessageShown: data.MessageShown, FormIdentifier: data.FormIdentifier, FormLocation: data.FormLocation,
			Origin: consent.Origin{IP: httpx.ShortenIP(client.IP), UserAgent: client.UserAgent},
		})
		return &answerAnswer{answer}, err
	})
}
