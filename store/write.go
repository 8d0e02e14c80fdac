package store

import (
	"context"
	"strconv"
	"strings"

	"assent/consent"

	"github.com/google/uuid"
)

// tables are those that a batch writes to. What belongs to a newcomer cannot be there
// yet, so it is written without looking for it.
type tables struct {
	newcomers, contacts, firstConsents, consents, verifications, entries, accounts, links, records, evidence, outbox, edits table
}

const (
	contactColumns = `id uuid, organisation_id uuid, kind text, address text, linked_to uuid, suppression text,
		suppressed_at timestamptz, suppressed_until timestamptz, unanswered integer, version bigint, created_at timestamptz,
		updated_at timestamptz`
	consentColumns = `contact_id uuid, site_id uuid, purpose text, status text, changed_at timestamptz, record_id uuid`
)

func newTables() *tables {
	return &tables{
		newcomers: newTable("contact", contactColumns, "").guarding(),
		contacts: newTable("contact", contactColumns,
			`ON CONFLICT (id) DO UPDATE SET address = excluded.address, linked_to = excluded.linked_to,
			suppression = excluded.suppression, suppressed_at = excluded.suppressed_at,
			suppressed_until = excluded.suppressed_until, unanswered = excluded.unanswered, version = excluded.version, updated_at = excluded.updated_at
			WHERE contact.version = excluded.version - 1`).guarding(),
		firstConsents: newTable("consent", consentColumns, ""),
		consents: newTable("consent", consentColumns,
			`ON CONFLICT (contact_id, site_id, purpose) DO UPDATE SET status = excluded.status,
			changed_at = excluded.changed_at, record_id = excluded.record_id`),
		verifications: newTable("verification", `contact_id uuid, id uuid, site_id uuid, purposes text, opened_at timestamptz, outcome text`,
			`ON CONFLICT (contact_id, id) DO UPDATE SET outcome = excluded.outcome`),
		entries: newTable("campaign_entry", `contact_id uuid, site_id uuid, campaign_id text, name text, metadata text,
			entered_at timestamptz`, ""),
		accounts: newTable("account", `contact_id uuid, customer_id text, site_id uuid, email_contact_id uuid, phone_contact_id uuid,
			has_address boolean, name text, updated_at timestamptz`,
			`ON CONFLICT (contact_id) DO UPDATE SET customer_id = excluded.customer_id, email_contact_id = excluded.email_contact_id,
			phone_contact_id = excluded.phone_contact_id, has_address = excluded.has_address, name = excluded.name,
			updated_at = excluded.updated_at`),
		links: newTable("account_link", `contact_id uuid, site_id uuid, account_contact_id uuid`, `ON CONFLICT DO NOTHING`),
		records: newTable("audit_record", `contact_id uuid, id uuid, event_id uuid, site_id uuid, purpose text, action text,
			at timestamptz, actor_kind text, actor_id text, form_identifier text, text_hash bytea, preference_version integer`, ""),
		evidence: newTable("evidence", `contact_id uuid, event_id uuid, form_location text, landing_url text, ip text, user_agent text,
			at timestamptz`, ""),
		outbox: newTable("outbox", `contact_id uuid, id uuid, site_id uuid, kind text, verification_id uuid, counts boolean,
			queued_at timestamptz, channel text, due_at timestamptz`, ""),
		edits: newTable("admin_record", `id uuid, at timestamptz, editor text, organisation_id uuid, action text, subject text,
			subject_id text, before_state text, after_state text`, ""),
	}
}

func (t *tables) writeFunction() function {
	return writeFunction(t.newcomers, t.contacts, t.records, t.firstConsents, t.consents, t.evidence, t.verifications, t.entries, t.accounts, t.links, t.outbox, t.edits)
}

// writes are the rows of a batch.
type writes struct {
	newcomers, contacts, firstConsents, consents, verifications, entries, accounts, links, records, evidence, outbox, edits rows
}

// writes has room for what so many contacts, some of them newcomers, usually need.
func (t *tables) writes(contacts, newcomers int) *writes {
	room := func(t table, n int) rows { return rows{t, make([]any, 0, n*len(t.columns))} }
	known := contacts - newcomers
	return &writes{
		newcomers: room(t.newcomers, newcomers), contacts: room(t.contacts, known),
		firstConsents: room(t.firstConsents, newcomers), consents: room(t.consents, known),
		records: room(t.records, contacts), evidence: room(t.evidence, contacts), outbox: room(t.outbox, contacts),
		verifications: rows{table: t.verifications}, entries: rows{table: t.entries}, accounts: rows{table: t.accounts},
		links: rows{table: t.links}, edits: rows{table: t.edits},
	}
}

// write commits every change of the batch: contacts first, whose versions tell
// whether another process was faster.
func (s *Store) write(ctx context.Context, groups []*group) error {
	newcomers := 0
	for _, g := range groups {
		if g.isNewcomer() {
			newcomers++
		}
	}
	w := s.tables.writes(len(groups), newcomers)
	for _, g := range groups {
		w.add(g)
	}
	return s.dialect.commit(ctx, s.writer, w.all())
}

// all are the rows in the order of writeFunction.
func (w *writes) all() []*rows {
	return []*rows{&w.newcomers, &w.contacts, &w.records, &w.firstConsents, &w.consents, &w.evidence, &w.verifications, &w.entries, &w.accounts, &w.links, &w.outbox, &w.edits}
}

// add lists the rows of one contact. What several changes touched is written
// once, as it is in the end.
func (w *writes) add(g *group) {
	last := g.changes[len(g.changes)-1].at
	c := g.state.Contact
	contacts, consents := &w.contacts, &w.consents
	if g.isNewcomer() {
		contacts, consents = &w.newcomers, &w.firstConsents
	}
	contacts.add(c.ID, c.OrganisationID, c.Kind, c.Address, orNull(c.LinkedTo.UUID), c.Suppression.Reason,
		Time{c.Suppression.Since}, Time{c.Suppression.Until}, c.Unanswered, g.version+1, Time{last}, Time{last})
	scopes := map[consent.Scope]bool{}
	verifications := map[consent.EventID]bool{}
	for _, ch := range g.changes {
		w.addChange(c, ch)
		for _, r := range ch.Records {
			if _, sets := r.Action.Status(); sets {
				scopes[r.Scope] = true
			}
		}
		if ch.Open != nil {
			verifications[ch.Open.ID] = true
		}
		for _, closing := range ch.Close {
			verifications[closing.ID] = true
		}
	}
	for scope := range scopes {
		now := g.state.Consents[scope]
		consents.add(c.ID, scope.Site, scope.Purpose, now.Status, Time{now.At}, now.Record)
	}
	for _, v := range g.state.Verifications {
		if verifications[v.ID] {
			w.verifications.add(c.ID, v.ID, v.Site, joinPurposes(v.Purposes), Time{v.OpenedAt}, v.Outcome)
		}
	}
	w.addAccount(g)
}

// addChange lists the rows that only one change writes.
func (w *writes) addChange(c consent.Contact, ch dated) {
	id, ev := c.ID, ch.Event
	for _, r := range ch.Records {
		var hash any
		if h := consent.HashText(ev.Data.MessageShown()); !h.IsZero() {
			hash = h[:]
		}
		w.records.add(id, r.ID, ev.ID, r.Scope.Site, r.Scope.Purpose, r.Action, Time{ch.at}, ev.Actor.Kind, ev.Actor.ID,
			ev.Data.FormIdentifier(), hash, r.PreferenceVersion)
	}
	if len(ch.Records) > 0 {
		w.evidence.add(id, ev.ID, ev.Data.FormLocation(), ev.Data.LandingURL(), ev.Origin.IP, ev.Origin.UserAgent, Time{ch.at})
	}
	if e := ch.Entry; e != nil {
		w.entries.add(id, e.Site, e.Campaign, e.Name, e.Metadata, Time{ch.at})
	}
	if m := ch.Message; m != nil {
		w.outbox.add(id, uuid.Must(uuid.NewV7()), m.Site, m.Kind, orNull(m.Verification.UUID), m.Counts, Time{ch.at},
			c.Kind.Channel(), Time{ch.at})
	}
	if ch.Edit != nil {
		w.edits.addAdminRecord(uuid.Must(uuid.NewV7()), ch.at, *ch.Edit)
	}
}

func (w *writes) addAccount(g *group) {
	id, touched := g.state.Contact.ID, false
	for _, ch := range g.changes {
		touched = touched || ch.Account != nil
		if ch.Link != nil {
			w.links.add(id, ch.Link.Site, ch.Link.Account)
		}
	}
	if a := g.state.Account; touched {
		w.accounts.add(id, a.CustomerID, a.Site, orNull(a.Email.UUID), orNull(a.Phone.UUID), a.HasAddress, a.Name,
			Time{g.changes[len(g.changes)-1].at})
	}
}

func orNull(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

// joinPurposes writes "purpose" or "purpose@version", separated by blanks.
func joinPurposes(ps []consent.Asked) string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p.Purpose)
		if p.Version != 0 {
			names[i] += "@" + strconv.Itoa(p.Version)
		}
	}
	return strings.Join(names, " ")
}

func splitPurposes(s string) []consent.Asked {
	var ps []consent.Asked
	for field := range strings.FieldsSeq(s) {
		name, version, _ := strings.Cut(field, "@")
		n, _ := strconv.Atoi(version) // none is 0
		ps = append(ps, consent.Asked{Purpose: consent.Purpose(name), Version: n})
	}
	return ps
}
