package backoffice_test

import (
	"errors"
	"testing"

	"assent/backoffice"
	"assent/consent"
)

// Whoever had the service's own host would get every request that names no site.
func TestOnlyAKeyForAllMayClaimTheHostOfTheService(t *testing.T) {
	claim := func(s *backoffice.Site) { s.Domains = []string{"tea.example", "Assent.example."} }
	m := stocked()
	_, err := m.service().UpdateSite(t.Context(), owner, teaUK, claim)
	wantFaults(t, err, "domains[1]")
	site := backoffice.Site{OrganisationID: tea, Slug: "new", Name: "New"}
	claim(&site)
	_, err = m.service().CreateSite(t.Context(), owner, site)
	wantFaults(t, err, "domains[1]")
	if _, err := m.service().UpdateSite(t.Context(), global, teaUK, claim); err != nil {
		t.Errorf("a key for all organisations is refused: %v", err)
	}
	_, err = m.service().UpdateSite(t.Context(), owner, teaUK, func(s *backoffice.Site) { s.Name = "Renamed" })
	if err != nil {
		t.Errorf("then the site cannot be changed by its own organisation: %v", err)
	}
}

func TestNobodyIsNoFilterForAll(t *testing.T) {
	nobody := consent.OrganisationID{}
	page := backoffice.Page{Limit: 10}
	sites, err := stocked().service().Sites(t.Context(), global, &nobody, page)
	texts, alsoErr := stocked().service().Preferences(t.Context(), global, &nobody, page)
	if err := errors.Join(err, alsoErr); err != nil || len(sites.Items)+len(texts.Items) > 0 {
		t.Errorf("the zero organisation has %d sites and %d texts, %v", len(sites.Items), len(texts.Items), err)
	}
}

func TestTextSaysSomethingReadable(t *testing.T) {
	for text, may := range map[string]bool{
		"I want offers": true, "✓": true, "日本": true, "\u200b": false, "\u00a0\u2003": false, "\u2060\ufeff": false, "cut \ufffd off": false,
	} {
		err := backoffice.Preference{Text: text}.Check()
		if (err == nil) != may {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestALocaleIsALanguageTag(t *testing.T) {
	for locale, may := range map[string]bool{"": true, "en": true, "de-AT": true, "zh-Hant-TW": true, "en_US": false, "english!": false} {
		site := backoffice.Site{Slug: "tea", Name: "Tea", Locale: locale}
		if err := site.Check(); (err == nil) != may {
			t.Errorf("%q: %v", locale, err)
		}
	}
}
