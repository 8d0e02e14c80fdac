package e2e

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"assent/config"
	"assent/store/storetest"
)

// TestTheProgramTakesTheSettingsOfCompose starts it with them and the secrets that
// the script makes; only the database is another.
func TestTheProgramTakesTheSettingsOfCompose(t *testing.T) {
	t.Parallel()
	file, folder := readCompose(t), newSecrets(t)
	for name, service := range file.Services {
		if service.Build == nil {
			continue
		}
		for setting := range service.Environment {
			if !isSetting(strings.TrimSuffix(setting, "_FILE")) {
				t.Errorf("%s: there is no setting %s", name, setting)
			}
		}
	}
	for _, name := range file.Services["assent-one"].Secrets {
		if secretIn(t, folder, name) == "" || file.Secrets[name].File != "./secrets/"+name {
			t.Errorf("there is no secret %s", name)
		}
	}
	u, err := url.Parse(secretIn(t, folder, "database_url"))
	must(t, err)
	if password, _ := u.User.Password(); password != secretIn(t, folder, "postgres_password") ||
		u.Hostname() != "postgres" || u.Query().Get("sslmode") != "require" {
		t.Errorf("the URL of the database leads to %s with sslmode=%s, or has another password", u.Host, u.Query().Get("sslmode"))
	}

	settings := []string{"DATABASE_URL=" + storetest.SQLite(t)}
	for name, value := range file.Services["assent-one"].Environment {
		if name != "DATABASE_URL_FILE" {
			settings = append(settings, name+"="+strings.Replace(value, "/run/", folder+"/", 1))
		}
	}
	p := start(t, append(settings, "DRAIN_TIME=0s")...)
	defer p.stop(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+textsPath, nil)
	must(t, err)
	request.Header.Set("Authorization", "Bearer "+secretIn(t, folder, "admin_api_key"))
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the key of the REST admin opens nothing: %d", response.StatusCode)
	}
}

// newSecrets runs scripts/dev-secrets, twice, in a folder of the test's own.
func newSecrets(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	must(t, os.Mkdir(filepath.Join(folder, "scripts"), 0o700))
	script := filepath.Join(folder, "scripts", "dev-secrets")
	must(t, os.WriteFile(script, []byte(readFile(t, "../scripts/dev-secrets")), 0o700))
	for _, again := range []bool{false, true} {
		out, err := exec.Command(script).CombinedOutput()
		if err != nil || (len(out) == 0) != again {
			t.Fatalf("the script says %s %v, having run before: %t", out, err, again)
		}
	}
	return folder
}

func secretIn(t *testing.T, folder, name string) string {
	t.Helper()
	return readFile(t, filepath.Join(folder, "secrets", name))
}

func isSetting(name string) bool {
	settings := reflect.TypeFor[config.Settings]()
	for i := range settings.NumField() {
		if settings.Field(i).Tag.Get("env") == name {
			return true
		}
	}
	return false
}
