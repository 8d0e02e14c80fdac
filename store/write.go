package store

import (
	"context"
	"strconv"
	"strings"

	"assent/consent"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// statements are the writes of a batch, one per table.
type statements struct {
	contacts, consents, verifications, entries, accounts, links, records, evidence, outbox, edits rows
}

func newStatements() *statements {
	table := func(name, columns, suffix string) rows {
		return rows{table: name, columns: strings.Fields(columns), suffix: suffix}
	}
	return &statements{
		contacts: table("contact", `id organisation_id kind address linked_to suppression suppressed_at suppressed_until
			unanswered version created_at updated_at`,
			`ON CONFLICT (id) DO UPDATE SET address = excluded.address, linked_to = excluded.linked_to,
			suppression = excluded.suppression, suppressed_at = excluded.suppressed_at,
			suppressed_until = excluded.suppressed_until, unanswered = excluded.unanswered, version = excluded.version, updated_at = excluded.updated_at
			WHERE contact.version = excluded.version - 1`),
		consents: table("consent", `contact_id site_id purpose status changed_at record_id`,
			`ON CONFLICT (contact_id, site_id, purpose) DO UPDATE SET status = excluded.status,
			changed_at = excluded.changed_at, record_id = excluded.record_id`),
		verifications: table("verification", `contact_id id site_id purposes opened_at outcome`,
			`ON CONFLICT (contact_id, id) DO UPDATE SET outcome = excluded.outcome`),
		entries: table("campaign_entry", `contact_id site_id campaign_id name metadata entered_at`, ""),
		accounts: table("account", `contact_id customer_id site_id email_contact_id phone_contact_id has_address name updated_at`,
			`ON CONFLICT (contact_id) DO UPDATE SET customer_id = excluded.customer_id, email_contact_id = excluded.email_contact_id,
			phone_contact_id = excluded.phone_contact_id, has_address = excluded.has_address, name = excluded.name,
			updated_at = excluded.updated_at`),
		links: table("account_link", `contact_id site_id account_contact_id`, `ON CONFLICT DO NOTHING`),
		records: table("audit_record", `contact_id id event_id site_id purpose action at actor_kind actor_id
			form_identifier text_hash preference_version`, ""),
		evidence: table("evidence", `contact_id event_id form_location landing_url ip user_agent at`, ""),
		outbox:   table("outbox", `contact_id id site_id kind verification_id counts queued_at channel due_at`, ""),
		edits:    adminRecordRows(),
	}
}

// write puts every change of the batch into the transaction: contacts first,
// whose versions tell whether another process was faster.
func (s *Store) write(ctx context.Context, tx *sqlx.Tx, groups []*group) error {
	st := newStatements()
	changed := int64(0)
	for _, g := range groups {
		if len(g.changes) > 0 {
			changed++
			st.add(g)
		}
	}
	written, err := st.contacts.insert(ctx, tx, s.dialect.parameters)
	if err != nil {
		return err
	}
	if written != changed {
		return errConflict
	}
	for _, r := range []*rows{&st.records, &st.consents, &st.evidence, &st.verifications, &st.entries, &st.accounts, &st.links, &st.outbox, &st.edits} {
		if _, err := r.insert(ctx, tx, s.dialect.parameters); err != nil {
			return err
		}
	}
	return nil
}

// add lists the rows of one contact. What several changes touched is written
// once, as it is in the end.
func (st *statements) add(g *group) {
	last := g.changes[len(g.changes)-1].at
	c := g.state.Contact
	st.contacts.add(c.ID, c.OrganisationID, c.Kind, c.Address, orNull(c.LinkedTo.UUID), c.Suppression.Reason,
		Time{c.Suppression.Since}, Time{c.Suppression.Until}, c.Unanswered, g.version+1, Time{last}, Time{last})
	scopes := map[consent.Scope]bool{}
	verifications := map[consent.EventID]bool{}
	for _, ch := range g.changes {
		st.addChange(c, ch)
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
		st.consents.add(c.ID, scope.Site, scope.Purpose, now.Status, Time{now.At}, now.Record)
	}
	for _, v := range g.state.Verifications {
		if verifications[v.ID] {
			st.verifications.add(c.ID, v.ID, v.Site, joinPurposes(v.Purposes), Time{v.OpenedAt}, v.Outcome)
		}
	}
	st.addAccount(g)
}

// addChange lists the rows that only one change writes.
func (st *statements) addChange(c consent.Contact, ch dated) {
	id, ev := c.ID, ch.Event
	for _, r := range ch.Records {
		var hash any
		if h := consent.HashText(ev.Data.MessageShown()); !h.IsZero() {
			hash = h[:]
		}
		st.records.add(id, r.ID, ev.ID, r.Scope.Site, r.Scope.Purpose, r.Action, Time{ch.at}, ev.Actor.Kind, ev.Actor.ID,
			ev.Data.FormIdentifier(), hash, r.PreferenceVersion)
	}
	if len(ch.Records) > 0 {
		st.evidence.add(id, ev.ID, ev.Data.FormLocation(), ev.Data.LandingURL(), ev.Origin.IP, ev.Origin.UserAgent, Time{ch.at})
	}
	if e := ch.Entry; e != nil {
		st.entries.add(id, e.Site, e.Campaign, e.Name, e.Metadata, Time{ch.at})
	}
	if m := ch.Message; m != nil {
		st.outbox.add(id, uuid.Must(uuid.NewV7()), m.Site, m.Kind, orNull(m.Verification.UUID), m.Counts, Time{ch.at},
			c.Kind.Channel(), Time{ch.at})
	}
	if ch.Edit != nil {
		st.edits.addAdminRecord(uuid.Must(uuid.NewV7()), ch.at, *ch.Edit)
	}
}

func (st *statements) addAccount(g *group) {
	id, touched := g.state.Contact.ID, false
	for _, ch := range g.changes {
		touched = touched || ch.Account != nil
		if ch.Link != nil {
			st.links.add(id, ch.Link.Site, ch.Link.Account)
		}
	}
	if a := g.state.Account; touched {
		st.accounts.add(id, a.CustomerID, a.Site, orNull(a.Email.UUID), orNull(a.Phone.UUID), a.HasAddress, a.Name,
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
