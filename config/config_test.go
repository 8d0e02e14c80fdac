package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assent/config"
)

func TestNoSettingsAreNeededInEmbeddedMode(t *testing.T) {
	t.Chdir(t.TempDir())
	s := mustLoad(t, nil)
	want := config.Settings{
		RedisMode: "single", PublicURL: "http://localhost:8080", ListenAddr: ":8080", DataDir: "./data",
		ConfirmWithin: 7 * 24 * time.Hour, RejectSilence: 90 * 24 * time.Hour, OutboxKept: 30 * 24 * time.Hour,
		SendMessages: true, HourlyMessages: 20_000, MaxConnections: 10_000, MaxRequests: 2_000,
		AssentSecret: s.AssentSecret, JWTSecret: s.JWTSecret, AdminAPIKey: s.AdminAPIKey,
	}
	if s != want {
		t.Errorf("got %+v\nwant %+v", s, want)
	}
	if !s.Embedded() || s.Database() != "sqlite://data/assent.db" {
		t.Errorf("the database is %s", s.Database())
	}
	for name, generated := range map[string]config.Secret{
		"ASSENT_SECRET": s.AssentSecret, "JWT_SECRET": s.JWTSecret, "ADMIN_API_KEY": s.AdminAPIKey,
	} {
		if len(generated) < config.MinSecret {
			t.Errorf("%s has %d bytes", name, len(generated))
		}
	}
	if s.AssentSecret == s.JWTSecret || s.JWTSecret == s.AdminAPIKey || s.AssentSecret == s.AdminAPIKey {
		t.Error("one secret is used for two things")
	}
}

func TestPublicURL(t *testing.T) {
	tests := map[string]struct{ listen, public, want string }{
		"is the port listened on":                {":9090", "", "http://localhost:9090"},
		"is the port, whatever the address":      {"127.0.0.1:9090", "", "http://localhost:9090"},
		"is the port of an IPv6 address":         {"[::1]:9090", "", "http://localhost:9090"},
		"is the default for a port to be chosen": {":0", "", "http://localhost:8080"},
		"is taken as given":                      {":9090", "https://consent.example/path", "https://consent.example/path"},
		"has its host in ASCII":                  {":9090", "https://münchen.example:8443/x", "https://xn--mnchen-3ya.example:8443/x"},
		"may be an address":                      {":9090", "http://[::1]:9090", "http://[::1]:9090"},
		"has no slash at its end":                {":9090", "https://consent.example/", "https://consent.example"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			env := embedded(t, map[string]string{"LISTEN_ADDR": tt.listen})
			if tt.public != "" {
				env["PUBLIC_URL"] = tt.public
			}
			if got := mustLoad(t, env).PublicURL; got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestOutsideEmbeddedModeNothingIsGenerated(t *testing.T) {
	dir := t.TempDir()
	for _, database := range []string{"postgres://db/assent", "postgresql://db/assent", "sqlite:///srv/assent.db"} {
		s := mustLoad(t, production(map[string]string{"DATABASE_URL": database, "DATA_DIR": dir}))
		if s.Embedded() || s.AdminAPIKey != "" || s.Database() != database {
			t.Errorf("%s: %+v", database, s)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("DATA_DIR holds %v %v", entries, err)
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	_, err := load(t, map[string]string{"DATABASE_URL": "mysql://" + secret, "CONFIRM_LIFETIME": "0s"})
	if err == nil {
		t.Fatal("the settings are accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	for i, name := range []string{"DATABASE_URL", "PUBLIC_URL", "ASSENT_SECRET", "JWT_SECRET", "CONFIRM_LIFETIME"} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], name+" ") {
			t.Errorf("no line for %s:\n%v", name, err)
		}
	}
}

func TestProblemsNameTheirSettingAndNotItsValue(t *testing.T) {
	short := "hunter2"
	tests := []struct {
		name   string
		change map[string]string
		names  string
	}{
		{"a database we do not know", map[string]string{"DATABASE_URL": "mysql://hunter2@db"}, "DATABASE_URL must"},
		{"no public URL", map[string]string{"PUBLIC_URL": ""}, "PUBLIC_URL is required"},
		{"a public URL without a scheme", map[string]string{"PUBLIC_URL": "consent.example"}, "PUBLIC_URL must"},
		{"a public URL of another scheme", map[string]string{"PUBLIC_URL": "ftp://consent.example"}, "PUBLIC_URL must"},
		{"a public URL without a host", map[string]string{"PUBLIC_URL": "https://"}, "PUBLIC_URL must"},
		{"a public URL with a login, which every mail would tell", map[string]string{"PUBLIC_URL": "https://u:hunter2@consent.example/"}, "PUBLIC_URL must"},
		{"a public URL with a query", map[string]string{"PUBLIC_URL": "https://consent.example/?hunter2"}, "PUBLIC_URL must"},
		{"a public URL with a password, which every link would tell", map[string]string{"PUBLIC_URL": "https://shop:hunter2@consent.example"}, "PUBLIC_URL must"},
		{"a port without an address", map[string]string{"LISTEN_ADDR": "hunter2"}, "LISTEN_ADDR must"},
		{"a port that there is not", map[string]string{"LISTEN_ADDR": ":99999"}, "LISTEN_ADDR must"},
		{"a URL to listen on", map[string]string{"LISTEN_ADDR": "http://hunter2:80"}, "LISTEN_ADDR must"},
		{"a public URL with a fragment", map[string]string{"PUBLIC_URL": "https://consent.example/#hunter2"}, "PUBLIC_URL must"},
		{"a public URL that cannot be read", map[string]string{"PUBLIC_URL": "https://consent.example/%hunter2"}, "PUBLIC_URL must"},
		{"no secret", map[string]string{"ASSENT_SECRET": ""}, "ASSENT_SECRET is required"},
		{"a short secret", map[string]string{"ASSENT_SECRET": short}, "ASSENT_SECRET must have at least 32 bytes"},
		{"no way to check logins", map[string]string{"JWT_SECRET": ""}, "JWT_SECRET or JWT_JWKS_URL is required"},
		{"a short secret of logins", map[string]string{"JWT_SECRET": short}, "JWT_SECRET must have at least 32 bytes"},
		{"two ways to check logins", map[string]string{"JWT_JWKS_URL": "https://login.example/keys"}, "JWT_SECRET and JWT_JWKS_URL exclude each other"},
		{"a key set that is no URL", map[string]string{"JWT_SECRET": "", "JWT_JWKS_URL": "login.example"}, "JWT_JWKS_URL must"},
		{"links that are never valid", map[string]string{"CONFIRM_LIFETIME": "-1h"}, "CONFIRM_LIFETIME must be positive"},
		{"a lifetime that is no duration", map[string]string{"CONFIRM_LIFETIME": "a week"}, "CONFIRM_LIFETIME"},
		{"an address to check CAPTCHA tokens that is no URL", map[string]string{"CAPTCHA_VERIFY_URL": "hunter2.example/siteverify"}, "CAPTCHA_VERIFY_URL must"},
		{"no requests", map[string]string{"MAX_REQUESTS": "0"}, "MAX_REQUESTS must be positive"},
		{"no connections", map[string]string{"MAX_CONNECTIONS": "0"}, "MAX_CONNECTIONS must be positive"},
		{"a mode of Redis we do not know", map[string]string{"REDIS_MODE": "magic"}, "REDIS_MODE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, production(tt.change))
			if err == nil || !strings.Contains(err.Error(), tt.names) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v\nwant %s", err, tt.names)
			}
		})
	}
}

func TestASettingThatIsSetToNothingIsNotSet(t *testing.T) {
	t.Chdir(t.TempDir())
	empty := map[string]string{
		"DATABASE_URL": "", "REDIS_URL": "", "REDIS_MODE": "", "SMTP_URL": "", "PUBLIC_URL": "", "LISTEN_ADDR": "", "DATA_DIR": "",
		"ASSENT_SECRET": "", "JWT_SECRET": "", "JWT_JWKS_URL": "", "ADMIN_API_KEY": "", "CONFIRM_LIFETIME": "",
	}
	s := mustLoad(t, empty)
	if s.ListenAddr != ":8080" || s.DataDir != "./data" || s.RedisMode != "single" || s.ConfirmWithin != 7*24*time.Hour {
		t.Errorf("got %+v", s)
	}
	if _, err := os.Stat(filepath.Join("data", "secret")); err != nil {
		t.Error(err)
	}
}

func TestLoginsMayBeCheckedByAKeySetInEmbeddedMode(t *testing.T) {
	s := mustLoad(t, embedded(t, map[string]string{"JWT_JWKS_URL": "https://login.example/keys"}))
	if s.JWTSecret != "" {
		t.Error("a secret is generated beside the key set")
	}
}
