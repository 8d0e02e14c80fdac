package store_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
	"assent/store"
	"assent/store/storetest"

	"github.com/google/uuid"
)

// crowd is how many rows each large table has: enough for reading one of them
// whole to be a mistake.
const crowd = 10_000

// TestNothingOnTheWayOfARequestReadsAWholeTable looks at the plan of every
// statement that the store makes for requests, and beside them, on tables that the database has
// never counted, as after an import, and once it has.
func TestNothingOnTheWayOfARequestReadsAWholeTable(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, databaseURL string) {
		migrated(t, databaseURL)
		fillUp(t, databaseURL)
		t.Run("never counted", func(t *testing.T) { wantSearches(t, databaseURL) })
		storetest.Raw(t, databaseURL).MustExecContext(t.Context(), `ANALYZE`)
		t.Run("counted", func(t *testing.T) { wantSearches(t, databaseURL) })
	})
}

func wantSearches(t *testing.T, databaseURL string) {
	if strings.HasPrefix(databaseURL, "postgres") {
		databaseURL += store.AutoExplain
	}
	s, err := store.Open(t.Context(), databaseURL, store.Options{CacheFor: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	plans := store.Explain(s)
	for _, w := range way(t, s) {
		t.Run(w.name, func(t *testing.T) {
			if err := w.walk(); err != nil {
				t.Fatal(err)
			}
			taken := plans.Taken()
			if len(taken) == 0 {
				t.Fatal("nothing was asked of the database")
			}
			for statement, steps := range taken {
				for _, step := range steps {
					if !step.Searched && !slices.Contains(parts, step.Table) {
						t.Errorf("%s is read whole (index %q) by\n%.600s", step.Table, step.Index, statement)
					}
				}
			}
		})
	}
}

// parts of statements may be read whole: they hold what was searched for.
var parts = []string{"due", "everywhere", "here", "recent", "unsent"}

type walk struct {
	name string
	walk func() error
}

// way is what requests, and sending what follows from them, ask of a store.
func way(t *testing.T, s *store.Store) []walk {
	ctx, now := t.Context(), time.Now()
	site, preference := aSite(1), consent.PreferenceID{UUID: uuid.UUID{15: 1}}
	key := auth.KeyHash{1}
	var claimed []consent.Claimed
	walks := []walk{
		{"membership", func() error { _, _, err := s.Membership(ctx, contactNo(7), site); return err }},
		{"site by slug", func() error { _, err := s.Site(ctx, consent.SiteRef{Header: "1"}); return err }},
		{"site by host", func() error { _, err := s.Site(ctx, consent.SiteRef{Host: "shop.example"}); return err }},
		{"campaign", func() error { _, err := s.Campaign(ctx, site, "42"); return err }},
		{"texts asked for", func() error {
			_, err := s.PreferenceTexts(ctx, []consent.Asked{{Purpose: preference.Purpose(), Version: 1}})
			return err
		}},
		{"wordings", func() error { _, err := s.Wordings(ctx, preference, 1); return err }},
		{"public texts", func() error {
			_, err := s.ListPublicPreferences(ctx, anOrganisation(1), backoffice.Page{Limit: 100})
			return err
		}},
		{"text kept", func() error { return s.KeepText(ctx, "Yes, "+uuid.NewString()) }},
		{"text looked up", func() error { _, err := s.Text(ctx, consent.HashText("text 7")); return unlessNotFound(err) }},
		{"API key", func() error {
			if _, err := s.KeyByHash(ctx, key); !errors.Is(err, auth.ErrUnknownKey) {
				return err
			}
			return s.KeyUsed(ctx, uuid.New(), now)
		}},
		{"claim", func() (err error) { claimed, err = s.Claim(ctx, consent.Email, 50, time.Minute); return err }},
		{"finish", func() error {
			return s.Finish(ctx, []consent.Delivery{{Contact: claimed[0].Contact, ID: claimed[0].ID, Claim: claimed[0].Claim, Status: consent.Sent}})
		}},
		{"backlog", func() error {
			all, err := s.BacklogUpTo(ctx, 10)
			if err == nil && (len(all) != 1 || all[0].Count != 10) {
				err = fmt.Errorf("thousands of messages wait, and counted up to 10 they are %+v", all)
			}
			return err
		}},
		{"messages of the last hour", func() error { _, err := s.Sent(ctx, time.Hour, 1000); return err }},
	}
	for _, n := range []int{1, 16, 64} {
		ids := contactNos(n)
		walks = append(walks,
			walk{fmt.Sprintf("states of %d", n), func() error { return s.Load(ctx, ids) }},
			walk{fmt.Sprintf("accounts of %d", n), func() error { return errors.Join(s.ReadAccounts(ctx, ids, contactNo(70_000))...) }},
			walk{fmt.Sprintf("answers of %d", n), func() error { return errors.Join(s.WriteBatch(ctx, ids, answer)...) }},
		)
	}
	return append(walks,
		walk{"old messages", func() error { return steps(s.DeleteFinished(ctx, time.Minute), 2) }},
		walk{"all contacts", func() error { return steps(s.States(ctx), 600) }},
		walk{"old evidence", func() error { return steps(s.DeleteEvidence(ctx, time.Minute), 2) }},
	)
}

// steps takes some of a sequence that would take long.
func steps[T any](all iter.Seq2[T, error], most int) error {
	for _, err := range all {
		if most--; err != nil || most == 0 {
			return err
		}
	}
	return nil
}

func unlessNotFound(err error) error {
	if errors.Is(err, consent.ErrNotFound) {
		return nil
	}
	return err
}

// answer turns e-mails on.
func answer(st consent.State, now time.Time) (consent.Change, error) {
	data, err := consent.NewAuditData("Yes, please", "footer", "https://shop.example/")
	if err != nil {
		return consent.Change{}, err
	}
	site := consent.Site{ID: aSite(1), OrganisationID: anOrganisation(1)}
	return consent.Choose{
		Event:   consent.Event{ID: consent.NewEventID(), Actor: consent.Actor{Kind: consent.Visitor}, Data: data},
		Contact: st.Contact, Asked: consent.Asked{Purpose: consent.Email.Purpose()}, Value: true,
	}.Decide(site, st, now), nil
}

func contactNos(n int) []consent.ContactID {
	var ids []consent.ContactID
	for i := range n {
		ids = append(ids, contactNo(1+i*crowd/64))
	}
	return ids
}

// contactNo has one of the ids of fillUp.
func contactNo(n int) consent.ContactID {
	return consent.ContactID{UUID: uuid.MustParse(fmt.Sprintf("00000000-0000-4000-8000-%d", 100_000_000_000+n))}
}

// fillUp gives each contact an account, a consent, a message and a record. The
// server does not count by itself.
func fillUp(t *testing.T, databaseURL string) {
	t.Helper()
	db := storetest.Raw(t, databaseURL)
	given := fmt.Sprintf(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d),
given AS (SELECT n, CAST('00000000-0000-4000-8000-' || CAST(100000000000 + n AS text) AS uuid) AS id,
  CAST('00000000-0000-0000-0000-000000000001' AS uuid) AS one, CAST($1 AS timestamptz) AS at FROM numbers) `, crowd)
	for _, c := range crowded {
		if db.DriverName() == "postgres" {
			part := strings.Replace(c.table, "audit_record", "audit_record_before", 1)
			db.MustExecContext(t.Context(), `ALTER TABLE `+part+` SET (autovacuum_enabled = false)`)
		}
		rows := strings.Replace(c.rows, "SELECT", given+"SELECT", 1)
		if db.DriverName() == "sqlite" {
			rows = strings.NewReplacer("AS uuid)", "AS text)", "AS timestamptz)", "AS text)", "AS bytea)", "AS blob)").Replace(rows)
		}
		if _, err := db.ExecContext(t.Context(), rows, store.Time{Time: time.Now().Add(-time.Hour)}); err != nil {
			t.Fatalf("%s: %v", c.table, err)
		}
	}
}

// crowded are the large tables with their rows, those that others refer to first.
var crowded = []struct{ table, rows string }{
	{"organisation", `INSERT INTO organisation (id, name, created_at, updated_at) SELECT CASE n WHEN 1 THEN one ELSE id END, 'Shop', at, at FROM given WHERE n <= 1000`},
	{"site", `INSERT INTO site (id, organisation_id, slug, name, features, default_region, locale, confirm_url, unsubscribe_url, sender_name,
sender_email, one_trust_url, neutral_responses, brand_colour, brand_logo_url, created_at, updated_at)
SELECT CASE n WHEN 1 THEN one ELSE id END, one, CAST(n AS text), '', '', '', '', '', '', '', '', '', false, '', '', at, at FROM given WHERE n <= 1000`},
	{"site_domain", `INSERT INTO site_domain (domain, site_id)
SELECT CASE n WHEN 1 THEN 'shop.example' ELSE CAST(id AS text) END, one FROM given`},
	{"campaign", `INSERT INTO campaign (site_id, id, name, metadata_schema, created_at, updated_at) SELECT one, CAST(n AS text), '', '', at, at FROM given`},
	{"preference", `INSERT INTO preference (id, organisation_id, everywhere, version, created_at, updated_at, deleted_at)
SELECT CASE n WHEN 1 THEN one ELSE id END, one, true, 1, at, at, CASE WHEN n > 20 THEN at END FROM given`},
	{"preference_version", `INSERT INTO preference_version (preference_id, version, text, created_at)
SELECT CASE n WHEN 1 THEN one ELSE id END, 1, 'text', at FROM given`},
	{"site_preference", `INSERT INTO site_preference (site_id, preference_id, enabled)
SELECT CASE WHEN n <= 20 THEN one ELSE CAST('00000000-0000-4000-8000-' || CAST(100000000002 + n % 999 AS text) AS uuid) END,
CASE n WHEN 1 THEN one ELSE id END, true FROM given`},
	{"api_key", `INSERT INTO api_key (id, hash, role, name, created_at, updated_at) SELECT id, CAST(CAST(id AS text) AS bytea), 'read', '', at, at FROM given`},
	{"contact", `INSERT INTO contact (id, organisation_id, kind, address, suppression, version, created_at, updated_at)
SELECT id, one, 'EMAIL', 'someone@mail.example', '', 1, at, at FROM given`},
	{"consent", `INSERT INTO consent (contact_id, site_id, purpose, status, changed_at, record_id)
SELECT id, one, 'EMAIL', 'GRANTED', at, id FROM given`},
	{"verification", `INSERT INTO verification (contact_id, id, site_id, purposes, opened_at, outcome)
SELECT id, id, one, 'EMAIL', at, 'CONFIRMED' FROM given`},
	{"campaign_entry", `INSERT INTO campaign_entry (contact_id, site_id, campaign_id, name, metadata, entered_at)
SELECT id, one, '42', '', '', at FROM given`},
	{"account", `INSERT INTO account (contact_id, site_id, email_contact_id, has_address, name, updated_at, customer_id)
SELECT id, one, id, false, '', at, CAST(n AS text) FROM given`},
	{"account_link", `INSERT INTO account_link (contact_id, site_id, account_contact_id) SELECT id, one, id FROM given`},
	{"outbox", `INSERT INTO outbox (contact_id, id, site_id, kind, counts, queued_at, channel, due_at, status, finished_at)
SELECT id, id, one, 'WELCOME', true, at, 'EMAIL', CASE WHEN n % 10 = 0 THEN at END, CASE WHEN n % 10 = 0 THEN 'WAITING' ELSE 'SENT' END,
CASE WHEN n % 10 > 0 THEN at END FROM given`},
	{"message_text", `INSERT INTO message_text (hash, body, first_seen) SELECT CAST(CAST(id AS text) AS bytea), 'text', at FROM given`},
	{"audit_record", `INSERT INTO audit_record (contact_id, id, event_id, site_id, purpose, action, at, actor_kind, actor_id, form_identifier,
preference_version) SELECT id, id, id, one, 'EMAIL', 'GRANTED', at, 'VISITOR', '', 'footer', 0 FROM given`},
	{"evidence", `INSERT INTO evidence (contact_id, event_id, form_location, landing_url, ip, user_agent, at)
SELECT id, id, '', '', '', '', at FROM given`},
}
