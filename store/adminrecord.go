package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"assent/consent"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

func (r *rows) addAdminRecord(id uuid.UUID, at time.Time, a consent.AdminRecord) {
	r.add(id, Time{at}, a.Editor, orNull(a.Organisation.UUID), a.Action, a.Subject, a.SubjectID, asJSON{a.Before}, asJSON{a.After})
}

func (s *Store) logEdit(ctx context.Context, e *edit, id uuid.UUID) error {
	r := rows{table: s.tables.edits}
	r.addAdminRecord(id, e.now, *e.record)
	_, err := r.insertTuples(ctx, e.Tx)
	return err
}

// isLogged reports whether the line is in the audit log of the back office; the
// zero id never is.
func isLogged(ctx context.Context, tx *sqlx.Tx, id uuid.UUID) (bool, error) {
	if id == uuid.Nil {
		return false, nil
	}
	var found int
	if err := tx.GetContext(ctx, &found, `SELECT count(*) FROM admin_record WHERE id = $1`, id); err != nil {
		return false, fmt.Errorf("looking for a commit: %w", err)
	}
	return found > 0, nil
}

// WasEditedBy reports whether the audit log of the back office knows of a change of
// the subject by the editor. A database without that log knows of none.
func (s *Store) WasEditedBy(ctx context.Context, subjectID string, by consent.Editor) (bool, error) {
	var n int
	if err := s.reader.GetContext(ctx, &n, s.dialect.hasTable, "admin_record"); err != nil || n == 0 {
		return false, redacted(err)
	}
	const query = `SELECT count(*) FROM admin_record WHERE subject_id = $1 AND editor = $2`
	if err := s.reader.GetContext(ctx, &n, query, subjectID, by); err != nil {
		return false, fmt.Errorf("looking for an edit: %w", redacted(err))
	}
	return n > 0, nil
}

// asJSON is kept as JSON text, empty for nil.
type asJSON struct{ value any }

// Value encodes it.
func (j asJSON) Value() (driver.Value, error) {
	if j.value == nil {
		return "", nil
	}
	text, err := json.Marshal(j.value)
	if err != nil {
		return nil, refusal{err}
	}
	return string(text), nil
}
