package store_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assent/store"
	"assent/store/storetest"
)

func TestOpenRefusesAURLThatIsNoneOfOurs(t *testing.T) {
	for _, databaseURL := range []string{"", "assent.db", "mysql://localhost/assent", "file:assent.db"} {
		if s, err := store.Open(t.Context(), databaseURL, store.Options{}); err == nil {
			s.Close()
			t.Errorf("%q was accepted", databaseURL)
		}
	}
}

func TestOpenQuotesNoPassword(t *testing.T) {
	for _, databaseURL := range []string{
		"postgres://assent:hunter2@127.0.0.1:1/assent?sslmode=disable",
		"postgres://assent:hunter2@[::1/assent",
		"postgres://assent:hunter2@127.0.0.1:port/assent",
		"postgres://assent:hunter2@127.0.0.1:1/assent?sslmode=perhaps",
		"postgres://assent:hunter2%zz@127.0.0.1:1/assent",
	} {
		s, err := store.Open(t.Context(), databaseURL, store.Options{})
		if err == nil {
			s.Close()
			t.Errorf("%q was accepted", databaseURL)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error quotes the password: %v", err)
		}
	}
}

func TestOpenRefusesASQLiteFileItCannotUse(t *testing.T) {
	if s, err := store.Open(t.Context(), "sqlite:///dev/null/assent.db", store.Options{}); err == nil {
		s.Close()
		t.Error("a file in a folder that cannot be was accepted")
	}
}

func TestAURLMayLeaveEverythingToTheEnvironment(t *testing.T) {
	u, err := url.Parse(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGHOST", u.Hostname())
	t.Setenv("PGPORT", u.Port())
	t.Setenv("PGUSER", u.User.Username())
	t.Setenv("PGDATABASE", strings.TrimPrefix(u.Path, "/"))
	for _, databaseURL := range []string{"postgres://?sslmode=disable", "postgres:///?sslmode=disable"} {
		s, err := store.Open(t.Context(), databaseURL, store.Options{})
		if err != nil {
			t.Errorf("%s: %v", databaseURL, err)
			continue
		}
		s.Close()
	}
}

// TestADatabaseWithoutAFileIsRefused names those of SQLite that end with the process,
// and that each connection has to itself.
func TestADatabaseWithoutAFileIsRefused(t *testing.T) {
	for _, databaseURL := range []string{"sqlite://", "sqlite://:memory:"} {
		if err := store.CheckURL(databaseURL); err == nil {
			t.Errorf("%s is accepted", databaseURL)
		}
		if s, err := store.Open(t.Context(), databaseURL, store.Options{}); err == nil {
			s.Close()
			t.Errorf("%s is opened", databaseURL)
		}
	}
}

func TestAFileNameMayHoldAnything(t *testing.T) {
	path := t.TempDir() + "/a folder/50%?#x=1&y.db"
	s, err := store.Open(t.Context(), "sqlite://"+path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Whoever else has an account on the machine is not to read who signed up.
func TestASQLiteDatabaseIsItsOwnersOnly(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), "sqlite://"+filepath.Join(folder, "assent.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 2 {
		t.Fatalf("got %v %v, want the file and its log", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v %v", f.Name(), info.Mode(), err)
		}
	}
}
