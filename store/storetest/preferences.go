package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"assent/consent"
	"assent/store"
)

func preferenceScenarios() []scenario {
	return []scenario{
		{"a site offers the texts of its organisation, less and more what was set for it", each(preferencesOffered)},
		{"texts come in the order they were defined, in their current wording", each(preferencesOrdered)},
		{"what was asked can be read as it was worded then, whatever became of it", each(preferencesAsAsked)},
		{"the last wordings of a text are listed, newest first, whatever became of it", each(preferencesWordings)},
	}
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
	second := define(t, s.store.CreateSite, newSite(s.site.OrganisationID, "second"))
	stranger := newSite(define(t, s.store.CreateOrganisation, newOrganisation("Stranger")).ID, "stranger")
	define(t, s.store.CreateSite, stranger)

	everywhere := s.text(t, s.site.OrganisationID, "everywhere", consent.SiteID{})
	here := s.text(t, s.site.OrganisationID, "here", s.site.ID)
	deleted := s.text(t, s.site.OrganisationID, "deleted", consent.SiteID{})
	s.text(t, stranger.OrganisationID, "strange", s.site.ID)
	must(t, s.store.DeletePreference(t.Context(), editor, deleted))
	wantTexts(t, s.store, s.site.ID, "everywhere", "here")
	wantTexts(t, s.store, second.ID, "everywhere")
	wantTexts(t, s.store, stranger.ID)

	s.offer(t, s.site.ID, everywhere, false)
	s.offer(t, second.ID, here, true)
	wantTexts(t, s.store, s.site.ID, "here")
	wantTexts(t, s.store, second.ID, "everywhere", "here")

	s.offer(t, s.site.ID, everywhere, true)
	s.offer(t, second.ID, here, false)
	third := define(t, s.store.CreateSite, newSite(s.site.OrganisationID, "third"))
	wantTexts(t, s.store, s.site.ID, "everywhere", "here")
	wantTexts(t, s.store, second.ID, "everywhere")
	wantTexts(t, s.store, third.ID, "everywhere")
}

func preferencesOrdered(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now, CacheFor: -1})
	first := s.text(t, s.site.OrganisationID, "first", consent.SiteID{})
	s.text(t, s.site.OrganisationID, "second", s.site.ID)
	third := s.text(t, s.site.OrganisationID, "third", consent.SiteID{})
	s.text(t, s.site.OrganisationID, "fourth", s.site.ID)
	wantTexts(t, s.store, s.site.ID, "first", "second", "third", "fourth")
	s.reword(t, third, "third, reworded")
	s.offer(t, s.site.ID, first, false)
	s.offer(t, s.site.ID, first, true)
	wantTexts(t, s.store, s.site.ID, "first", "second", "third, reworded", "fourth")
	site, err := s.store.SiteByID(t.Context(), s.site.ID)
	must(t, err)
	if p, ok := site.Text(third); !ok || p.Version != 2 {
		t.Errorf("got %+v, want version 2 of it", p)
	}
}

func preferencesAsAsked(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	id := s.text(t, s.site.OrganisationID, "as first worded", consent.SiteID{})
	s.reword(t, id, "reworded")
	must(t, s.store.DeletePreference(t.Context(), editor, id))
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

func preferencesWordings(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	id := s.text(t, s.site.OrganisationID, "wording 1", consent.SiteID{})
	const versions = consent.MaxWordings + 2
	for n := 2; n <= versions; n++ {
		s.reword(t, id, fmt.Sprintf("wording %d", n))
	}
	must(t, s.store.DeletePreference(t.Context(), editor, id))
	for current, oldest := range map[int]int{1: 1, 2: 1, consent.MaxWordings: 1, versions: 3} {
		var want []consent.Wording
		for n := current; n >= oldest; n-- {
			want = append(want, consent.Wording{Version: n, Text: fmt.Sprintf("wording %d", n)})
		}
		for range 2 { // read, then remembered
			got, err := s.store.Wordings(t.Context(), id, current)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("up to version %d: %v, %v, want %v", current, got, err, want)
			}
		}
	}
}
