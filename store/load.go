package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"assent/consent"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// loaded is one row of the load query: the tables of a contact side by side in
// columns they share. The first branch gives the columns their types.
type loaded struct {
	Tag     string            `db:"tag"`
	Contact consent.ContactID `db:"contact_id"`
	A       string            `db:"a"`
	B       string            `db:"b"`
	C       string            `db:"c"`
	D       string            `db:"d"`
	E       string            `db:"e"`
	T1      Time              `db:"t1"`
	T2      Time              `db:"t2"`
	N       int64             `db:"n"`
	M       int64             `db:"m"`
}

// loadQuery reads everything the rules may know of the contacts in %s; the
// parameter %d is since when queued messages count.
const loadQuery = `
SELECT 'contact' AS tag, id AS contact_id, CAST(organisation_id AS text) AS a, kind AS b, address AS c,
  COALESCE(CAST(linked_to AS text), '') AS d, suppression AS e, suppressed_at AS t1, suppressed_until AS t2, version AS n,
  unanswered AS m
FROM contact WHERE id IN (%[1]s)
UNION ALL
SELECT 'consent', contact_id, CAST(site_id AS text), purpose, status, CAST(record_id AS text), '', changed_at, NULL, 0, 0
FROM consent WHERE contact_id IN (%[1]s)
UNION ALL
SELECT 'verification', contact_id, CAST(id AS text), CAST(site_id AS text), purposes, outcome, '', opened_at, NULL, 0, 0
FROM verification WHERE contact_id IN (%[1]s)
UNION ALL
SELECT 'entry', contact_id, CAST(site_id AS text), campaign_id, '', '', '', NULL, NULL, 0, 0
FROM campaign_entry WHERE contact_id IN (%[1]s)
UNION ALL
SELECT 'account', contact_id, CAST(site_id AS text), COALESCE(CAST(email_contact_id AS text), ''),
  COALESCE(CAST(phone_contact_id AS text), ''), name, customer_id, NULL, NULL, CASE WHEN has_address THEN 1 ELSE 0 END, 0
FROM account WHERE contact_id IN (%[1]s)
UNION ALL
SELECT 'link', contact_id, CAST(site_id AS text), CAST(account_contact_id AS text), '', '', '', NULL, NULL, 0, 0
FROM account_link WHERE contact_id IN (%[1]s)
UNION ALL
SELECT 'queued', contact_id, kind, '', '', '', '', queued_at, NULL, 0, 0
FROM outbox WHERE contact_id IN (%[1]s) AND counts AND queued_at > $%[2]d`

// load reads the states of the contacts with one query. One that is not stored
// has a state with nothing but its id.
func load(ctx context.Context, db sqlx.QueryerContext, ids []consent.ContactID, now time.Time) (map[consent.ContactID]*consent.State, error) {
	states := make(map[consent.ContactID]*consent.State, len(ids))
	args := make([]any, 0, len(ids)+1)
	for _, id := range ids {
		states[id] = &consent.State{Contact: consent.Contact{ID: id}, Consents: map[consent.Scope]consent.Consent{}}
		args = append(args, id)
	}
	query := fmt.Sprintf(loadQuery, placeholders(1, len(ids)), len(ids)+1)
	result, err := db.QueryxContext(ctx, query, append(args, Time{now.Add(-consent.MessageWindow)})...)
	if err != nil {
		return nil, fmt.Errorf("loading contacts: %w", err)
	}
	defer result.Close()
	for result.Next() {
		var row loaded
		if err := result.StructScan(&row); err != nil {
			return nil, fmt.Errorf("loading contacts: %w", err)
		}
		if err := row.addTo(states[row.Contact]); err != nil {
			return nil, fmt.Errorf("loading contacts: %w", err)
		}
	}
	if err := result.Err(); err != nil {
		return nil, fmt.Errorf("loading contacts: %w", err)
	}
	for _, st := range states {
		sortState(st)
	}
	return states, nil
}

// State reads what the rules may know of a contact, as it was last committed.
func (s *Store) State(ctx context.Context, id consent.ContactID) (consent.State, error) {
	states, err := load(ctx, s.reader, []consent.ContactID{id}, s.now())
	if err != nil {
		return consent.State{}, redacted(err)
	}
	return *states[id], nil
}

// sortState puts what is ordered by time in order: the databases need not.
func sortState(st *consent.State) {
	slices.SortFunc(st.Verifications, func(a, b consent.Verification) int { return a.OpenedAt.Compare(b.OpenedAt) })
	slices.SortFunc(st.Queued, func(a, b consent.Queued) int { return a.At.Compare(b.At) })
}

func (l loaded) addTo(st *consent.State) error {
	ids := idReader{}
	switch l.Tag {
	case "contact":
		st.Contact.OrganisationID.UUID = ids.read(l.A)
		st.Contact.LinkedTo.UUID = ids.read(l.D)
		st.Contact.Kind, st.Contact.Address, st.Contact.Version = consent.Kind(l.B), l.C, l.N
		st.Contact.Unanswered = int(l.M)
		st.Contact.Suppression = consent.Suppression{Reason: consent.Reason(l.E), Since: l.T1.Time, Until: l.T2.Time}
	case "consent":
		scope := consent.Scope{Site: consent.SiteID{UUID: ids.read(l.A)}, Purpose: consent.Purpose(l.B)}
		st.Consents[scope] = consent.Consent{
			Status: consent.Status(l.C), At: l.T1.Time, Record: consent.RecordID{UUID: ids.read(l.D)},
		}
	case "verification":
		st.Verifications = append(st.Verifications, consent.Verification{
			ID: consent.EventID{UUID: ids.read(l.A)}, Site: consent.SiteID{UUID: ids.read(l.B)},
			Purposes: splitPurposes(l.C), OpenedAt: l.T1.Time, Outcome: consent.Outcome(l.D),
		})
	case "entry":
		if st.Entries == nil {
			st.Entries = map[consent.EntryKey]struct{}{}
		}
		st.Entries[consent.EntryKey{Site: consent.SiteID{UUID: ids.read(l.A)}, Campaign: l.B}] = struct{}{}
	case "account":
		st.Account = l.account(&ids)
	case "link":
		st.Links = append(st.Links, consent.AccountLink{
			Site: consent.SiteID{UUID: ids.read(l.A)}, Account: consent.ContactID{UUID: ids.read(l.B)},
		})
	case "queued":
		st.Queued = append(st.Queued, consent.Queued{Kind: consent.MessageKind(l.A), At: l.T1.Time})
	}
	return ids.err
}

func (l loaded) account(ids *idReader) *consent.Account {
	return &consent.Account{
		CustomerID: l.E, Site: consent.SiteID{UUID: ids.read(l.A)}, Email: consent.ContactID{UUID: ids.read(l.B)},
		Phone: consent.ContactID{UUID: ids.read(l.C)}, HasAddress: l.N != 0, Name: l.D,
	}
}

// idReader reads identifiers, of which an empty one is none, and keeps the first
// error.
type idReader struct{ err error }

func (r *idReader) read(s string) uuid.UUID {
	if s == "" {
		return uuid.Nil
	}
	id, err := uuid.Parse(s)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("reading an identifier: %w", err)
	}
	return id
}
