package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
)

// signUpRows writes what one sign-up writes, as a plain service would: a
// transaction of its own with three statements. The record's id begins with the
// time, as a UUIDv7 does.
const signUpRows = `\set n random(1, 1000000000000)
BEGIN;
WITH c AS (INSERT INTO contact (id, organisation_id, kind, address, suppression, version, created_at, updated_at)
  VALUES (gen_random_uuid(), '0de30000-0000-4000-8000-000000000001', 'EMAIL', 'shopper-' || :n || '@example.com', '', 1, now(), now()) RETURNING id)
INSERT INTO consent (contact_id, site_id, purpose, status, changed_at, record_id)
  SELECT id, '0de30000-0000-4000-8000-000000000011', 'EMAIL', 'GRANTED', now(), gen_random_uuid() FROM c;
WITH e AS (INSERT INTO evidence (contact_id, event_id, form_location, landing_url, ip, user_agent, at)
  VALUES (gen_random_uuid(), gen_random_uuid(), 'https://shop.example/', '', '127.0.0.0/24', '', now()) RETURNING contact_id, event_id)
INSERT INTO audit_record (contact_id, id, event_id, site_id, purpose, action, at, actor_kind, actor_id, form_identifier, text_hash, preference_version)
  SELECT contact_id, overlay(gen_random_uuid()::text PLACING overlay(lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0')
  PLACING '-' FROM 9 FOR 0) FROM 1)::uuid, event_id, '0de30000-0000-4000-8000-000000000011', 'EMAIL', 'GRANTED', now(), 'VISITOR', '', 'footer',
  sha256('Yes, send me offers by e-mail'), 0 FROM e;
INSERT INTO outbox (contact_id, id, site_id, kind, counts, queued_at, channel, due_at)
  VALUES (gen_random_uuid(), gen_random_uuid(), '0de30000-0000-4000-8000-000000000011', 'WELCOME', true, now(), 'EMAIL', now());
COMMIT;
`

// postgres is a schema of the benchmark's own.
type postgres struct {
	url     string
	folder  string
	server  *sqlx.DB
	pgbench string
	schema  string
}

func newPostgres(ctx context.Context, folder, schema string) (*postgres, error) {
	server, pgbench := os.Getenv("TEST_DATABASE_URL"), os.Getenv("PGBENCH")
	if server == "" || pgbench == "" {
		return nil, errors.New("TEST_DATABASE_URL and PGBENCH must be set; `make bench` does that")
	}
	db, err := sqlx.Open("postgres", server)
	if err != nil {
		return nil, fmt.Errorf("opening PostgreSQL: %w", err)
	}
	if _, err := db.ExecContext(ctx, `DROP SCHEMA IF EXISTS `+schema+` CASCADE; CREATE SCHEMA `+schema); err != nil {
		return nil, errors.Join(fmt.Errorf("making a schema: %w", err), db.Close())
	}
	u, err := url.Parse(server)
	if err != nil {
		return nil, errors.Join(errors.New("TEST_DATABASE_URL cannot be read"), db.Close())
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return &postgres{url: u.String(), folder: folder, server: db, pgbench: pgbench, schema: schema}, nil
}

// close removes the schema.
func (p *postgres) close() error {
	_, err := p.server.Exec(`DROP SCHEMA ` + p.schema + ` CASCADE`)
	if err != nil {
		err = fmt.Errorf("removing a schema: %w", err)
	}
	return errors.Join(err, p.server.Close())
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

// pgbenchRows lets pgbench write the rows of sign-ups, with its default protocol:
// like the program, it prepares nothing.
func (p *postgres) pgbenchRows(ctx context.Context, n int, each time.Duration) (figure, error) {
	script := filepath.Join(p.folder, "signup.sql")
	if err := os.WriteFile(script, []byte(signUpRows), 0o600); err != nil {
		return figure{}, fmt.Errorf("writing the pgbench script: %w", err)
	}
	u, err := url.Parse(p.url)
	if err != nil {
		return figure{}, errors.New("the database URL cannot be read")
	}
	query := u.Query()
	query.Del("search_path")
	u.RawQuery = query.Encode()
	command := exec.CommandContext(ctx, p.pgbench, //nolint:gosec // the person who runs the benchmark names it
		"-n", "-f", script, "-c", strconv.Itoa(n),
		"-j", strconv.Itoa(min(n, 2)), "-T", strconv.Itoa(max(1, int(each.Seconds()))), u.String())
	command.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+p.schema)
	output, err := command.CombinedOutput()
	if err != nil {
		return figure{}, fmt.Errorf("running pgbench: %w\n%s", err, output)
	}
	match := tps.FindSubmatch(output)
	if match == nil {
		return figure{}, fmt.Errorf("pgbench said nothing of its speed:\n%s", output)
	}
	perSecond, err := strconv.ParseFloat(string(match[1]), 64)
	if err != nil {
		return figure{}, fmt.Errorf("reading pgbench's speed: %w", err)
	}
	return figure{perSecond: perSecond}, nil
}
