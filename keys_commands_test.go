package main

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/store"
)

// opened is a database as a running service has it open, and the environment for
// commands that work on the same.
func opened(t *testing.T) (*store.Store, map[string]string) {
	t.Helper()
	env := map[string]string{"DATA_DIR": t.TempDir()}
	st, err := store.Open(t.Context(), "sqlite://"+filepath.Join(env["DATA_DIR"], "assent.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if _, err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return st, env
}

// told is what a command says besides its output.
func told(t *testing.T, do func()) string {
	t.Helper()
	terminal, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = terminal
	do()
	os.Stderr = before
	text, err := os.ReadFile(terminal.Name())
	if err := errors.Join(err, terminal.Close()); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// made is a key that the command line makes, as the running service knows it.
func made(t *testing.T, st *store.Store, env map[string]string, flags ...string) (key auth.APIKey, secret string) {
	t.Helper()
	var out string
	var err error
	told(t, func() { out, err = command(t, env, append([]string{"keys", "create"}, flags...)...) })
	if err != nil {
		t.Fatal(err)
	}
	secret = strings.TrimSpace(out)
	if key, err = keyring(st).Authenticate(t.Context(), "Bearer "+secret); err != nil {
		t.Fatal(err)
	}
	return key, secret
}

func keyring(st *store.Store) *auth.Keyring {
	return auth.NewKeyring(st, "", slog.New(slog.DiscardHandler), time.Now)
}

func TestAKeyOfTheCommandLineIsGoodAtOnce(t *testing.T) {
	st, env := opened(t)
	shop, err := backoffice.NewService(st, nil, nil).CreateOrganisation(t.Context(), auth.CommandLine(), backoffice.Organisation{Name: "Tea"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		flags []string
		want  auth.APIKey
	}{
		{"for reading everything, unless said otherwise", nil, auth.APIKey{Role: auth.Read}},
		{"for changing everything", []string{"--role", "admin"}, auth.APIKey{Role: auth.Admin}},
		{"for one organisation", []string{"--organisation", shop.ID.String()}, auth.APIKey{Role: auth.Read, Organisation: shop.ID.UUID}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := made(t, st, env, append(tt.flags, "--name", "Checkout sync")...)
			if got.Role != tt.want.Role || got.Organisation != tt.want.Organisation || got.Name != "Checkout sync" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestASecretIsPrintedAloneForScriptsToKeep(t *testing.T) {
	_, env := opened(t)
	var out string
	var err error
	said := told(t, func() { out, err = command(t, env, "keys", "create", "--name", "Till") })
	if err != nil || !regexp.MustCompile(`^assent_[A-Z2-7]{52}\n$`).MatchString(out) {
		t.Errorf("it prints %d bytes, %v", len(out), err)
	}
	if strings.Contains(said, strings.TrimSpace(out)) || !strings.Contains(said, "cannot be shown again") {
		t.Errorf("people are told %q", said)
	}
}

func TestTheListTellsWhichKeyToRevoke(t *testing.T) {
	st, env := opened(t)
	key, secret := made(t, st, env, "--name", "Checkout sync")
	told(t, func() { _, _ = command(t, env, "keys", "create", "--name", "Spare") })
	out, err := command(t, env, "keys", "list")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err != nil || len(lines) != 3 || strings.Contains(out, secret) {
		t.Fatalf("got %q, %v", out, err)
	}
	for _, part := range []string{key.ID.String(), "Checkout sync", "read", "all"} {
		if !strings.Contains(lines[1], part) {
			t.Errorf("%q does not say %s", lines[1], part)
		}
	}
	if strings.Contains(lines[1], "never") || !strings.HasSuffix(lines[2], "never") {
		t.Errorf("it does not say which key was used:\n%s", out)
	}
}

func TestARevokedKeyIsRefusedAtOnce(t *testing.T) {
	st, env := opened(t)
	key, secret := made(t, st, env, "--name", "Checkout sync")
	if out, err := command(t, env, "keys", "revoke", key.ID.String()); err != nil || !strings.Contains(out, key.ID.String()) {
		t.Fatalf("got %q, %v", out, err)
	}
	if _, err := keyring(st).Authenticate(t.Context(), "Bearer "+secret); !errors.Is(err, auth.ErrUnknownKey) {
		t.Errorf("it gives %v", err)
	}
	if out, err := command(t, env, "keys", "list"); err != nil || strings.Contains(out, key.ID.String()) {
		t.Errorf("the list still holds it: %q, %v", out, err)
	}
	if _, err := command(t, env, "keys", "revoke", key.ID.String()); err == nil || !strings.Contains(err.Error(), "no such key") {
		t.Errorf("revoking it again gives %v", err)
	}
}

func TestKeysThatCannotBeMade(t *testing.T) {
	_, env := opened(t)
	for name, tt := range map[string]struct {
		args []string
		says string
	}{
		"without a name":                {nil, "--name"},
		"with a blank name":             {[]string{"--name", " "}, "--name: must not be blank"},
		"of an unknown role":            {[]string{"--name", "Till", "--role", "owner"}, "--role"},
		"of no organisation there is":   {[]string{"--name", "Till", "--organisation", "0198c0de-0000-7000-8000-000000000001"}, "--organisation: is no organisation"},
		"of an organisation without id": {[]string{"--name", "Till", "--organisation", "Demo Shop"}, "--organisation"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := command(t, env, append([]string{"keys", "create"}, tt.args...)...)
			if out != "" || err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %q, %v; want %q", out, err, tt.says)
			}
		})
	}
	if listed, err := command(t, env, "keys", "list"); err != nil || strings.Count(listed, "\n") != 1 {
		t.Errorf("there are keys now: %q, %v", listed, err)
	}
}

func TestCommandsMakeNoDatabaseWhereThereIsNone(t *testing.T) {
	for _, args := range [][]string{
		{"keys", "list"}, {"keys", "create", "--name", "Till"}, {"keys", "revoke", "0198c0de-0000-7000-8000-000000000001"},
		{"outbox", "parked"}, {"outbox", "requeue", "--all"},
		{"outbox", "cancel", "--queued-before", "2026-11-22T12:00:00Z"}, {"backup", "copy.db"},
		{"carry-over", "--from", "sqlite:///nowhere/assent.db", "--since", "2026-11-22T12:00:00Z"},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		out, err := command(t, map[string]string{"DATA_DIR": dir}, args...)
		if out != "" || err == nil || !strings.Contains(err.Error(), "assent migrate") {
			t.Errorf("%s: got %q, %v", args, out, err)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s made a folder: %v", args, err)
		}
	}
}

func TestCommandsWantTheSchemaUpToDate(t *testing.T) {
	for _, args := range [][]string{{"keys", "list"}, {"outbox", "parked"}} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "assent.db"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := command(t, map[string]string{"DATA_DIR": dir}, args...); out != "" || err == nil || !strings.Contains(err.Error(), "assent migrate") {
			t.Errorf("%s: got %q, %v", args, out, err)
		}
	}
}
