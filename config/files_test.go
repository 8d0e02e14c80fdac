package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mounted")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestASettingCanBeReadFromAFile(t *testing.T) {
	for text, want := range map[string]string{
		secret: secret, secret + "\n": secret, secret + "\r\n": secret, secret + "\n\n": secret + "\n", " " + secret + " ": " " + secret + " ",
	} {
		env := production(map[string]string{"ASSENT_SECRET_FILE": file(t, text), "DATABASE_URL_FILE": file(t, "postgres://db/assent\n")})
		delete(env, "ASSENT_SECRET")
		delete(env, "DATABASE_URL")
		s := mustLoad(t, env)
		if string(s.AssentSecret) != want || s.Database() != "postgres://db/assent" {
			t.Errorf("from %q came %q", text, string(s.AssentSecret))
		}
	}
}

func TestASettingGivenTwiceIsRefused(t *testing.T) {
	_, err := load(t, production(map[string]string{"ASSENT_SECRET_FILE": file(t, secret), "JWT_SECRET_FILE": file(t, secret)}))
	want := "ASSENT_SECRET and ASSENT_SECRET_FILE exclude each other\nJWT_SECRET and JWT_SECRET_FILE exclude each other"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestAFileThatCannotBeReadIsNamedByItsSetting(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, err := load(t, production(map[string]string{"SMTP_URL_FILE": missing, "REDIS_URL_FILE": missing}))
	if err == nil || !strings.Contains(err.Error(), "SMTP_URL_FILE: ") || !strings.Contains(err.Error(), "REDIS_URL_FILE: ") {
		t.Errorf("got %v", err)
	}
}

func TestTheKeyOfACollectorCanBeReadFromAFile(t *testing.T) {
	unset(t, "OTEL_EXPORTER_OTLP_HEADERS")
	mustLoad(t, production(map[string]string{"OTEL_EXPORTER_OTLP_HEADERS_FILE": file(t, "x-key=s3cret\n")}))
	if got := os.Getenv("OTEL_EXPORTER_OTLP_HEADERS"); got != "x-key=s3cret" {
		t.Errorf("package tracing finds %q", got)
	}
}
