package backoffice

import (
	"context"
	"encoding/json"
	"time"

	"assent/auth"
	"assent/consent"

	"github.com/google/uuid"
)

// AdminRecord is one line of the back office's audit log.
type AdminRecord struct {
	ID             uuid.UUID               `json:"id" format:"uuid"`
	At             time.Time               `json:"at"`
	Editor         consent.Editor          `json:"editor" doc:"Id of the API key; bootstrap: the key that is a setting; command-line: an operator"`
	OrganisationID *consent.OrganisationID `json:"organisation_id" format:"uuid" doc:"Whom it concerns; null: all"`
	Action         consent.EditAction      `json:"action" enum:"CREATED,UPDATED,DELETED"`
	Subject        string                  `json:"subject" doc:"What sort of thing was changed"`
	SubjectID      string                  `json:"subject_id" doc:"Which one"`
	Before         json.RawMessage         `json:"before" doc:"The thing as it was; null: there was none"`
	After          json.RawMessage         `json:"after" doc:"The thing as it is; null: there is none"`
}

func (r AdminRecord) place() Cursor { return Cursor{ID: r.ID} }

// AdminRecords lists what the caller's organisation, or every one, has changed,
// oldest first; with a subject only what was done to that.
func (s *Service) AdminRecords(ctx context.Context, by auth.APIKey, subjectID string, page Page) (List[AdminRecord], error) {
	items, err := s.store.ListAdminRecords(ctx, organisation(by), subjectID, page.plusOne())
	return listed(items, page.Limit, AdminRecord.place), err
}
