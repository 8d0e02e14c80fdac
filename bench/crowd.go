package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"assent/store"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// crowdSites are what a crowded installation has beside what the lists show.
const crowdSites = 1_000

// crowd adds sites and so many consent texts that the lists measured do not show: at other
// sites, of another organisation, deleted.
func crowd(ctx context.Context, databaseURL string, texts int) error {
	driver, source, _ := strings.Cut(databaseURL, "://")
	if driver == "postgres" {
		source = databaseURL
	}
	db, err := sqlx.Open(driver, source)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	defer db.Close()
	if err := write(ctx, db, texts); err != nil {
		return fmt.Errorf("crowding the database: %w", err)
	}
	return analyze(ctx, db, "organisation", "site", "preference", "preference_version", "site_preference")
}

func write(ctx context.Context, db *sqlx.DB, count int) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing is left of it after the commit
	now := store.Time{Time: time.Now()}
	ours, others := uuid.MustParse(organisation), uuid.New()
	if _, err := tx.ExecContext(ctx, `INSERT INTO organisation (id, name, created_at, updated_at) VALUES ($1, 'Others', $2, $2)`, others, now); err != nil {
		return fmt.Errorf("adding an organisation: %w", err)
	}
	sites := inserts{table: "site", columns: `id organisation_id slug name features default_region locale confirm_url unsubscribe_url
		sender_name sender_email one_trust_url neutral_responses brand_colour brand_logo_url created_at updated_at`}
	offers := inserts{table: "site_preference", columns: "site_id preference_id enabled"}
	texts := inserts{table: "preference", columns: "id organisation_id everywhere version created_at updated_at deleted_at"}
	versions := inserts{table: "preference_version", columns: "preference_id version text created_at"}
	var ids []uuid.UUID
	for i := range crowdSites {
		ids = append(ids, uuid.New())
		sites.add(ids[i], ours, fmt.Sprintf("crowd-%d", i), "Crowd", "", "", "en", "", "", "", "", "", false, "", "", now, now)
	}
	for i := range count {
		id, org, deleted := uuid.New(), ours, store.Time{}
		switch i % 3 {
		case 0:
			org = others
		case 1:
			deleted = now
		default:
			offers.add(ids[i%crowdSites], id, true)
		}
		texts.add(id, org, org == others, 1, now, now, deleted)
		versions.add(id, 1, "I want to hear about this, whatever it is", now)
	}
	for _, rows := range []inserts{sites, texts, versions, offers} {
		if err := rows.write(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// inserts are rows to be written, some in each statement.
type inserts struct {
	table   string
	columns string
	rows    [][]any
}

func (in *inserts) add(values ...any) { in.rows = append(in.rows, values) }

func (in *inserts) write(ctx context.Context, tx *sqlx.Tx) error {
	columns := strings.Fields(in.columns)
	for rows := in.rows; len(rows) > 0; {
		part := rows[:min(20, len(rows))]
		rows = rows[len(part):]
		var places []string
		var values []any
		for _, row := range part {
			var marks []string
			for _, value := range row {
				values = append(values, value)
				marks = append(marks, fmt.Sprintf("$%d", len(values)))
			}
			places = append(places, "("+strings.Join(marks, ", ")+")")
		}
		statement := "INSERT INTO " + in.table + " (" + strings.Join(columns, ", ") + ") VALUES " + strings.Join(places, ", ")
		if _, err := tx.ExecContext(ctx, statement, values...); err != nil {
			return fmt.Errorf("adding to %s: %w", in.table, err)
		}
	}
	return nil
}

// analyze has the database count the rows of tables, and of no others: somebody else
// may be at work on it.
func analyze(ctx context.Context, db *sqlx.DB, tables ...string) error {
	for _, table := range tables {
		if _, err := db.ExecContext(ctx, "ANALYZE "+table); err != nil {
			return fmt.Errorf("counting the rows of %s: %w", table, err)
		}
	}
	return nil
}
