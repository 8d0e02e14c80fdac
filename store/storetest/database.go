package storetest

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

const sqliteScheme = "sqlite://"

// onServer reports whether the URL is that of a PostgreSQL server.
func onServer(databaseURL string) bool { return !strings.HasPrefix(databaseURL, sqliteScheme) }

// OnEach runs a test once on an empty SQLite database and once on an empty
// PostgreSQL schema. Without TEST_DATABASE_URL, which names a superuser, the
// PostgreSQL half is skipped.
func OnEach(t *testing.T, test func(t *testing.T, databaseURL string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite returns the URL of a database file of the test's own.
func SQLite(t testing.TB) string {
	t.Helper()
	return sqliteScheme + filepath.Join(t.TempDir(), "assent.db")
}

// Postgres returns the URL of a schema of the test's own, removed after it.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Skip("TEST_DATABASE_URL is not set; `make test` starts PostgreSQL for you")
	}
	schema := "test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	exec(t, server, fmt.Sprintf(`CREATE SCHEMA %s`, schema))
	t.Cleanup(func() { exec(t, server, fmt.Sprintf(`DROP SCHEMA %s CASCADE`, schema)) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("TEST_DATABASE_URL: %v", err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Raw opens the database behind a store's back.
func Raw(t testing.TB, databaseURL string) *sqlx.DB {
	t.Helper()
	driver, source := "postgres", databaseURL
	if path, ok := strings.CutPrefix(databaseURL, sqliteScheme); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sqlx.Open(driver, source)
	if err != nil {
		t.Fatalf("opening %s: %v", driver, err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func exec(t testing.TB, server, statement string) {
	t.Helper()
	db := Raw(t, server)
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
