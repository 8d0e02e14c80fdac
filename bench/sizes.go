package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
)

// maxSQLiteRecords are enough for the size of one to be the same as that of many.
const maxSQLiteRecords = 100_000

// size is what the audit log takes.
type size struct {
	Records int64 `db:"records"`
	Rows    int64 `db:"row_bytes"`
	Index   int64 `db:"index_bytes"`
}

// sizes tells what an audit record takes.
func (b *bench) sizes(ctx context.Context, s *section, large *installation) error {
	s.table("what is kept", "database", "records", "bytes a record", "of which index")
	found, err := large.db.logSize(ctx)
	if err != nil {
		return err
	}
	found.show(s, "PostgreSQL")
	if found, err = sqliteSize(ctx, b.sqliteURL("sizes"), min(b.large.records, maxSQLiteRecords)); err != nil {
		return err
	}
	found.show(s, "SQLite")
	return nil
}

func (z size) show(s *section, database string) {
	s.row("audit log", database, count(int(z.Records)), fmt.Sprint((z.Rows+z.Index)/z.Records), fmt.Sprint(z.Index/z.Records))
}

func (p *postgres) logSize(ctx context.Context) (found size, err error) {
	err = p.server.GetContext(ctx, &found, `SELECT (SELECT count(*) FROM `+p.schema+`.audit_record) AS records,
sum(pg_table_size(inhrelid))::bigint AS row_bytes, sum(pg_indexes_size(inhrelid))::bigint AS index_bytes
FROM pg_inherits WHERE inhparent = '`+p.schema+`.audit_record'::regclass`)
	if err != nil {
		return found, fmt.Errorf("measuring the audit log: %w", err)
	}
	return found, nil
}

// sqliteSize fills the log of a database. Its rows are in the index of their key.
func sqliteSize(ctx context.Context, databaseURL string, records int) (found size, err error) {
	if err := seed(ctx, databaseURL); err != nil {
		return found, err
	}
	db, err := sqlx.Open("sqlite", strings.TrimPrefix(databaseURL, "sqlite://"))
	if err != nil {
		return found, fmt.Errorf("opening SQLite: %w", err)
	}
	defer db.Close()
	const inUse = `SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size`
	var before int64
	if err := db.GetContext(ctx, &before, inUse); err != nil {
		return found, fmt.Errorf("measuring the database: %w", err)
	}
	if _, err := db.ExecContext(ctx, sqliteLog, records); err != nil {
		return found, fmt.Errorf("adding records: %w", err)
	}
	if err := db.GetContext(ctx, &found.Rows, inUse); err != nil {
		return found, fmt.Errorf("measuring the database: %w", err)
	}
	return size{Records: int64(records), Rows: found.Rows - before}, nil
}

// sqliteLog adds $1 records, each of another contact.
const sqliteLog = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1),
given AS (SELECT n, lower(hex(randomblob(16))) AS a, lower(hex(randomblob(16))) AS b FROM numbers)
INSERT INTO audit_record
(contact_id, id, event_id, site_id, purpose, action, at, actor_kind, actor_id, form_identifier, text_hash, preference_version)
SELECT substr(a, 1, 8) || '-' || substr(a, 9, 4) || '-4' || substr(a, 14, 3) || '-8' || substr(a, 18, 3) || '-' || substr(a, 21),
  substr(b, 1, 8) || '-' || substr(b, 9, 4) || '-7' || substr(b, 14, 3) || '-8' || substr(b, 18, 3) || '-' || substr(b, 21),
  substr(b, 1, 8) || '-' || substr(a, 9, 4) || '-7' || substr(b, 14, 3) || '-8' || substr(a, 18, 3) || '-' || substr(b, 21),
  '` + site + `', 'EMAIL', 'GRANTED', '2026-01-01T00:00:00.000000Z', 'VISITOR', '', 'footer', randomblob(32), 0 FROM given`
