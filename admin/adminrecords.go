package admin

import (
	"context"
	"net/http"

	"assent/auth"
	"assent/backoffice"

	"github.com/danielgtaylor/huma/v2"
)

func (a *API) adminRecords() {
	handle(a, huma.Operation{
		OperationID: "listAdminRecords", Method: http.MethodGet, Path: "/admin-records", Tags: []string{tagRecords},
		Summary: "List what was changed by whom", Description: "Oldest first. The records hold no personal data.",
	}, func(ctx context.Context, by auth.APIKey, in *struct {
		Subject string `query:"subject_id" maxLength:"200" doc:"Only what was done to this; without it, everything you may see"`
		Paging
	}) (*Listed[backoffice.AdminRecord], error) {
		return list(&in.Paging, func(p backoffice.Page) (backoffice.List[backoffice.AdminRecord], error) {
			return a.service.AdminRecords(ctx, by, in.Subject, p)
		})
	})
}
