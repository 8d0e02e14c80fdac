package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

//go:embed migrations
var migrations embed.FS

// migration is one file, NNNN_name.sql. Once released it never changes.
type migration struct {
	Version   string `db:"version"` // the file name
	Checksum  string `db:"checksum"`
	AppliedAt string `db:"applied_at"`
	sql       string
}

// Migrate brings the schema up to date, each file in a transaction of its own, and
// returns the names of those it ran. Any number of processes may call it at once. It
// refuses a database whose history differs from ours: an edited file, or a newer
// release. It also makes the coming months of the audit log, if it may.
func (s *Store) Migrate(ctx context.Context) (ran []string, err error) {
	files, err := readMigrations(s.dialect.name)
	if err != nil {
		return nil, err
	}
	db, done, err := s.migrator()
	if err != nil {
		return nil, err
	}
	defer done()
	for {
		// Looking needs no lock and no right to change tables.
		if applied, err := s.applied(ctx, s.reader); err == nil && len(applied) >= len(files) {
			if err := sameHistory(applied, files); err != nil {
				return ran, err
			}
			return ran, errors.Join(s.defineFunctions(ctx, db), s.makeMonths(ctx, db))
		}
		name, err := s.runNext(ctx, db, files)
		if err != nil {
			return ran, err
		}
		if name != "" {
			ran = append(ran, name)
		}
	}
}

// runNext runs the first of the files that was not applied, and returns its name;
// empty when another process was faster.
func (s *Store) runNext(ctx context.Context, db *sqlx.DB, files []migration) (name string, err error) {
	err = s.exclusively(ctx, db, func(tx *sqlx.Tx) error {
		applied, err := s.applied(ctx, tx)
		if err != nil {
			return err
		}
		if err := sameHistory(applied, files); err != nil || len(applied) == len(files) {
			return err
		}
		next := files[len(applied)]
		if err := s.run(ctx, tx, next); err != nil {
			return fmt.Errorf("running migration %s: %w", next.Version, err)
		}
		name = next.Version
		return nil
	})
	return name, err
}

// defineFunctions defines what this release calls, unless it is there: that needs no
// right to change anything.
func (s *Store) defineFunctions(ctx context.Context, db *sqlx.DB) error {
	if done, err := s.areDefined(ctx, s.reader); err != nil || done {
		return err
	}
	return s.exclusively(ctx, db, func(tx *sqlx.Tx) error { return s.define(ctx, tx) })
}

// monthsAhead is for how long the audit log is divided in advance: much longer than
// a service runs without being started.
const monthsAhead = 24

// MakeMonths makes the coming months of the audit log, if it may, as Migrate does:
// for a service that runs for years.
func (s *Store) MakeMonths(ctx context.Context) error {
	if s.dialect.months == "" {
		return nil
	}
	db, done, err := s.migrator()
	if err != nil {
		return err
	}
	defer done()
	return s.makeMonths(ctx, db)
}

// makeMonths makes the coming months of the audit log. A role that does not own
// the log leaves that to the one that does.
func (s *Store) makeMonths(ctx context.Context, db *sqlx.DB) error {
	if s.dialect.months == "" {
		return nil
	}
	err := s.exclusively(ctx, db, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, s.dialect.months, monthsAhead)
		return err
	})
	if err != nil {
		return fmt.Errorf("making the months of the audit log: %w", err)
	}
	return nil
}

// exclusively runs f in a transaction while no other process migrates.
func (s *Store) exclusively(ctx context.Context, db *sqlx.DB, f func(tx *sqlx.Tx) error) error {
	begin := func(ctx context.Context) (*sqlx.Tx, error) { return db.BeginTxx(ctx, nil) }
	return transact(ctx, begin, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, s.dialect.lock); err != nil {
			return fmt.Errorf("taking the migration lock: %w", err)
		}
		return f(tx)
	})
}

// Migrated reports whether the schema is up to date, and changes nothing. It
// refuses the databases that Migrate refuses.
func (s *Store) Migrated(ctx context.Context) (bool, error) {
	files, err := readMigrations(s.dialect.name)
	if err != nil {
		return false, err
	}
	applied, err := s.applied(ctx, s.reader)
	if err != nil {
		return false, err
	}
	if err := sameHistory(applied, files); err != nil || len(applied) < len(files) {
		return false, err
	}
	return s.areDefined(ctx, s.reader)
}

// Schema is the name of the newest migration that this release knows.
func (s *Store) Schema() string {
	files, err := readMigrations(s.dialect.name)
	if err != nil || len(files) == 0 {
		return ""
	}
	return files[len(files)-1].Version
}

// migrator is the database for statements that may take long.
func (s *Store) migrator() (db *sqlx.DB, done func(), err error) {
	if s.dialect.migrator == nil {
		return s.writer, func() {}, nil
	}
	if db, err = s.dialect.migrator(); err != nil {
		return nil, nil, err
	}
	return db, func() { _ = db.Close() }, nil // nothing of it is needed any more
}

func readMigrations(dialect string) ([]migration, error) {
	folder := path.Join("migrations", dialect)
	entries, err := fs.ReadDir(migrations, folder)
	if err != nil {
		return nil, fmt.Errorf("listing migrations: %w", err)
	}
	var files []migration
	for _, e := range entries { // in order of name
		text, err := fs.ReadFile(migrations, path.Join(folder, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading a migration: %w", err)
		}
		sum := sha256.Sum256(text)
		name := strings.TrimSuffix(e.Name(), ".sql")
		files = append(files, migration{Version: name, Checksum: hex.EncodeToString(sum[:]), sql: string(text)})
	}
	return files, nil
}

func (s *Store) applied(ctx context.Context, q sqlx.QueryerContext) ([]migration, error) {
	var tables int
	if err := sqlx.GetContext(ctx, q, &tables, s.dialect.hasTable, "schema_migration"); err != nil {
		return nil, fmt.Errorf("looking for the migration table: %w", err)
	}
	if tables == 0 {
		return nil, nil
	}
	var applied []migration
	err := sqlx.SelectContext(ctx, q, &applied, `SELECT version, checksum, applied_at FROM schema_migration ORDER BY version`)
	if err != nil {
		return nil, fmt.Errorf("reading the migrations applied: %w", err)
	}
	return applied, nil
}

// sameHistory wants what was applied to be a beginning of what we have.
func sameHistory(applied, files []migration) error {
	if len(applied) > len(files) {
		return fmt.Errorf("the database was migrated by a newer release (%s), so only that one or a later one can start on it",
			applied[len(applied)-1].Version)
	}
	same := func(a, b migration) bool { return a.Version == b.Version && a.Checksum == b.Checksum }
	if !slices.EqualFunc(applied, files[:len(applied)], same) {
		return errors.New("the migrations applied to the database differ from those of this release")
	}
	return nil
}

func (s *Store) run(ctx context.Context, tx *sqlx.Tx, m migration) error {
	const table = `CREATE TABLE IF NOT EXISTS schema_migration (version text PRIMARY KEY, checksum text NOT NULL, applied_at text NOT NULL)`
	for _, statement := range []string{table, m.sql} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO schema_migration (version, checksum, applied_at) VALUES ($1, $2, $3)`,
		m.Version, m.Checksum, Time{s.now()})
	return err
}
