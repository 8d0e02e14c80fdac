package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// filledMonths is for how long the installation is supposed to have been running:
// its records are spread over as many months.
const filledMonths = 36

// fill adds contacts, each with a consent, evidence and a message that was sent, and
// records of theirs in the months that are over. Indexes are made afterwards, as full
// as those that have grown in no order.
func (p *postgres) fill(ctx context.Context, e extent) error {
	db, err := sqlx.Open("postgres", p.url+"&synchronous_commit=off&maintenance_work_mem=1GB")
	if err != nil {
		return fmt.Errorf("opening PostgreSQL: %w", err)
	}
	defer db.Close()
	for _, t := range filledTables() {
		if err := t.fill(ctx, db, e.contacts); err != nil {
			return fmt.Errorf("filling %s: %w", t.name, err)
		}
	}
	bound, err := firstMonth(ctx, db)
	if err != nil {
		return fmt.Errorf("adding the months that are over: %w", err)
	}
	for n := range filledMonths {
		if err := fillMonth(ctx, db, n, bound, e); err != nil {
			return fmt.Errorf("filling a month: %w", err)
		}
	}
	return nil
}

// filledTable is a table with its key, and a SELECT of n for each contact.
type filledTable struct{ name, key, columns, values string }

// filledContact is the id of contact n: as random as a real one.
const filledContact = `md5('contact ' || n)::uuid`

// idAt is a UUIDv7 but for its version: it begins with a time in milliseconds.
func idAt(ms string) string {
	return `overlay(overlay(gen_random_uuid()::text PLACING lpad(to_hex(` + ms + `), 12, '0') FROM 1 FOR 13) PLACING '-' FROM 9 FOR 0)::uuid`
}

func filledTables() []filledTable {
	const sent = `now() - interval '3 weeks'` // OUTBOX_RETENTION, after which it would be deleted while we measure, is longer
	return []filledTable{
		{
			"contact", "id", "id, organisation_id, kind, address, suppression, version, created_at, updated_at",
			filledContact + `, '` + organisation + `', 'EMAIL', 'person-' || n || '@mail.example', '', 1, now(), now()`,
		},
		{
			"consent", "contact_id, site_id, purpose", "contact_id, site_id, purpose, status, changed_at, record_id",
			filledContact + `, '` + site + `', 'EMAIL', 'GRANTED', now(), gen_random_uuid()`,
		},
		{
			"evidence", "contact_id, event_id", "contact_id, event_id, form_location, landing_url, ip, user_agent, at",
			filledContact + `, gen_random_uuid(), 'https://shop.example/', '', '192.0.2.0/24', 'Mozilla/5.0 (X11; Linux x86_64)', now()`,
		},
		{
			"outbox", "contact_id, id", "contact_id, id, site_id, kind, counts, queued_at, channel, status, finished_at",
			filledContact + `, ` + idAt(`(extract(epoch FROM `+sent+`) * 1000)::bigint`) + `, '` + site + `', 'WELCOME', true, ` + sent + `, 'EMAIL', 'SENT', ` + sent,
		},
	}
}

func (t filledTable) fill(ctx context.Context, db *sqlx.DB, contacts int) error {
	if _, err := db.ExecContext(ctx, `ALTER TABLE `+t.name+` DROP CONSTRAINT `+t.name+`_pkey`); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, `INSERT INTO `+t.name+` (`+t.columns+`) SELECT `+t.values+` FROM generate_series(1, $1::int) AS n`, contacts)
	if err != nil {
		return err
	}
	return addKey(ctx, db, t.name, t.key)
}

// addKey makes an index with as much room in its pages as splitting them leaves.
func addKey(ctx context.Context, db *sqlx.DB, table, key string) error {
	_, err := db.ExecContext(ctx, `ALTER TABLE `+table+` ADD CONSTRAINT `+table+`_pkey PRIMARY KEY (`+key+`) WITH (fillfactor = 70)`)
	return err
}

// firstMonth removes the part of the log for everything before the first month, which
// it returns.
func firstMonth(ctx context.Context, db *sqlx.DB) (time.Time, error) {
	var bound string
	err := db.GetContext(ctx, &bound, `SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'audit_record_before'::regclass`)
	if err != nil {
		return time.Time{}, err
	}
	for ahead := 1; ; ahead++ {
		month := monthAgo(-ahead)
		var id string
		if err := db.GetContext(ctx, &id, `SELECT first_id($1)::text`, month.Format(time.DateOnly)); err != nil {
			return time.Time{}, err
		}
		if strings.Contains(bound, id) {
			_, err := db.ExecContext(ctx, `DROP TABLE audit_record_before`)
			return month, err
		}
	}
}

func monthAgo(n int) time.Time {
	now := time.Now().UTC()
	return time.Date(now.Year(), now.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
}

// fillMonth adds the nth month, which is the last one if the next is there.
func fillMonth(ctx context.Context, db *sqlx.DB, n int, bound time.Time, e extent) error {
	first := monthAgo(filledMonths - 1 - n)
	end := first.AddDate(0, 1, 0)
	if n == filledMonths-1 {
		end = bound
	}
	part := "audit_record_" + first.Format("2006_01")
	if _, err := db.ExecContext(ctx, `CREATE TABLE `+part+` (LIKE audit_record)`); err != nil {
		return err
	}
	records := e.records*(n+1)/filledMonths - e.records*n/filledMonths
	over := min(end.Sub(first), time.Since(first))
	if _, err := db.ExecContext(ctx, `INSERT INTO `+part+filledRecords(), records, e.contacts, first.UnixMilli(), over.Milliseconds()); err != nil {
		return err
	}
	if err := addKey(ctx, db, part, "contact_id, id"); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf(`ALTER TABLE audit_record ATTACH PARTITION %s FOR VALUES FROM (first_id('%s')) TO (first_id('%s'))`,
		part, first.Format(time.DateOnly), end.Format(time.DateOnly)))
	return err
}

// filledRecords are $1 records of $2 contacts within $4 milliseconds from $3 on.
func filledRecords() string {
	return `
(contact_id, id, event_id, site_id, purpose, action, at, actor_kind, actor_id, form_identifier, text_hash, preference_version)
SELECT md5('contact ' || 1 + floor(random() * $2::int)::int)::uuid,
  ` + idAt("ms") + `,
  gen_random_uuid(), '` + site + `', 'EMAIL', 'GRANTED', to_timestamp(ms / 1000.0), 'VISITOR', '', 'footer', sha256('Yes, send me offers by e-mail'), 0
FROM (SELECT $3::bigint + floor(random() * $4::bigint)::bigint AS ms FROM generate_series(1, $1::int)) AS moments`
}

// vacuum does at once what the server has long done in an installation that grew, and
// would now do while it is measured.
func (p *postgres) vacuum(ctx context.Context) error {
	for _, table := range []string{"contact", "consent", "account", "account_link", "evidence", "outbox", "audit_record"} {
		if _, err := p.server.ExecContext(ctx, `VACUUM (ANALYZE) `+p.schema+"."+table); err != nil {
			return fmt.Errorf("vacuuming %s: %w", table, err)
		}
	}
	return nil
}
