package mail

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// blocks returns what a file defines, by name.
func blocks(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := fs.ReadFile(templateFiles, file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, define := range regexp.MustCompile(`(?m)^\{\{define "(\w+)"}}(.*)\{\{end}}$`).FindAllStringSubmatch(string(text), -1) {
		found[define[1]] = define[2]
	}
	return found
}

func TestEveryLocaleSaysAllThatEnglishSays(t *testing.T) {
	files, err := fs.Glob(templateFiles, "templates/en/*.tmpl")
	if err != nil || len(files) != len(kinds)+1 { // and the common words
		t.Fatalf("English has the files %v, %v", files, err)
	}
	for locale := range renderer(t).locales {
		for _, file := range files {
			file := strings.Replace(file, "/en/", "/"+locale+"/", 1)
			translated := blocks(t, file)
			for name := range blocks(t, strings.Replace(file, "/"+locale+"/", "/en/", 1)) {
				if strings.TrimSpace(translated[name]) == "" {
					t.Errorf("%s: %q is missing", file, name)
				}
			}
		}
	}
}

func TestWordsNeedNoEscapingInHTML(t *testing.T) {
	files, err := fs.Glob(templateFiles, "templates/*/*.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for name, words := range blocks(t, file) {
			if strings.ContainsAny(words, `<>&'`) {
				t.Errorf("%s: %q holds a character that HTML reads otherwise, or a straight apostrophe", file, name)
			}
		}
	}
}

func TestFrenchSignsStayOnTheLineOfTheirWord(t *testing.T) {
	files, err := fs.Glob(templateFiles, "templates/fr/*.tmpl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	unglued := regexp.MustCompile(`[^\x{a0}][?:!;]`) // a no-break space belongs there
	for _, file := range files {
		for name, words := range blocks(t, file) {
			if unglued.MatchString(words) {
				t.Errorf("%s: %q breaks before a sign: %s", file, name, words)
			}
		}
	}
}

func TestLocalesOnOffer(t *testing.T) {
	r := renderer(t)
	for _, locale := range []string{"de", "en", "es", "fr"} {
		if len(r.locales[locale]) != len(kinds) {
			t.Errorf("%s has %d kinds of mail", locale, len(r.locales[locale]))
		}
	}
	for locale := range r.locales {
		if locale != strings.ToLower(locale) {
			t.Errorf("the folder %q must be in lower case to be found", locale)
		}
	}
}
