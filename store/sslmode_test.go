package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assent/store"
)

func TestConsentsTravelEncryptedToOtherMachines(t *testing.T) {
	for _, tt := range []struct {
		name string
		url  string
		env  string // NAME=value
		safe bool
	}{
		{"a file", "sqlite:///srv/assent.db", "", true},
		{"no mode, which the driver takes for require", "postgres://db/assent", "", true},
		{"a certificate that is checked", "postgres://db/assent?sslmode=verify-full", "", true},
		{"no encryption", "postgres://db/assent?sslmode=disable", "", false},
		{"none by another scheme", "postgresql://db/assent?sslmode=disable", "", false},
		{"none if the server likes", "postgres://db/assent?sslmode=allow", "", false},
		{"none if the server cannot", "postgres://db/assent?sslmode=prefer", "", false},
		{"none on this machine", "postgres://localhost/assent?sslmode=disable", "", true},
		{"none to a loopback address", "postgres://127.8.9.1:5432/assent?sslmode=disable", "", true},
		{"none to a loopback address of IPv6", "postgres://[::1]:5432/assent?sslmode=disable", "", true},
		{"none to that of IPv4 in IPv6", "postgres:///assent?host=::ffff:127.0.0.1&sslmode=disable", "", true},
		{"none through a socket", "postgres:///assent?host=/run/postgresql&sslmode=disable", "", true},
		{"none through an abstract socket", "postgres:///assent?host=@assent&sslmode=disable", "", true},
		{"none where no host is named", "postgres:///assent?sslmode=disable", "", true},
		{"none to a name that begins like ours", "postgres://localhost.example/assent?sslmode=disable", "", false},
		{"none to an address", "postgres://10.0.0.5/assent?sslmode=disable", "", false},
		{"none to an address under our name", "postgres://localhost/assent?hostaddr=10.0.0.5&sslmode=disable", "", false},
		{"none to our address under a name", "postgres://db/assent?hostaddr=127.0.0.1&sslmode=disable", "", true},
		{"none to the second of two hosts", "postgres:///assent?host=localhost,db&sslmode=disable", "", false},
		{"none to two hosts here", "postgres:///assent?host=localhost,127.0.0.1&sslmode=disable", "", true},
		{"none to the second, the first being a socket", "postgres:///assent?host=/run/postgresql,db&sslmode=require", "", false},
		{"a host among the parameters", "postgres:///assent?host=db&sslmode=disable", "", false},
		{"a mode of the environment", "postgres://db/assent", "PGSSLMODE=disable", false},
		{"a mode of the environment on this machine", "postgres://localhost/assent", "PGSSLMODE=disable", true},
		{"a mode that comes before that of the environment", "postgres://db/assent?sslmode=require", "PGSSLMODE=disable", true},
		{"a host of the environment", "postgres:///assent?sslmode=disable", "PGHOST=db", false},
		{"an address of the environment", "postgres://localhost/assent?sslmode=disable", "PGHOSTADDR=10.0.0.5", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if name, value, set := strings.Cut(tt.env, "="); set {
				t.Setenv(name, value)
			}
			err := store.CheckURL(tt.url)
			if safe := err == nil; safe != tt.safe || (!safe && !strings.Contains(err.Error(), "sslmode must be")) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestSeveralHostsHaveTheirPortsAmongTheParameters since the driver would look each one
// up with its port as a part of the name.
func TestSeveralHostsHaveTheirPortsAmongTheParameters(t *testing.T) {
	for databaseURL, wants := range map[string]string{
		"postgres://one:5432,two:5432/assent": "postgres:///name?host=one,two&port=5432,5433",
		"postgres://one,two:5432/assent":      "",
		"postgres://one,two/assent":           "",
		"postgres:///assent?host=one,two&port=5432,5433&target_session_attrs=read-write": "",
		"postgres:///assent?host=::1,fe80::1":                                            "",
	} {
		if err := store.CheckURL(databaseURL); (err == nil) != (wants == "") || err != nil && !strings.Contains(err.Error(), wants) {
			t.Errorf("%s: got %v", databaseURL, err)
		}
	}
}

func TestAServiceFileIsReadAsTheDriverDoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pg_service.conf")
	if err := os.WriteFile(path, []byte("[shop]\nhost=db\nsslmode=disable\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGSERVICEFILE", path)
	if err := store.CheckURL("postgres:///assent?service=shop"); err == nil {
		t.Error("it is accepted")
	}
}

func TestAURLThatCannotBeReadIsNotRepeated(t *testing.T) {
	for _, databaseURL := range []string{
		"postgres://assent:hunter2@[::1/assent", "postgres://assent:hunter2@db:port/assent", "postgres://assent:hunter2%zz@db/assent",
		"postgres://assent:hunter2@db/assent?sslmode=perhaps",
	} {
		if err := store.CheckURL(databaseURL); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v", err)
		}
	}
}
