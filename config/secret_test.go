package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"assent/config"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	s := mustLoad(t, production(map[string]string{"ADMIN_API_KEY": secret, "SMTP_URL": "smtp://a:" + secret + "@b", "REDIS_URL": "redis://a:" + secret + "@b"}))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for what, printed := range map[string]string{
			"the settings":          fmt.Sprintf(verb, s),
			"a pointer to settings": fmt.Sprintf(verb, &s),
			"a secret":              fmt.Sprintf(verb, s.AssentSecret),
			"a list of secrets":     fmt.Sprintf(verb, []config.Secret{s.AssentSecret}),
		} {
			if strings.Contains(printed, secret) || strings.Contains(strings.ToLower(printed), fmt.Sprintf("%x", secret)) {
				t.Errorf("%s of %s: %s", verb, what, printed)
			}
		}
	}
}

func TestASecretIsNeverLoggedOrEncoded(t *testing.T) {
	s := mustLoad(t, production(nil))
	var out bytes.Buffer
	for name, handler := range map[string]slog.Handler{"text": slog.NewTextHandler(&out, nil), "JSON": slog.NewJSONHandler(&out, nil)} {
		out.Reset()
		slog.New(handler).Info("starting", "settings", s, "secret", s.AssentSecret)
		if strings.Contains(out.String(), secret) {
			t.Errorf("a log in %s holds it: %s", name, &out)
		}
	}
	encoded, err := json.Marshal(s)
	if err != nil || bytes.Contains(encoded, []byte(secret)) {
		t.Errorf("JSON holds it: %s %v", encoded, err)
	}
}

func TestASecretThatIsNotSetIsPrintedAsNothing(t *testing.T) {
	if got := fmt.Sprint(config.Secret("")); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestGeneratedSecretsAreKeptForTheNextStart(t *testing.T) {
	env := embedded(t, nil)
	first, second := mustLoad(t, env), mustLoad(t, env)
	if first != second {
		t.Error("the second start has other secrets")
	}
	if other := mustLoad(t, embedded(t, nil)); other.AssentSecret == first.AssentSecret {
		t.Error("two installations have the same secret")
	}
	entries, err := os.ReadDir(env["DATA_DIR"])
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: mode %v %v", e.Name(), info.Mode(), err)
		}
	}
	if got := strings.Join(names, " "); got != "admin_api_key jwt_secret secret" {
		t.Errorf("DATA_DIR holds %s", got)
	}
}

func TestAGivenSecretIsNotReplaced(t *testing.T) {
	env := embedded(t, map[string]string{"ASSENT_SECRET": secret, "JWT_SECRET": secret, "ADMIN_API_KEY": "key"})
	s := mustLoad(t, env)
	if s.AssentSecret != secret || s.JWTSecret != secret || s.AdminAPIKey != "key" {
		t.Error("a secret was replaced")
	}
	if entries, err := os.ReadDir(env["DATA_DIR"]); err != nil || len(entries) > 0 {
		t.Errorf("DATA_DIR holds %v %v", entries, err)
	}
}

func TestADataFolderIsMadeForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	mustLoad(t, map[string]string{"DATA_DIR": dir})
	if info, err := os.Stat(dir); err != nil || info.Mode() != fs.ModeDir|0o700 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestASecretThatHasBeenCutShortIsNotUsed(t *testing.T) {
	env := embedded(t, nil)
	if err := os.WriteFile(filepath.Join(env["DATA_DIR"], "secret"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load(t, env); err == nil || !strings.Contains(err.Error(), "ASSENT_SECRET") {
		t.Errorf("got %v", err)
	}
}

// dataDirOfChild tells this program that it is one of the processes of the next
// test.
const dataDirOfChild = "CONFIG_TEST_DATA_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(dataDirOfChild)
	if dir == "" {
		os.Exit(m.Run())
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // wait for the others
	s := config.Settings{DataDir: dir}
	if err := s.Generate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = io.WriteString(os.Stdout, string(s.AssentSecret+s.JWTSecret+s.AdminAPIKey))
}

func TestProcessesThatStartAtOnceHaveTheSameSecrets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	start, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	children, secrets := make([]*exec.Cmd, 4), make([]bytes.Buffer, 4)
	for i := range children {
		children[i] = exec.CommandContext(t.Context(), os.Args[0])
		children[i].Env = append(os.Environ(), dataDirOfChild+"="+dir)
		children[i].Stdin, children[i].Stdout, children[i].Stderr = start, &secrets[i], os.Stderr
		if err := children[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	_ = start.Close()
	if err := hold.Close(); err != nil {
		t.Fatal(err)
	}
	for i, child := range children {
		if err := child.Wait(); err != nil {
			t.Fatal(err)
		}
		if secrets[i].Len() < 3*config.MinSecret || secrets[i].String() != secrets[0].String() {
			t.Errorf("process %d has other secrets than the first", i)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("DATA_DIR holds %v %v", entries, err)
	}
}

// secretsOf are the names of the three secrets and of their files in DATA_DIR.
func secretsOf() map[string]string {
	return map[string]string{"ASSENT_SECRET": "secret", "JWT_SECRET": "jwt_secret", "ADMIN_API_KEY": "admin_api_key"}
}

func TestWhatTheEmbeddedModeGeneratedIsRefusedOutsideIt(t *testing.T) {
	env := embedded(t, nil)
	s := mustLoad(t, env)
	elsewhere := t.TempDir()
	for name := range secretsOf() {
		for setting, secret := range map[string]config.Secret{"ASSENT_SECRET": s.AssentSecret, "JWT_SECRET": s.JWTSecret, "ADMIN_API_KEY": s.AdminAPIKey} {
			_, err := load(t, production(map[string]string{name: string(secret), "DATA_DIR": elsewhere}))
			if err == nil || !strings.HasPrefix(err.Error(), name+" was generated by the embedded mode") || strings.Contains(err.Error(), string(secret)) {
				t.Errorf("%s of the embedded mode as %s: %v", setting, name, err)
			}
		}
	}
}

func TestASecretOfAnEarlierReleaseIsKnownByItsFile(t *testing.T) {
	dir := t.TempDir()
	for name, file := range secretsOf() {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(secret+name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := load(t, production(map[string]string{name: secret + name, "DATA_DIR": dir}))
		if err == nil || !strings.HasPrefix(err.Error(), name+" was generated") {
			t.Errorf("%s: %v", name, err)
		}
	}
	mustLoad(t, production(map[string]string{"ADMIN_API_KEY": secret, "DATA_DIR": dir}))
}

func TestNothingIsGeneratedWhileSomethingIsWrong(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := load(t, map[string]string{"DATA_DIR": dir, "MAX_REQUESTS": "0"}); err == nil {
		t.Error("the settings are accepted")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("there is a data folder")
	}
}

// TestASecretThatIsALinkToNowhereIsRefused since it can be neither read nor made.
func TestASecretThatIsALinkToNowhereIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "secret")); err != nil {
		t.Fatal(err)
	}
	if _, err := load(t, map[string]string{"DATA_DIR": dir}); err == nil || !strings.Contains(err.Error(), "leads nowhere") {
		t.Errorf("got %v", err)
	}
}
