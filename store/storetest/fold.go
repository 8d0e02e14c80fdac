package storetest

import (
	"testing"

	"github.com/jmoiron/sqlx"
)

// folded are the consents as they follow from the audit log: the last answer in
// each scope.
const folded = `SELECT contact_id, site_id, purpose, action AS status, at AS changed_at, id AS record_id FROM (
SELECT contact_id, site_id, purpose, action, at, id,
  ROW_NUMBER() OVER (PARTITION BY contact_id, site_id, purpose ORDER BY at DESC) AS nth
FROM audit_record WHERE action IN ('GRANTED', 'WITHDRAWN')) AS answer WHERE nth = 1`

const stored = `SELECT contact_id, site_id, purpose, status, changed_at, record_id FROM consent`

// CheckFold reports where the state of a database is not what its audit log says.
// It must not be used while somebody writes.
func CheckFold(t testing.TB, db *sqlx.DB) {
	t.Helper()
	mistakes := []struct{ what, query string }{
		{"consents that do not follow from the audit log", stored + ` EXCEPT ` + folded},
		{"consents that follow from the audit log and are not there", folded + ` EXCEPT ` + stored},
		{"moments at which a contact gave two answers", `SELECT contact_id, at FROM audit_record
WHERE action IN ('GRANTED', 'WITHDRAWN') GROUP BY contact_id, at HAVING count(DISTINCT event_id) > 1`},
		{"records without evidence", `SELECT id FROM audit_record r WHERE NOT EXISTS
(SELECT 1 FROM evidence e WHERE e.contact_id = r.contact_id AND e.event_id = r.event_id)`},
		{"evidence without a record", `SELECT event_id FROM evidence e WHERE NOT EXISTS
(SELECT 1 FROM audit_record r WHERE r.contact_id = e.contact_id AND r.event_id = e.event_id)`},
		{"records whose wording is lost", `SELECT id FROM audit_record r WHERE text_hash IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM message_text m WHERE m.hash = r.text_hash)`},
		{"records of nobody", `SELECT id FROM audit_record r WHERE NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = r.contact_id)`},
		{"campaign entries without a record", `SELECT campaign_id FROM campaign_entry e WHERE NOT EXISTS
(SELECT 1 FROM audit_record r WHERE r.contact_id = e.contact_id AND r.site_id = e.site_id
AND r.purpose = 'campaign/' || e.campaign_id AND r.action = 'ENTERED')`},
		{"verifications that nobody asked for", `SELECT id FROM verification v WHERE NOT EXISTS
(SELECT 1 FROM audit_record r WHERE r.contact_id = v.contact_id AND r.event_id = v.id)`},
	}
	for _, m := range mistakes {
		if n := number(t, db, `SELECT count(*) FROM (`+m.query+`) AS mistake`); n > 0 {
			t.Errorf("%d %s", n, m.what)
		}
	}
}
