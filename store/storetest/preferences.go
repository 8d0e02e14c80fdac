package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func preferenceScenarios() []scenario {
	return []scenario{
		{"a site offers the texts of its organisation, less and more what was set for it", each(preferencesOffered)},
		{"texts come in the order they were defined, in their current wording", each(preferencesOrdered)},
		{"what was asked can be read as it was worded then, whatever became of it", each(preferencesAsAsked)},
	}
}

func (s *shop) define(t testing.TB, org consent.OrganisationID, text string, onlyAt consent.SiteID) consent.PreferenceID {
	t.Helper()
	id := consent.PreferenceID{UUID: uuid.New()}
	must(t, s.store.CreatePreference(t.Context(), store.NewPreference{ID: id, OrganisationID: org, Text: text, OnlyAt: onlyAt}))
	return id
}

// set enables or disables a text at a site, as the back office does.
func (s *shop) set(t testing.TB, site consent.SiteID, id consent.PreferenceID, enabled bool) {
	t.Helper()
	s.db.MustExecContext(t.Context(), `INSERT INTO site_preference (site_id, preference_id, enabled) VALUES ($1, $2, $3)
ON CONFLICT (site_id, preference_id) DO UPDATE SET enabled = excluded.enabled`, site, id, enabled)
}

func wantTexts(t testing.TB, s *store.Store, site consent.SiteID, want ...string) {
	t.Helper()
	found, err := s.SiteByID(t.Context(), site)
	must(t, err)
	var got []string
	for _, p := range found.Preferences {
		got = append(got, p.Text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("texts %q, want %q", got, want)
	}
}

func preferencesOffered(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now, CacheFor: -1})
	second := newSite(s.site.OrganisationID, "second")
	must(t, s.store.CreateSite(t.Context(), second))
	stranger := newSite(consent.OrganisationID{UUID: uuid.New()}, "stranger")
	must(t, s.store.CreateOrganisation(t.Context(), store.Organisation{ID: stranger.OrganisationID, Name: "Stranger"}))
	must(t, s.store.CreateSite(t.Context(), stranger))

	everywhere := s.define(t, s.site.OrganisationID, "everywhere", consent.SiteID{})
	here := s.define(t, s.site.OrganisationID, "here", s.site.ID)
	deleted := s.define(t, s.site.OrganisationID, "deleted", consent.SiteID{})
	s.define(t, stranger.OrganisationID, "strange", s.site.ID)
	s.db.MustExecContext(t.Context(), `UPDATE preference SET deleted_at = created_at WHERE id = $1`, deleted)
	wantTexts(t, s.store, s.site.ID, "everywhere", "here")
	wantTexts(t, s.store, second.ID, "everywhere")
	wantTexts(t, s.store, stranger.ID)

	s.set(t, s.site.ID, everywhere, false)
	s.set(t, second.ID, here, true)
	wantTexts(t, s.store, s.site.ID, "here")
	wantTexts(t, s.store, second.ID, "everywhere", "here")

	s.set(t, s.site.ID, everywhere, true)
	s.set(t, second.ID, here, false)
	third := newSite(s.site.OrganisationID, "third")
	must(t, s.store.CreateSite(t.Context(), third))
	wantTexts(t, s.store, s.site.ID, "everywhere", "here")
	wantTexts(t, s.store, second.ID, "everywhere")
	wantTexts(t, s.store, third.ID, "everywhere")
}

func preferencesOrdered(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now, CacheFor: -1})
	var ids []consent.PreferenceID
	texts := []string{"first", "second", "third", "fourth"}
	for _, text := range texts {
		ids = append(ids, s.define(t, s.site.OrganisationID, text, consent.SiteID{}))
	}
	wantTexts(t, s.store, s.site.ID, texts...)
	s.db.MustExecContext(t.Context(), `INSERT INTO preference_version (preference_id, version, text, created_at)
VALUES ($1, 2, 'second, reworded', $2)`, ids[1], store.Time{Time: time.Now()})
	s.db.MustExecContext(t.Context(), `UPDATE preference SET version = 2 WHERE id = $1`, ids[1])
	wantTexts(t, s.store, s.site.ID, "first", "second, reworded", "third", "fourth")
	site, err := s.store.SiteByID(t.Context(), s.site.ID)
	must(t, err)
	if p, ok := site.Text(ids[1]); !ok || p.Version != 2 {
		t.Errorf("got %+v, want version 2 of it", p)
	}
}

func preferencesAsAsked(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	id := s.define(t, s.site.OrganisationID, "as first worded", consent.SiteID{})
	s.db.MustExecContext(t.Context(), `INSERT INTO preference_version (preference_id, version, text, created_at)
VALUES ($1, 2, 'reworded', $2)`, id, store.Time{Time: time.Now()})
	s.db.MustExecContext(t.Context(), `UPDATE preference SET version = 2, deleted_at = created_at WHERE id = $1`, id)
	asked := func(version int) []consent.Asked {
		return []consent.Asked{{Purpose: consent.Email.Purpose()}, {Purpose: id.Purpose(), Version: version}}
	}
	for version, want := range map[int]string{1: "as first worded", 2: "reworded"} {
		texts, err := s.store.PreferenceTexts(t.Context(), asked(version))
		if err != nil || !slices.Equal(texts, []string{want}) {
			t.Errorf("version %d reads %q, %v", version, texts, err)
		}
	}
	if texts, err := s.store.PreferenceTexts(t.Context(), asked(3)); !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("a version there never was reads %q, %v", texts, err)
	}
}
