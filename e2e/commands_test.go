package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"assent/store/storetest"
)

// TestCommands are the commands beside serve and token.
func TestCommands(t *testing.T) {
	t.Parallel()
	t.Run("migrate brings the schema up to date and does it once", func(t *testing.T) {
		storetest.OnEach(t, func(t *testing.T, databaseURL string) {
			settings := []string{"DATABASE_URL=" + databaseURL}
			printed, failure := run(t, settings, "migrate")
			if failure != "" || !strings.HasPrefix(printed, "applied 0001_") {
				t.Errorf("it prints %q %s", printed, failure)
			}
			printed, failure = run(t, settings, "migrate")
			if failure != "" || printed != "the schema is up to date\n" {
				t.Errorf("the second time it prints %q %s", printed, failure)
			}
		})
	})
	t.Run("healthcheck tells whether the service answers", func(t *testing.T) {
		p := start(t, "DATA_DIR="+t.TempDir())
		address := "LISTEN_ADDR=" + strings.TrimPrefix(p.url, "http://")
		if _, failure := run(t, []string{address}, "healthcheck"); failure != "" {
			t.Error(failure)
		}
		p.stop(t)
		if _, failure := run(t, []string{address}, "healthcheck"); failure == "" {
			t.Error("it says that a stopped service is healthy")
		}
	})
	t.Run("version names the program", func(t *testing.T) {
		if printed, failure := run(t, nil, "version"); failure != "" || !strings.HasPrefix(printed, "assent ") {
			t.Errorf("it prints %q %s", printed, failure)
		}
	})
	t.Run("token needs a secret outside embedded mode", func(t *testing.T) {
		settings := []string{"DATABASE_URL=" + storetest.SQLite(t)}
		if printed, failure := run(t, settings, "token", "--sub", "c-1"); !strings.Contains(failure, "JWT_SECRET") || printed != "" {
			t.Errorf("it prints %q %s", printed, failure)
		}
	})
}

// TestRestoringCommands are those around a backup; e2e/crash shows what they are for.
func TestRestoringCommands(t *testing.T) {
	t.Parallel()
	t.Run("backup copies a file once, and leaves servers to their own tools", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "copy.db")
		for _, want := range []string{"checked", "is there already"} {
			settings := []string{"DATABASE_URL=" + migratedDatabase(t, storetest.SQLite(t))}
			if printed, failure := run(t, settings, "backup", path); !strings.Contains(printed+failure, want) {
				t.Errorf("it prints %q %s, want word of %q", printed, failure, want)
			}
		}
		if _, failure := run(t, []string{"DATABASE_URL=" + storetest.Postgres(t)}, "backup", "copy.db"); !strings.Contains(failure, "pg_dump") {
			t.Errorf("of PostgreSQL it says %s", failure)
		}
	})
	t.Run("carry-over and cancelling say how much there was to do", func(t *testing.T) {
		storetest.OnEach(t, func(t *testing.T, databaseURL string) {
			settings := []string{"DATABASE_URL=" + migratedDatabase(t, databaseURL)}
			printed, failure := run(t, settings, "outbox", "cancel", "--queued-before", "2026-12-24T17:03:00Z")
			if printed != "cancelled: 0\n" || failure != "" {
				t.Errorf("cancelling prints %q %s", printed, failure)
			}
			from := migratedDatabase(t, storetest.SQLite(t))
			printed, failure = run(t, append(settings, "FROM_DATABASE_URL="+from), "carry-over", "--since", "2026-12-24T17:03:00Z")
			if printed != "contacts that had ended something: 0\n" || failure != "" {
				t.Errorf("carrying over prints %q %s", printed, failure)
			}
		})
	})
	t.Run("carry-over says which database is at fault, and wants two", func(t *testing.T) {
		restored := migratedDatabase(t, storetest.SQLite(t))
		for from, want := range map[string]string{
			restored:                  "FROM_DATABASE_URL is the database that DATABASE_URL names",
			storetest.SQLite(t):       "the database that was replaced: there is no database yet",
			"sqlite://" + t.TempDir(): "the database that was replaced: connecting",
		} {
			settings := []string{"DATABASE_URL=" + restored, "FROM_DATABASE_URL=" + from}
			if printed, failure := run(t, settings, "carry-over", "--since", "2026-12-24T17:03:00Z"); !strings.Contains(failure, want) || printed != "" {
				t.Errorf("it prints %q %s, want word of %q", printed, failure, want)
			}
		}
	})
}

func migratedDatabase(t *testing.T, databaseURL string) string {
	t.Helper()
	if _, failure := run(t, []string{"DATABASE_URL=" + databaseURL}, "migrate"); failure != "" {
		t.Fatal(failure)
	}
	return databaseURL
}
