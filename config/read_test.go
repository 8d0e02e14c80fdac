package config_test

import (
	"os"
	"reflect"
	"testing"

	"assent/config"

	"github.com/alecthomas/kong"
)

// secret is long enough for every setting that has to be.
const secret = "hunter2-hunter2-hunter2-hunter2!"

// production are settings that are complete outside embedded mode.
func production(change map[string]string) map[string]string {
	env := map[string]string{
		"DATABASE_URL": "postgres://assent:" + secret + "@db/assent", "PUBLIC_URL": "https://consent.example",
		"ASSENT_SECRET": secret, "JWT_SECRET": secret,
	}
	for name, value := range change {
		env[name] = value
	}
	return env
}

// embedded are settings of an embedded mode with a folder of its own.
func embedded(t *testing.T, change map[string]string) map[string]string {
	env := map[string]string{"DATA_DIR": t.TempDir()}
	for name, value := range change {
		env[name] = value
	}
	return env
}

// load reads settings as the program does from an environment with nothing else
// in it. An empty value is a variable that is set to nothing.
func load(t *testing.T, env map[string]string) (config.Settings, error) {
	t.Helper()
	settings := reflect.TypeFor[config.Settings]()
	for i := range settings.NumField() {
		name := settings.Field(i).Tag.Get("env")
		unset(t, name)
		unset(t, name+"_FILE")
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	var s config.Settings
	unread, err := config.ReadEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(&s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(nil); err != nil {
		t.Fatal(err)
	}
	if err := unread.Join(s.Check()...); err != nil {
		return s, err
	}
	err = s.Generate()
	return s, err
}

// unset lasts until the end of the test.
func unset(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "")
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}

func mustLoad(t *testing.T, env map[string]string) config.Settings {
	t.Helper()
	s, err := load(t, env)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
