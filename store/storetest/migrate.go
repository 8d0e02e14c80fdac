package storetest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func migrateScenarios() []scenario {
	return []scenario{
		{"a second run has nothing to do", each(migrateTwice)},
		{"a database tells whether it is up to date", each(migrated)},
		{"ten processes may start at once on an empty database", each(migrateAtOnce)},
		{"a server that may forget commits is noticed", onPostgres(forgetful)},
		{"SQLite forgets nothing", onSQLite(neverForgetful)},
		{"messages queued before there was a worker are due", each(migrateOutbox)},
		{"an edited migration is refused", each(migrateEdited)},
		{"a database of a newer release is refused", each(migrateNewer)},
		{"a database is empty until something is defined", each(emptyAtFirst)},
	}
}

func migrateTwice(t *testing.T, databaseURL string) {
	s := openStore(t, databaseURL, store.Options{})
	first, err := s.Migrate(t.Context())
	must(t, err)
	second, err := s.Migrate(t.Context())
	must(t, err)
	if len(first) == 0 || len(second) != 0 {
		t.Errorf("ran %v, then %v; want something, then nothing", first, second)
	}
}

func migrated(t *testing.T, databaseURL string) {
	s := openStore(t, databaseURL, store.Options{})
	for step, want := range []bool{false, true, false} {
		switch step {
		case 1:
			_, err := s.Migrate(t.Context())
			must(t, err)
		case 2: // as an older release left it
			Raw(t, databaseURL).MustExecContext(t.Context(),
				`DELETE FROM schema_migration WHERE version = (SELECT max(version) FROM schema_migration)`)
		}
		if got, err := s.Migrated(t.Context()); err != nil || got != want {
			t.Errorf("step %d: it is %t, %v; want %t", step, got, err, want)
		}
	}
}

func migrateAtOnce(t *testing.T, databaseURL string) {
	var mu sync.Mutex
	ran := map[string]int{}
	together(t, 10, func(int) error {
		s, err := store.Open(t.Context(), databaseURL, store.Options{})
		if err != nil {
			return err
		}
		names, err := s.Migrate(t.Context())
		mu.Lock()
		defer mu.Unlock()
		for _, name := range names {
			ran[name]++
		}
		if err != nil {
			return err
		}
		return s.Close()
	})
	for name, times := range ran {
		if times != 1 {
			t.Errorf("%s ran %d times, want once", name, times)
		}
	}
	wantUpToDate(t, databaseURL)
}

func wantUpToDate(t *testing.T, databaseURL string) {
	t.Helper()
	s := openStore(t, databaseURL, store.Options{})
	if done, err := s.Migrated(t.Context()); err != nil || !done {
		t.Errorf("up to date: %t, %v", done, err)
	}
}

func migrateEdited(t *testing.T, databaseURL string) {
	s := openMigrated(t, databaseURL, store.Options{})
	Raw(t, databaseURL).MustExecContext(t.Context(), `UPDATE schema_migration SET checksum = 'of an edited file'`)
	wantRefusal(t, s, "differ from those of this release")
}

func migrateNewer(t *testing.T, databaseURL string) {
	s := openMigrated(t, databaseURL, store.Options{})
	Raw(t, databaseURL).MustExecContext(t.Context(),
		`INSERT INTO schema_migration (version, checksum, applied_at) VALUES ('9999_later', 'of a later file', '2030-01-01T00:00:00.000000Z')`)
	wantRefusal(t, s, "newer release")
}

func wantRefusal(t *testing.T, s *store.Store, reason string) {
	t.Helper()
	if _, err := s.Migrated(t.Context()); err == nil || !strings.Contains(err.Error(), reason) {
		t.Errorf("asked whether it is up to date, it says %v; want an error saying %q", err, reason)
	}
	ran, err := s.Migrate(t.Context())
	if err == nil || !strings.Contains(err.Error(), reason) || len(ran) > 0 {
		t.Errorf("ran %v with error %v; want nothing and an error saying %q", ran, err, reason)
	}
}

// forgetful is told by a parameter of the URL what a role or database could say too.
func forgetful(t *testing.T, databaseURL string) {
	for value, want := range map[string]bool{"off": true, "on": false, "local": false, "remote_apply": false} {
		s := openStore(t, databaseURL+"&synchronous_commit="+value, store.Options{})
		if err := s.CheckDurable(t.Context()); (err != nil) != want || (want && !strings.Contains(err.Error(), "synchronous_commit")) {
			t.Errorf("%s: %v", value, err)
		}
	}
}

func neverForgetful(t *testing.T, databaseURL string) {
	if err := openStore(t, databaseURL, store.Options{}).CheckDurable(t.Context()); err != nil {
		t.Error(err)
	}
}

func emptyAtFirst(t *testing.T, databaseURL string) {
	s := openMigrated(t, databaseURL, store.Options{})
	before, err := s.Empty(t.Context())
	must(t, err)
	define(t, s.CreateOrganisation, newOrganisation("Shop"))
	after, err := s.Empty(t.Context())
	must(t, err)
	if !before || after {
		t.Errorf("empty is %t, then %t; want true, then false", before, after)
	}
}

// migrateOutbox starts from the first release, whose outbox nobody emptied.
func migrateOutbox(t *testing.T, databaseURL string) {
	s, db := atRelease(t, databaseURL, 1), Raw(t, databaseURL)
	for _, kind := range []consent.Kind{consent.EmailContact, consent.PhoneContact} {
		id, at := uuid.New(), store.Time{Time: noon()}
		db.MustExecContext(t.Context(), `INSERT INTO contact (id, organisation_id, kind, address, suppression, version, created_at, updated_at)
VALUES ($1, $1, $2, 'someone', '', 1, $3, $3)`, id, kind, at)
		db.MustExecContext(t.Context(), `INSERT INTO outbox (contact_id, id, site_id, kind, counts, queued_at)
VALUES ($1, $1, $1, 'CONFIRM', $2, $3)`, id, true, at)
	}
	_, err := s.Migrate(t.Context())
	must(t, err)
	for channel, kind := range map[consent.Channel]consent.Kind{consent.Email: consent.EmailContact, consent.SMS: consent.PhoneContact} {
		claimed, err := s.Claim(t.Context(), channel, 10, lease)
		must(t, err)
		if len(claimed) != 1 || claimed[0].AddressKind != kind {
			t.Errorf("%s: %+v are due, want the one that waits", channel, claimed)
			continue
		}
		st, err := s.State(t.Context(), claimed[0].Contact)
		must(t, err)
		if st.Contact.Unanswered != 1 {
			t.Errorf("%s: %d messages are unanswered, want 1", channel, st.Contact.Unanswered)
		}
	}
}

// atRelease opens a database as the release with so many migrations left it.
func atRelease(t *testing.T, databaseURL string, files int) *store.Store {
	t.Helper()
	s, db := openStore(t, databaseURL, store.Options{}), Raw(t, databaseURL)
	folder := map[bool]string{true: "postgres", false: "sqlite"}[onServer(databaseURL)]
	names, err := filepath.Glob(filepath.Join("migrations", folder, "*.sql"))
	must(t, err)
	db.MustExecContext(t.Context(), `CREATE TABLE schema_migration (version text PRIMARY KEY, checksum text NOT NULL, applied_at text NOT NULL)`)
	for _, name := range names[:files] {
		text, err := os.ReadFile(name)
		must(t, err)
		db.MustExecContext(t.Context(), string(text))
		db.MustExecContext(t.Context(), `INSERT INTO schema_migration (version, checksum, applied_at) VALUES ($1, $2, '')`,
			strings.TrimSuffix(filepath.Base(name), ".sql"), fmt.Sprintf("%x", sha256.Sum256(text)))
	}
	return s
}
