package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"assent/store"
)

// record is what an audit record is expected to say.
type record struct{ action, purpose string }

func requested(purpose string) record { return record{"REQUESTED", purpose} }
func granted(purpose string) record   { return record{"GRANTED", purpose} }
func withdrawn(purpose string) record { return record{"WITHDRAWN", purpose} }
func entered(campaign string) record  { return record{"ENTERED", "campaign/" + campaign} }
func preference(id string) string     { return "preference/" + id }

// does sends the operation and wants the answer, exactly the audit records, and
// with each of them everything that the request said. Without records nothing
// may be written at all.
func (c *client) does(op operation, want any, records ...record) {
	c.t.Helper()
	if len(records) == 0 {
		before := c.shop.tables(c.t)
		defer func() { c.shop.wantUnchanged(c.t, before) }()
	}
	seen := c.shop.logged(c.t)
	began := time.Now()
	got := c.send(op.document, op.variables)
	took := period{began, time.Now()}
	if answer, err := got.answer(op.field); err != nil || answer != want || got.status != http.StatusOK {
		c.t.Fatalf("%s:\n got %d %s\nwant %v", op.field, got.status, got.body, want)
	}
	added := c.shop.records(c.t, seen.Last)
	if now := c.shop.logged(c.t); seen.Count+len(added) != now.Count {
		c.t.Errorf("%s: %d audit records came, %d of them with ids later than the last", op.field, now.Count-seen.Count, len(added))
	}
	c.wantRecords(op, took, added, records)
}

// answer is the value of the field, or of error in it.
func (r reply) answer(field string) (any, error) {
	if len(r.Errors) > 0 {
		return nil, fmt.Errorf("%s", r.Errors[0].Message)
	}
	var value any
	if err := json.Unmarshal(r.Data[field], &value); err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if object, ok := value.(map[string]any); ok {
		return object["error"], nil
	}
	return value, nil
}

type period struct{ from, to time.Time }

// holds allows for the rounding to microseconds, and for the moment by which
// answers of one contact are moved apart.
func (p period) holds(at time.Time) bool {
	return !at.Before(p.from.Truncate(time.Microsecond)) && !at.After(p.to.Add(time.Millisecond))
}

// auditRow is an audit record with the evidence and the wording it leads to.
type auditRow struct {
	ID             string     `db:"id"`
	Purpose        string     `db:"purpose"`
	Action         string     `db:"action"`
	At             store.Time `db:"at"`
	Actor          string     `db:"actor_kind"`
	ActorContact   string     `db:"actor_contact"` // the kind of contact that the actor is
	FormIdentifier string     `db:"form_identifier"`
	Address        string     `db:"address"`
	FormLocation   string     `db:"form_location"`
	LandingURL     string     `db:"landing_url"`
	IP             string     `db:"ip"`
	UserAgent      string     `db:"user_agent"`
	EvidenceAt     store.Time `db:"evidence_at"`
	MessageShown   string     `db:"body"`
}

// position is how far the audit log has come.
type position struct {
	Count int
	Last  string // id of the last record
}

func (s *shop) logged(t *testing.T) position {
	t.Helper()
	var p position
	must(t, s.db.GetContext(t.Context(), &p,
		`SELECT count(*) AS count, COALESCE(max(CAST(id AS text)), '') AS last FROM audit_record`))
	return p
}

// records are those whose id comes after the one given.
func (s *shop) records(t *testing.T, after string) []auditRow {
	t.Helper()
	var rows []auditRow
	must(t, s.db.SelectContext(t.Context(), &rows, `
SELECT r.id, r.purpose, r.action, r.at, r.actor_kind, r.form_identifier, c.address,
  COALESCE((SELECT a.kind FROM contact a WHERE CAST(a.id AS text) = r.actor_id), '') AS actor_contact,
  COALESCE(e.form_location, '') AS form_location, COALESCE(e.landing_url, '') AS landing_url,
  COALESCE(e.ip, '') AS ip, COALESCE(e.user_agent, '') AS user_agent, e.at AS evidence_at, COALESCE(m.body, '') AS body
FROM audit_record r JOIN contact c ON c.id = r.contact_id
LEFT JOIN evidence e ON e.contact_id = r.contact_id AND e.event_id = r.event_id
LEFT JOIN message_text m ON m.hash = r.text_hash
WHERE CAST(r.id AS text) > $1 ORDER BY r.id`, after))
	return rows
}

func (c *client) wantRecords(op operation, took period, added []auditRow, want []record) {
	c.t.Helper()
	var got []record
	for _, r := range added {
		got = append(got, record{r.Action, r.Purpose})
		if !took.holds(r.At.Time) || !r.EvidenceAt.Equal(r.At.Time) {
			c.t.Errorf("%s: recorded at %v with evidence of %v, want both within %v", op.field, r.At, r.EvidenceAt, took)
		}
		r.ID, r.Purpose, r.Action, r.At, r.EvidenceAt = "", "", "", store.Time{}, store.Time{}
		if expected := c.evidence(op); r != expected {
			c.t.Errorf("%s: recorded\n%+v, want\n%+v", op.field, r, expected)
		}
	}
	slices.SortFunc(got, compareRecords)
	slices.SortFunc(want, compareRecords)
	if !slices.Equal(got, want) {
		c.t.Errorf("%s: audit records %v, want %v", op.field, got, want)
	}
}

// evidence is what every record of the operation must hold or lead to.
func (c *client) evidence(op operation) auditRow {
	row := auditRow{
		Actor: op.actor, Address: op.address, FormIdentifier: op.auditData("formIdentifier"),
		FormLocation: op.auditData("formLocation"), LandingURL: op.auditData("landingUrl"),
		MessageShown: op.auditData("messageShown"), IP: c.shop.clientIP, UserAgent: userAgent,
	}
	if op.actor == "CUSTOMER" {
		row.ActorContact = "CUSTOMER"
	}
	if op.field == "unsubscribeSmsMarketing" {
		row.FormIdentifier = op.field
	}
	return row
}

func compareRecords(a, b record) int {
	return slices.Compare([]string{a.purpose, a.action}, []string{b.purpose, b.action})
}
