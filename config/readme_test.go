package config_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assent/config"
)

// documented is what README.md says of each setting's default.
func documented(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "\n| setting (or `NAME_FILE`: a file that holds it) | default |\n| --- | --- |\n")
	if !found {
		t.Fatal("README.md has no table of settings that speaks of NAME_FILE")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	defaults, name := map[string]string{}, regexp.MustCompile("`([A-Z_]+)`")
	for line := range strings.Lines(table) {
		cells := strings.SplitN(strings.ReplaceAll(line, `\|`, ""), "|", 4)
		if len(cells) != 4 {
			t.Fatalf("a line of the table has no two cells: %s", line)
		}
		for _, match := range name.FindAllStringSubmatch(cells[1], -1) {
			if _, twice := defaults[match[1]]; twice {
				t.Errorf("%s is in the table twice", match[1])
			}
			defaults[match[1]] = strings.TrimSpace(cells[2])
		}
	}
	return defaults
}

// TestTheReadmeTellsEverySettingAndItsDefault keeps to this form of the second cell: a
// default comes first, in backticks, and one that depends on the mode is followed by
// "in embedded mode". Where there is none it says "none" or speaks of the embedded
// mode. Settings that share a line have their defaults anywhere in it.
func TestTheReadmeTellsEverySettingAndItsDefault(t *testing.T) {
	told := documented(t)
	settings := reflect.TypeFor[config.Settings]()
	var names []string
	for i := range settings.NumField() {
		tag := settings.Field(i).Tag
		name := tag.Get("env")
		names = append(names, name)
		text, found := told[name]
		fallback, has := tag.Lookup("default")
		switch {
		case !found:
			t.Errorf("%s is not in the table", name)
		case has && !strings.HasPrefix(text, "`"+fallback+"`") && !shares(told, name, "`"+fallback+"`"):
			t.Errorf("%s is %s by default, and the table says %q", name, fallback, text)
		case !has && !strings.HasPrefix(text, "none") && !strings.Contains(text, "in embedded mode"):
			t.Errorf("%s has no default, and the table says %q", name, text)
		}
	}
	for name := range told {
		if !slices.Contains(names, name) {
			t.Errorf("%s is in the table and is no setting", name)
		}
	}
}

// shares reports whether the setting shares its line, and that holds the text.
func shares(told map[string]string, name, text string) bool {
	for other, line := range told {
		if other != name && line == told[name] {
			return strings.Contains(line, text)
		}
	}
	return false
}

func TestTheReadmeTellsWhatTheModeChooses(t *testing.T) {
	embeddedMode, productionMode := mustLoad(t, embedded(t, nil)), mustLoad(t, production(nil))
	inEmbedded, otherwise := regexp.MustCompile("^`([^`]+)` in embedded mode"), regexp.MustCompile("`([^`]+)` otherwise")
	checked := 0
	for name, text := range documented(t) {
		for _, mode := range []struct {
			says *regexp.Regexp
			in   config.Settings
		}{{inEmbedded, embeddedMode}, {otherwise, productionMode}} {
			match := mode.says.FindStringSubmatch(text)
			if match == nil {
				continue
			}
			checked++
			if got := line(t, mode.in, name).Value; got != match[1] {
				t.Errorf("%s is %s, and the table says %q", name, got, text)
			}
		}
	}
	if checked < 5 {
		t.Errorf("the table says it of %d only", checked)
	}
}

// TestTheNamesThatAreFixed are those that installations depend on.
func TestTheNamesThatAreFixed(t *testing.T) {
	told := documented(t)
	for _, name := range []string{
		"DATABASE_URL", "REDIS_URL", "REDIS_MODE", "SMTP_URL", "PUBLIC_URL", "LISTEN_ADDR", "DATA_DIR", "ASSENT_SECRET", "JWT_SECRET",
		"JWT_JWKS_URL", "JWT_ISSUER", "JWT_AUDIENCE", "ADMIN_API_KEY", "TRUSTED_PROXIES", "RATE_LIMITS",
	} {
		if _, found := told[name]; !found {
			t.Errorf("%s is gone", name)
		}
	}
}
