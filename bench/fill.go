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

// chunk is how many contacts a statement adds.
const chunk = 250_000

// fill adds contacts, each with a consent, evidence and a message that was sent, and
// records of theirs in the months that are over.
func (p *postgres) fill(ctx context.Context, contacts, records int) error {
	db, err := sqlx.Open("postgres", p.url+"&synchronous_commit=off")
	if err != nil {
		return fmt.Errorf("opening PostgreSQL: %w", err)
	}
	defer db.Close()
	if err := addMonths(ctx, db); err != nil {
		return fmt.Errorf("adding the months that are over: %w", err)
	}
	for from := 1; from <= contacts; from += chunk {
		for _, statement := range filledTables() {
			if _, err := db.ExecContext(ctx, statement, from, min(contacts, from+chunk-1)); err != nil {
				return fmt.Errorf("adding contacts: %w", err)
			}
		}
	}
	for ago := range filledMonths {
		first := monthAgo(filledMonths - 1 - ago)
		end := first.AddDate(0, 1, 0)
		if now := time.Now(); end.After(now) {
			end = now
		}
		n := records*(ago+1)/filledMonths - records*ago/filledMonths
		if _, err := db.ExecContext(ctx, filledRecords, n, contacts, first.UnixMilli(), end.Sub(first).Milliseconds()); err != nil {
			return fmt.Errorf("adding records: %w", err)
		}
	}
	return nil
}

// analyze has the server count what was filled, which it otherwise does within
// minutes.
func (p *postgres) analyze(ctx context.Context) error {
	for _, table := range []string{"contact", "consent", "account", "account_link", "evidence", "outbox", "audit_record"} {
		if err := analyze(ctx, p.server, p.schema+"."+table); err != nil {
			return err
		}
	}
	return nil
}

func monthAgo(n int) time.Time {
	now := time.Now().UTC()
	return time.Date(now.Year(), now.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
}

// addMonths divides the log as it is where a service has been running for long: the
// part for everything before the first month is not needed.
func addMonths(ctx context.Context, db *sqlx.DB) error {
	var bound string
	err := db.GetContext(ctx, &bound, `SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'audit_record_before'::regclass`)
	if err != nil {
		return err
	}
	statements := []string{`DROP TABLE audit_record_before`}
	for ago := filledMonths - 1; ago >= -1; ago-- {
		month := monthAgo(ago)
		statements = append(statements, fmt.Sprintf(`DO $$
BEGIN
    IF first_id('%[1]s') < '%[3]s' THEN
        EXECUTE format('CREATE TABLE audit_record_%[2]s PARTITION OF audit_record FOR VALUES FROM (%%L) TO (%%L)',
            first_id('%[1]s'), first_id(timestamp '%[1]s' + interval '1 month'));
    END IF;
END $$`, month.Format(time.DateOnly), month.Format("2006_01"), strings.Split(bound, "'")[1]))
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// filledContact is the id of contact n: as random as a real one.
const filledContact = `md5('contact ' || n)::uuid`

func filledTables() []string {
	return []string{
		`INSERT INTO contact (id, organisation_id, kind, address, suppression, version, created_at, updated_at)
SELECT ` + filledContact + `, '` + organisation + `', 'EMAIL', 'person-' || n || '@mail.example', '', 1, now(), now()
FROM generate_series($1::int, $2::int) AS n`,
		`INSERT INTO consent (contact_id, site_id, purpose, status, changed_at, record_id)
SELECT ` + filledContact + `, '` + site + `', 'EMAIL', 'GRANTED', now(), gen_random_uuid() FROM generate_series($1::int, $2::int) AS n`,
		`INSERT INTO evidence (contact_id, event_id, form_location, landing_url, ip, user_agent, at)
SELECT ` + filledContact + `, gen_random_uuid(), 'https://shop.example/', '', '192.0.2.0/24', 'Mozilla/5.0 (X11; Linux x86_64)', now()
FROM generate_series($1::int, $2::int) AS n`,
		`INSERT INTO outbox (contact_id, id, site_id, kind, counts, queued_at, channel, status, finished_at)
SELECT ` + filledContact + `, gen_random_uuid(), '` + site + `', 'WELCOME', true, now() - interval '1 month', 'EMAIL', 'SENT', now() - interval '1 month'
FROM generate_series($1::int, $2::int) AS n`,
	}
}

// filledRecords adds $1 records of $2 contacts within $4 milliseconds from $3 on.
const filledRecords = `INSERT INTO audit_record
(contact_id, id, event_id, site_id, purpose, action, at, actor_kind, actor_id, form_identifier, text_hash, preference_version)
SELECT md5('contact ' || 1 + floor(random() * $2::int)::int)::uuid,
  overlay(overlay(gen_random_uuid()::text PLACING lpad(to_hex(ms), 12, '0') FROM 1 FOR 13) PLACING '-' FROM 9 FOR 0)::uuid,
  gen_random_uuid(), '` + site + `', 'EMAIL', 'GRANTED', to_timestamp(ms / 1000.0), 'VISITOR', '', 'footer', sha256('Yes, send me offers by e-mail'), 0
FROM (SELECT $3::bigint + floor(random() * $4::bigint)::bigint AS ms FROM generate_series(1, $1::int)) AS moments`
