package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"assent/consent"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// loaded is one row of a query that reads the tables of a contact side by side, in
// columns they share. The first SELECT of a UNION gives the columns their types.
type loaded struct {
	tag     string
	contact consent.ContactID
	a       string
	b       string
	c       string
	d       string
	e       string
	t1      Time
	t2      Time
	n       int64
	m       int64
}

// contactsQuery reads the contacts whose id is %[1]s.
const contactsQuery = `
SELECT 'contact' AS tag, id AS contact_id, CAST(organisation_id AS text) AS a, kind AS b, address AS c,
  COALESCE(CAST(linked_to AS text), '') AS d, suppression AS e, suppressed_at AS t1, suppressed_until AS t2, version AS n,
  unanswered AS m
FROM contact WHERE id %[1]s`

// detailsQuery reads what else the rules may know of the contacts whose id is
// %[1]s; %[2]s is since when queued messages count.
const detailsQuery = `
SELECT 'consent' AS tag, contact_id, CAST(site_id AS text) AS a, purpose AS b, status AS c, CAST(record_id AS text) AS d,
  '' AS e, changed_at AS t1, CAST(NULL AS timestamptz) AS t2, CAST(0 AS bigint) AS n, 0 AS m
FROM consent WHERE contact_id %[1]s
UNION ALL
SELECT 'verification', contact_id, CAST(id AS text), CAST(site_id AS text), purposes, outcome, '', opened_at, NULL, 0, 0
FROM verification WHERE contact_id %[1]s
UNION ALL
SELECT 'entry', contact_id, CAST(site_id AS text), campaign_id, '', '', '', NULL, NULL, 0, 0
FROM campaign_entry WHERE contact_id %[1]s
UNION ALL
SELECT 'account', contact_id, CAST(site_id AS text), COALESCE(CAST(email_contact_id AS text), ''),
  COALESCE(CAST(phone_contact_id AS text), ''), name, customer_id, NULL, NULL, CASE WHEN has_address THEN 1 ELSE 0 END, 0
FROM account WHERE contact_id %[1]s
UNION ALL
SELECT 'link', contact_id, CAST(site_id AS text), CAST(account_contact_id AS text), '', '', '', NULL, NULL, 0, 0
FROM account_link WHERE contact_id %[1]s
UNION ALL
SELECT 'queued', contact_id, kind, '', '', '', '', queued_at, NULL, 0, 0
FROM outbox WHERE contact_id %[1]s AND counts AND queued_at > %[2]s`

// loadQuery reads everything of the contacts with one statement.
func loadQuery(ids []consent.ContactID, since Time) query {
	among := isAmong(1, len(ids))
	return query{
		fmt.Sprintf(contactsQuery+"\nUNION ALL"+detailsQuery, among, "$"+strconv.Itoa(len(ids)+1)),
		append(asArgs(ids), since),
	}
}

// isAmong compares an id with so many parameters.
func isAmong(from, n int) string { return "IN (" + placeholders(from, n) + ")" }

func asArgs(ids []consent.ContactID) []any {
	args := make([]any, len(ids), len(ids)+1)
	for i, id := range ids {
		args[i] = id
	}
	return args
}

// load reads the states of the contacts with one query. One that is not stored
// has a state with nothing but its id.
func (s *Store) load(ctx context.Context, db sqlx.QueryerContext, ids []consent.ContactID, now time.Time) (map[consent.ContactID]*consent.State, error) {
	states := make(map[consent.ContactID]*consent.State, len(ids))
	for _, id := range ids {
		states[id] = &consent.State{Contact: consent.Contact{ID: id}, Consents: map[consent.Scope]consent.Consent{}}
	}
	if err := readInto(ctx, db, states, s.dialect.load(ids, Time{now.Add(-consent.MessageWindow)})); err != nil {
		return nil, err
	}
	for _, st := range states {
		sortState(st)
	}
	return states, nil
}

// readInto adds the rows of a query to the states of their contacts.
func readInto(ctx context.Context, db sqlx.QueryerContext, states map[consent.ContactID]*consent.State, q query) error {
	result, err := db.QueryxContext(ctx, q.text, q.args...)
	if err != nil {
		return fmt.Errorf("loading contacts: %w", err)
	}
	defer result.Close()
	for result.Next() {
		var l loaded
		err := result.Scan(&l.tag, &l.contact, &l.a, &l.b, &l.c, &l.d, &l.e, &l.t1, &l.t2, &l.n, &l.m)
		if err != nil {
			return fmt.Errorf("loading contacts: %w", err)
		}
		st := states[l.contact]
		if st == nil {
			st = &consent.State{Consents: map[consent.Scope]consent.Consent{}}
			states[l.contact] = st
		}
		if err := l.addTo(st); err != nil {
			return fmt.Errorf("loading contacts: %w", err)
		}
	}
	if err := result.Err(); err != nil {
		return fmt.Errorf("loading contacts: %w", err)
	}
	return nil
}

// State reads what the rules may know of a contact, as it was last committed.
func (s *Store) State(ctx context.Context, id consent.ContactID) (consent.State, error) {
	states, err := s.load(ctx, s.reader, []consent.ContactID{id}, s.now())
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
	switch l.tag {
	case "contact":
		st.Contact.OrganisationID.UUID = ids.read(l.a)
		st.Contact.LinkedTo.UUID = ids.read(l.d)
		st.Contact.Kind, st.Contact.Address, st.Contact.Version = consent.Kind(l.b), l.c, l.n
		st.Contact.Unanswered = int(l.m)
		st.Contact.Suppression = consent.Suppression{Reason: consent.Reason(l.e), Since: l.t1.Time, Until: l.t2.Time}
	case "consent":
		scope := consent.Scope{Site: consent.SiteID{UUID: ids.read(l.a)}, Purpose: consent.Purpose(l.b)}
		st.Consents[scope] = consent.Consent{
			Status: consent.Status(l.c), At: l.t1.Time, Record: consent.RecordID{UUID: ids.read(l.d)},
		}
	case "verification":
		st.Verifications = append(st.Verifications, consent.Verification{
			ID: consent.EventID{UUID: ids.read(l.a)}, Site: consent.SiteID{UUID: ids.read(l.b)},
			Purposes: splitPurposes(l.c), OpenedAt: l.t1.Time, Outcome: consent.Outcome(l.d),
		})
	case "entry":
		if st.Entries == nil {
			st.Entries = map[consent.EntryKey]struct{}{}
		}
		st.Entries[consent.EntryKey{Site: consent.SiteID{UUID: ids.read(l.a)}, Campaign: l.b}] = struct{}{}
	case "account":
		st.Account = l.account(&ids)
	case "link":
		st.Links = append(st.Links, consent.AccountLink{
			Site: consent.SiteID{UUID: ids.read(l.a)}, Account: consent.ContactID{UUID: ids.read(l.b)},
		})
	case "queued":
		st.Queued = append(st.Queued, consent.Queued{Kind: consent.MessageKind(l.a), At: l.t1.Time})
	}
	return ids.err
}

func (l loaded) account(ids *idReader) *consent.Account {
	return &consent.Account{
		CustomerID: l.e, Site: consent.SiteID{UUID: ids.read(l.a)}, Email: consent.ContactID{UUID: ids.read(l.b)},
		Phone: consent.ContactID{UUID: ids.read(l.c)}, HasAddress: l.n != 0, Name: l.d,
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
