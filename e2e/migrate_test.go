package e2e

import (
	"crypto/rand"
	"os"
	"strings"
	"sync"
	"testing"

	"assent/store/storetest"

	"github.com/jmoiron/sqlx"
)

// productionSettings are enough for a service outside embedded mode.
func productionSettings(databaseURL string, more ...string) []string {
	secret := rand.Text() + rand.Text()
	return append([]string{
		"DATABASE_URL=" + databaseURL, "PUBLIC_URL=" + publicURL, "ASSENT_SECRET=" + secret, "JWT_SECRET=" + secret,
	}, more...)
}

func TestTwoProcessesThatMigrateAtOnceDoItOnce(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, databaseURL string) {
		settings := productionSettings(databaseURL)
		var printed [2]string
		var both sync.WaitGroup
		for i := range printed {
			both.Go(func() {
				var failure string
				if printed[i], failure = run(t, settings, "migrate"); failure != "" {
					t.Error(failure)
				}
			})
		}
		both.Wait()
		together := printed[0] + printed[1]
		for _, file := range migrationsOf(t, databaseURL) {
			if got := strings.Count(together, "applied "+file+"\n"); got != 1 {
				t.Errorf("%s was applied %d times:\n%s", file, got, together)
			}
		}
	})
}

func TestMigrateTellsTheStatusOfANewDatabase(t *testing.T) {
	t.Parallel()
	file := storetest.SQLite(t)
	printed, failure := run(t, productionSettings(file), "migrate", "--status")
	if printed != "" || !strings.Contains(failure, "no database yet") {
		t.Errorf("without a file it prints %q %s", printed, failure)
	}
	if _, err := os.Stat(strings.TrimPrefix(file, "sqlite://")); err == nil {
		t.Error("it made a file")
	}
	printed, failure = run(t, productionSettings(storetest.Postgres(t)), "migrate", "--status")
	if strings.Count(printed, "pending") < 3 || strings.Contains(printed, "applied") || !strings.Contains(failure, "exit status 1") {
		t.Errorf("on an empty server it prints %q %s", printed, failure)
	}
}

func TestMigrateTellsTheStatusAndChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, databaseURL string) {
		settings := productionSettings(databaseURL)
		if _, failure := run(t, settings, "migrate"); failure != "" {
			t.Fatal(failure)
		}
		before := schemaOf(t, databaseURL)
		printed, failure := run(t, settings, "migrate", "--status")
		if failure != "" || strings.Contains(printed, "pending") {
			t.Errorf("when all is done it prints %q %s", printed, failure)
		}
		told := migrationsOf(t, databaseURL)
		if !strings.HasPrefix(databaseURL, "sqlite:") {
			told = append(told, "functions", "months of the audit log  made until 20")
		}
		for _, line := range told {
			if !strings.Contains(printed, line) {
				t.Errorf("no word of %s in\n%s", line, printed)
			}
		}
		printed, failure = runRelease(t, newer, settings, "migrate", "--status")
		if !strings.Contains(printed, later) || strings.Count(printed, "pending") != 1 || !strings.Contains(failure, "exit status 1") {
			t.Errorf("the newer release prints %q %s", printed, failure)
		}
		if after := schemaOf(t, databaseURL); after != before {
			t.Errorf("the schema was\n%s\nand is\n%s", before, after)
		}
	})
}

// schemaOf is everything that migrations make, and which of them did.
func schemaOf(t *testing.T, databaseURL string) string {
	t.Helper()
	db := storetest.Raw(t, databaseURL)
	queries := []string{
		`SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1`,
		`SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1`,
		`SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1`,
	}
	if db.DriverName() == "sqlite" {
		queries = []string{`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1`}
	}
	queries = append(queries, `SELECT version || ' ' || checksum || ' ' || applied_at FROM schema_migration ORDER BY 1`)
	var all []string
	for _, query := range queries {
		all = append(all, list(t, db, query)...)
	}
	return strings.Join(all, "\n")
}

func migrationsOf(t *testing.T, databaseURL string) []string {
	t.Helper()
	return list(t, storetest.Raw(t, databaseURL), `SELECT version FROM schema_migration ORDER BY 1`)
}

func list(t *testing.T, db *sqlx.DB, query string) []string {
	t.Helper()
	var rows []string
	must(t, db.SelectContext(t.Context(), &rows, query))
	return rows
}
