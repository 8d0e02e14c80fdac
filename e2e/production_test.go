package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// TestProduction is what must not exist outside embedded mode, on either
// database, and what must.
func TestProduction(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *shop{
		"SQLite":     openProductionSQLite,
		"PostgreSQL": openProductionPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			defer s.close(t)
			visitor := s.visitor(t)
			for _, path := range []string{"/", "/dev/inbox", "/demo", "/demo/account", "/static/graphiql/graphiql.min.js", "/static/demo/start.js"} {
				if got := visitor.do(http.MethodGet, path, ""); got.status != http.StatusNotFound {
					t.Errorf("%s answers %d %.100s, want 404", path, got.status, got.body)
				}
			}
			if got := visitor.send(`{ __schema { queryType { name } } }`, nil); len(got.Errors) == 0 {
				t.Errorf("the schema can be looked at: %s", got.body)
			}
			if banner := readFile(t, s.banner); banner != "" {
				t.Errorf("it prints %s", banner)
			}
			visitor.isReady(http.StatusOK, "ok")
			if got := visitor.do(http.MethodGet, "/healthz", ""); got.status != http.StatusOK {
				t.Errorf("/healthz answers %d %s", got.status, got.body)
			}
			visitor.does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
		})
	}
}

// TestSettings are starts that must fail, telling every problem at once and no
// secret.
func TestSettings(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef0123456789abcdef"
	database := "DATABASE_URL=sqlite://" + filepath.Join(t.TempDir(), "assent.db")
	for _, wrong := range []struct {
		name     string
		settings []string
		want     []string
	}{
		{"nothing but a database", []string{database}, []string{"PUBLIC_URL", "ASSENT_SECRET", "JWT_SECRET"}},
		{"a database of an unknown kind", []string{"DATABASE_URL=mysql://root:" + secret + "@db/assent"},
			[]string{"DATABASE_URL", "PUBLIC_URL", "ASSENT_SECRET", "JWT_SECRET"}},
		{"secrets that are too short", []string{database, "PUBLIC_URL=https://x.example", "ASSENT_SECRET=" + secret[:31], "JWT_SECRET=" + secret[:31]},
			[]string{"ASSENT_SECRET", "JWT_SECRET", "32"}},
		{"two ways to check logins", []string{database, "PUBLIC_URL=x", "ASSENT_SECRET=" + secret, "JWT_SECRET=" + secret, "JWT_JWKS_URL=https://x.example"},
			[]string{"JWT_JWKS_URL", "PUBLIC_URL"}},
		{"limits and proxies that cannot be read", []string{"RATE_LIMITS=many", "TRUSTED_PROXIES=everybody", "REDIS_URL=http://x.example"},
			[]string{"RATE_LIMITS", "TRUSTED_PROXIES", "REDIS_URL"}},
		{"all that is wrong, whoever reads it", []string{database, "RATE_LIMITS=many", "REDIS_URL=http://x.example", "CAPTCHA_VERIFY_URL=x", "PERSISTED_OPERATIONS=/nowhere"},
			[]string{"PUBLIC_URL", "RATE_LIMITS", "REDIS_URL", "CAPTCHA_VERIFY_URL", "PERSISTED_OPERATIONS"}},
		{"a setting given twice", []string{"JWT_SECRET=" + secret, "JWT_SECRET_FILE=/nowhere"}, []string{"JWT_SECRET"}},
		{"a file that is not there", []string{"JWT_SECRET_FILE=/nowhere"}, []string{"JWT_SECRET_FILE"}},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			settings := append([]string{"LISTEN_ADDR=" + freeAddress(t)}, wrong.settings...)
			printed, failure := run(t, settings, "serve")
			if failure == "" || printed != "" {
				t.Fatalf("it ran, and printed %q", printed)
			}
			for _, name := range wrong.want {
				if !strings.Contains(failure, name) {
					t.Errorf("no word of %s in:\n%s", name, failure)
				}
			}
			if strings.Contains(failure, secret[:16]) {
				t.Errorf("a secret is printed:\n%s", failure)
			}
		})
	}
}
