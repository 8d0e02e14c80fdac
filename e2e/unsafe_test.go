package e2e

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assent/store/storetest"
)

// TestUnsafe are starts outside embedded mode that are refused although every
// setting can be read.
func TestUnsafe(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	embedded := start(t, "DATA_DIR="+folder)
	embedded.stop(t)
	demo := "sqlite://" + filepath.Join(folder, "assent.db")
	elsewhere := storetest.SQLite(t)
	const remote = "postgres://assent:hunter2@192.0.2.1/assent" // RFC 5737: nobody's
	for _, unsafe := range []struct {
		name     string
		settings []string
		want     []string
	}{
		{"the database of the embedded mode", productionSettings(demo), []string{"DATABASE_URL", "demo shop"}},
		{"its secrets", productionSettings(elsewhere, "ASSENT_SECRET_FILE="+filepath.Join(folder, "secret"), "ASSENT_SECRET=",
			"JWT_SECRET_FILE="+filepath.Join(folder, "jwt_secret"), "JWT_SECRET=", "ADMIN_API_KEY_FILE="+filepath.Join(folder, "admin_api_key")),
			[]string{"ASSENT_SECRET was generated", "JWT_SECRET was generated", "ADMIN_API_KEY was generated"}},
		{"no address for shoppers", productionSettings(elsewhere, "PUBLIC_URL="), []string{"PUBLIC_URL is required"}},
		{"no encryption", productionSettings(remote + "?sslmode=disable"), []string{"DATABASE_URL: sslmode must be"}},
		{"no encryption, says the environment", productionSettings(remote, "PGSSLMODE=prefer"), []string{"DATABASE_URL: sslmode must be"}},
		{"all of it, and what cannot be read", productionSettings(remote+"?sslmode=allow", "PUBLIC_URL=", "MAX_REQUESTS=hunter2", "SMTP_URL=http://hunter2@x",
			"SMS_URL=hunter2", "DKIM_DOMAIN=x", "DKIM_SELECTOR=x", "DKIM_PRIVATE_KEY=hunter2", "REDIS_URL_FILE=/hunter2"),
			[]string{"DATABASE_URL", "PUBLIC_URL", "MAX_REQUESTS", "SMTP_URL", "SMS_URL", "DKIM_PRIVATE_KEY", "REDIS_URL_FILE"}},
	} {
		t.Run(unsafe.name, func(t *testing.T) {
			before := schemaOf(t, demo)
			printed, failure := run(t, append(unsafe.settings, "LISTEN_ADDR="+freeAddress(t)), "serve")
			if failure == "" || printed != "" {
				t.Fatalf("it ran, and printed %q", printed)
			}
			for _, want := range unsafe.want {
				if !strings.Contains(failure, want) {
					t.Errorf("no word of %q in:\n%s", want, failure)
				}
			}
			if strings.Contains(failure, "hunter2") {
				t.Errorf("a value is repeated:\n%s", failure)
			}
			if after := schemaOf(t, demo); after != before {
				t.Errorf("the schema was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

// TestUnsafeServer is a database whose commits may be lost. That settings of the whole
// server are noticed is shown in e2e/crash.
func TestUnsafeServer(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	settings := productionSettings(database + "&synchronous_commit=off")
	printed, failure := run(t, append(settings, "LISTEN_ADDR="+freeAddress(t)), "serve")
	if printed != "" || !strings.Contains(failure, "DATABASE_URL") || !strings.Contains(failure, "turn on synchronous_commit") {
		t.Errorf("it prints %q and fails with %q", printed, failure)
	}
	if made := list(t, storetest.Raw(t, database), `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`); len(made) > 0 {
		t.Errorf("it made %v", made)
	}
}

// TestSettingsAreShown looks at what an operator is shown of them.
func TestSettingsAreShown(t *testing.T) {
	t.Parallel()
	s := openProductionSQLite(t)
	defer s.close(t)
	more := append(slices.Clone(s.settings), "SMTP_URL=smtps://hunter2:hunter2@mail.example:465", "MAX_CONNECTIONS=77")
	printed, failure := run(t, more, "config", "--max-requests=5")
	for _, want := range []string{
		"DATABASE_URL=" + s.database + " ", "SMTP_URL=smtps://mail.example:465 ", "PUBLIC_URL=" + publicURL + " ", "ASSENT_SECRET=[redacted] ",
		"MAX_CONNECTIONS=77 ", "MAX_REQUESTS=5 ", "DATA_DIR=./data ",
	} {
		if !strings.Contains("\n"+printed, "\n"+want) {
			t.Errorf("no line begins with %q in\n%s%s", want, printed, failure)
		}
	}
	if failure != "" || strings.Contains(printed, "hunter2") || strings.Contains(printed, s.jwtSecret) {
		t.Errorf("it prints\n%s%s", printed, failure)
	}
	line, _, _ := strings.Cut(s.log.String(), "\n")
	if !strings.Contains(line, `"msg":"settings"`) || !strings.Contains(line, `"ASSENT_SECRET":"[redacted]"`) || strings.Contains(line, "DATA_DIR") ||
		strings.Contains(line, s.jwtSecret) {
		t.Errorf("the log begins with %s", line)
	}
}

// TestNothingIsMadeByLooking are commands in a folder without a database.
func TestNothingIsMadeByLooking(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	for _, args := range [][]string{{"outbox", "parked"}, {"keys", "list"}, {"migrate", "--status"}, {"config"}} {
		_, failure := run(t, []string{"DATA_DIR=" + folder}, args...)
		if args[0] != "config" && !strings.Contains(failure, "there is no database yet") {
			t.Errorf("%s fails with %q", args, failure)
		}
		if found, err := filepath.Glob(folder); err != nil || len(found) > 0 {
			t.Errorf("%s made %v", args, found)
		}
	}
}
