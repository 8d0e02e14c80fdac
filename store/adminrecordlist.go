package store

import (
	"context"
	"encoding/json"

	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
)

type adminRecordRow struct {
	ID           uuid.UUID          `db:"id"`
	At           Time               `db:"at"`
	Editor       consent.Editor     `db:"editor"`
	Organisation uuid.NullUUID      `db:"organisation_id"`
	Action       consent.EditAction `db:"action"`
	Subject      string             `db:"subject"`
	SubjectID    string             `db:"subject_id"`
	Before       string             `db:"before_state"`
	After        string             `db:"after_state"`
}

func (r adminRecordRow) record() backoffice.AdminRecord {
	a := backoffice.AdminRecord{
		ID: r.ID, At: r.At.Time, Editor: r.Editor, Action: r.Action, Subject: r.Subject, SubjectID: r.SubjectID,
		Before: jsonOrNone(r.Before), After: jsonOrNone(r.After),
	}
	if r.Organisation.Valid {
		a.OrganisationID = &consent.OrganisationID{UUID: r.Organisation.UUID}
	}
	return a
}

// ListAdminRecords lists the back office's audit log of an organisation or of all,
// of one subject or, if that is empty, of all.
func (s *Store) ListAdminRecords(ctx context.Context, org consent.OrganisationID, subjectID string, page backoffice.Page) ([]backoffice.AdminRecord, error) {
	if !storable(subjectID) {
		return nil, nil
	}
	var q query
	q.add(`SELECT id, at, editor, organisation_id, action, subject, subject_id, before_state, after_state FROM admin_record
WHERE id > %s`, page.After.ID)
	q.ownedBy("organisation_id", org)
	if subjectID != "" {
		q.add(` AND subject_id = %s`, subjectID)
	}
	q.add(` ORDER BY id LIMIT %s`, page.Limit)
	return list(ctx, s, "records of the back office", q, adminRecordRow.record)
}

func jsonOrNone(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}
