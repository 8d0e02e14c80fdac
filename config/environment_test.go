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

// TestAFileThatHoldsNothingIsRefused is a secret that was not written yet: without the
// database the program would start in embedded mode, and hand out logins.
func TestAFileThatHoldsNothingIsRefused(t *testing.T) {
	for _, text := range []string{"", "\n", "\r\n", " \n\n"} {
		env := production(map[string]string{"DATABASE_URL_FILE": file(t, text), "ADMIN_API_KEY_FILE": file(t, text)})
		delete(env, "DATABASE_URL")
		_, err := load(t, env)
		if want := "DATABASE_URL_FILE: the file is empty\nADMIN_API_KEY_FILE: the file is empty"; err == nil || err.Error() != want {
			t.Errorf("with %q got %v", text, err)
		}
	}
}

func TestAllThatCannotBeReadIsToldAtOnceWithAllThatIsWrong(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "hunter2")
	_, err := load(t, production(map[string]string{
		"MAX_REQUESTS": "hunter2", "CONFIRM_LIFETIME": "hunter2", "SEND_MESSAGES": "hunter2", "INTROSPECTION": "hunter2",
		"MAX_CONNECTIONS_FILE": file(t, "hunter2"), "SMTP_URL_FILE": missing, "REDIS_URL": secret, "REDIS_URL_FILE": missing,
		"PUBLIC_URL": "", "REDIS_MODE": "magic", "DATA_DIR": missing,
	}))
	if err == nil {
		t.Fatal("the settings are accepted")
	}
	for _, want := range []string{
		"MAX_REQUESTS must be a whole number", "MAX_CONNECTIONS must be a whole number", "CONFIRM_LIFETIME must be a duration",
		"SEND_MESSAGES must be true or false", "INTROSPECTION must be true or false", "SMTP_URL_FILE: ",
		"REDIS_URL and REDIS_URL_FILE exclude each other", "PUBLIC_URL is required", "REDIS_MODE must be",
	} {
		if !strings.Contains("\n"+err.Error(), "\n"+want) {
			t.Errorf("no line begins with %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a value is repeated:\n%v", err)
	}
	if got := strings.Count(err.Error(), "\n") + 1; got != 9 {
		t.Errorf("%d problems, want 9:\n%v", got, err)
	}
}

func TestASettingThatCannotBeReadIsNotCalledMissing(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	env := production(map[string]string{"ASSENT_SECRET": "", "ASSENT_SECRET_FILE": missing, "JWT_SECRET": "", "JWT_SECRET_FILE": missing})
	_, err := load(t, env)
	if err == nil || strings.Contains(err.Error(), "required") || strings.Count(err.Error(), "\n") != 1 {
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

func TestAKeyOfACollectorThatCannotBeReadIsTold(t *testing.T) {
	unset(t, "OTEL_EXPORTER_OTLP_HEADERS")
	_, err := load(t, production(map[string]string{"OTEL_EXPORTER_OTLP_HEADERS_FILE": filepath.Join(t.TempDir(), "missing")}))
	if err == nil || !strings.HasPrefix(err.Error(), "OTEL_EXPORTER_OTLP_HEADERS_FILE: ") {
		t.Errorf("got %v", err)
	}
}
