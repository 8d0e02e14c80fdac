package storetest

import (
	"strings"
	"testing"

	"assent/store"

	"github.com/jmoiron/sqlx"
)

func appendOnlyScenarios() []scenario {
	return []scenario{
		{"nobody can change or remove an audit record, of consents or of the back office, or a wording", each(refusesChanges)},
		{"nobody can empty an audit log", onPostgres(refusesTruncate)},
		{"nobody can replace an audit record, of consents or of the back office, or a wording", onSQLite(refusesReplace)},
	}
}

func refusesChanges(t *testing.T, databaseURL string) {
	refuses(t, databaseURL,
		`UPDATE audit_record SET action = 'WITHDRAWN'`,
		`UPDATE message_text SET body = 'something else'`,
		`DELETE FROM audit_record`,
		`DELETE FROM message_text`,
		`INSERT INTO audit_record (contact_id, id, event_id, site_id, purpose, action, at, actor_kind, actor_id, form_identifier,
text_hash, preference_version) SELECT contact_id, id, event_id, site_id, purpose, 'WITHDRAWN', at, actor_kind, actor_id,
form_identifier, text_hash, preference_version FROM audit_record WHERE true
ON CONFLICT (contact_id, id) DO UPDATE SET action = excluded.action`,
		`INSERT INTO message_text (hash, body, first_seen) SELECT hash, 'something else', first_seen FROM message_text WHERE true
ON CONFLICT (hash) DO UPDATE SET body = excluded.body`,
		`UPDATE admin_record SET editor = 'somebody else'`,
		`DELETE FROM admin_record`,
		`INSERT INTO admin_record (id, at, editor, action, subject, subject_id, before_state, after_state)
SELECT id, at, 'somebody else', action, subject, subject_id, before_state, after_state FROM admin_record WHERE true
ON CONFLICT (id) DO UPDATE SET editor = excluded.editor`,
	)
}

func refusesTruncate(t *testing.T, databaseURL string) {
	refuses(t, databaseURL, `TRUNCATE audit_record`, `TRUNCATE message_text`, `TRUNCATE audit_record, message_text, contact CASCADE`,
		`TRUNCATE admin_record`)
}

func refusesReplace(t *testing.T, databaseURL string) {
	refuses(t, databaseURL,
		`REPLACE INTO audit_record (contact_id, id, event_id, site_id, purpose, action, at, actor_kind, actor_id, form_identifier,
text_hash, preference_version) SELECT contact_id, id, event_id, site_id, purpose, 'WITHDRAWN', at, actor_kind, actor_id,
form_identifier, text_hash, preference_version FROM audit_record`,
		`REPLACE INTO message_text (hash, body, first_seen) SELECT hash, 'something else', first_seen FROM message_text`,
		`REPLACE INTO admin_record (id, at, editor, action, subject, subject_id, before_state, after_state)
SELECT id, at, 'somebody else', action, subject, subject_id, before_state, after_state FROM admin_record`,
	)
}

func refuses(t *testing.T, databaseURL string, statements ...string) {
	t.Helper()
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	for _, statement := range statements {
		_, err := s.db.ExecContext(t.Context(), statement)
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%.40q… got %v, want it refused as append-only", statement, err)
		}
	}
	wantUntouched(t, s.db)
}

func wantUntouched(t *testing.T, db *sqlx.DB) {
	t.Helper()
	granted := number(t, db, `SELECT count(*) FROM audit_record WHERE action = 'GRANTED'`)
	texts := number(t, db, `SELECT count(*) FROM message_text WHERE body = $1`, wording)
	edits := number(t, db, `SELECT count(*) FROM admin_record WHERE editor = $1`, editor)
	if granted != 1 || texts != 1 || edits != 3 {
		t.Errorf("%d records, %d wordings and %d lines are as they were, want 1, 1 and the 3 of the shop", granted, texts, edits)
	}
}
