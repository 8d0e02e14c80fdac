package web

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"text/template"
	"time"

	"assent/consent"
	"assent/locale"
)

//go:embed landing/words landing/*.html landing/landing.css
var landingFiles embed.FS

// landingWords are the words of one locale: plain text, which becomes both a page and the evidence of what it said.
type landingWords struct {
	locale string
	texts  *template.Template
}

// landingLocales holds the words of every locale, by its name.
type landingLocales map[string]landingWords

// loadLandingWords reads one folder for each locale.
func loadLandingWords() (landingLocales, error) {
	folders, err := fs.ReadDir(landingFiles, "landing/words")
	if err != nil {
		return nil, fmt.Errorf("listing locales: %w", err)
	}
	locales := landingLocales{}
	for _, folder := range folders {
		name := folder.Name()
		texts, err := template.ParseFS(landingFiles, "landing/words/"+name+"/*.tmpl")
		if err != nil {
			return nil, fmt.Errorf("reading the words of locale %s: %w", name, err)
		}
		locales[name] = landingWords{name, texts}
	}
	return locales, nil
}

// nearest picks the locale asked for, else that of the site, else the best for the visitor's browser.
func (l landingLocales) nearest(r *http.Request, asked string, site consent.Site) landingWords {
	wanted := append([]string{asked, site.Locale}, locale.Accepted(r.Header.Get("Accept-Language"))...)
	return l[locale.Nearest(l.names(), wanted...)]
}

func (l landingLocales) names() []string { return slices.Sorted(maps.Keys(l)) }

// landingSubject is what the words are about.
type landingSubject struct {
	Site string
	SMS  bool          // text messages, not e-mails
	Wait time.Duration // until the visitor may try again
}

// Minutes is how long the visitor has to wait, rounded up.
func (s landingSubject) Minutes() int { return int((s.Wait + time.Minute - 1) / time.Minute) }

// Hours is the same in hours.
func (s landingSubject) Hours() int { return int((s.Wait + time.Hour - 1) / time.Hour) }

func (w landingWords) has(name string) bool { return w.texts.Lookup(name) != nil }

func (w landingWords) say(name string, about landingSubject) (string, error) {
	var said strings.Builder
	if err := w.texts.ExecuteTemplate(&said, name, about); err != nil {
		return "", fmt.Errorf("saying %s in locale %s: %w", name, w.locale, err)
	}
	return strings.TrimSpace(said.String()), nil
}
