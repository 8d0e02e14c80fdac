package storetest

import (
	"slices"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func listScenarios() []scenario {
	return []scenario{
		{"every list is gone through once and in order, also while it grows", each(listsPaged)},
		{"a list shows what is an organisation's own", each(listsOwn)},
		{"a cursor from nowhere is a place in the list", each(listsAnywhere)},
		{"the public list is the organisation's texts and nothing else", each(listPublic)},
		{"the texts on offer at a site are those its visitors see", each(listOffered)},
	}
}

// listsPaged moves the clock for every third thing only, so that many were created
// at the same time.
func listsPaged(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now, CacheFor: -1})
	for name, list := range s.listings(t) {
		for i := range 10 {
			clock.advance(time.Duration(i%3/2) * time.Second)
			must(t, list.add())
		}
		t.Run(name, func(t *testing.T) {
			all, err := list.read(backoffice.Page{Limit: 100})
			must(t, err)
			if len(all) < 10 || !slices.IsSortedFunc(all, compareCursors) {
				t.Errorf("it is %v, want all in order", all)
			}
			for limit := 1; limit <= 4; limit++ {
				wantWalk(t, list, limit, all, func() {})
			}
			wantWalk(t, list, 3, all, func() {
				clock.advance(time.Second)
				must(t, list.add())
			})
		})
	}
}

// wantWalk goes through a list page by page. What is added meanwhile may be seen or
// not, but nothing else is missed or seen twice.
func wantWalk(t *testing.T, list listing, limit int, want []backoffice.Cursor, meanwhile func()) {
	t.Helper()
	var seen []backoffice.Cursor
	var after backoffice.Cursor
	for range 3 * len(want) {
		page, err := list.read(backoffice.Page{Limit: limit, After: after})
		must(t, err)
		if seen = append(seen, page...); len(page) < limit {
			break
		}
		if after = page[limit-1]; len(seen) < len(want) {
			meanwhile()
		}
	}
	if !slices.IsSortedFunc(seen, compareCursors) || len(slices.CompactFunc(slices.Clone(seen), sameCursor)) < len(seen) {
		t.Errorf("%d at a time: %v is not in order, each once", limit, seen)
	}
	for _, c := range want {
		if !slices.ContainsFunc(seen, func(s backoffice.Cursor) bool { return sameCursor(s, c) }) {
			t.Errorf("%d at a time: %v was missed", limit, c)
		}
	}
}

func sameCursor(a, b backoffice.Cursor) bool { return compareCursors(a, b) == 0 }

func listsOwn(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now, CacheFor: -1})
	ours := s.listings(t)
	theirs := define(t, s.store.CreateOrganisation, newOrganisation("Theirs")).ID
	site := define(t, s.store.CreateSite, newSite(theirs, "theirs")).ID
	for name, list := range ours {
		if name == "organisations" {
			continue // everybody's, here
		}
		before, err := list.read(backoffice.Page{Limit: 100})
		must(t, err)
		s.text(t, theirs, "their text", consent.SiteID{})
		s.text(t, theirs, "their text", site)
		define(t, s.store.CreateCampaign, backoffice.Campaign{ID: uuid.NewString(), SiteID: site, Name: "Their campaign"})
		s.key(t, newKey(theirs), newHash())
		s.key(t, newKey(consent.OrganisationID{}), newHash())
		s.keep(t, s.anyone(), consent.Account{CustomerID: "1", Site: site})
		s.keep(t, s.anyone(), consent.Account{Site: s.site.ID}) // its customer id was never told
		after, err := list.read(backoffice.Page{Limit: 100})
		if err != nil || !slices.EqualFunc(before, after, sameCursor) {
			t.Errorf("%s: %v, %v, want %v", name, after, err, before)
		}
	}
	own, err := s.store.ListOrganisations(t.Context(), theirs, backoffice.Page{Limit: 10})
	if err != nil || len(own) != 1 || own[0].ID != theirs {
		t.Errorf("the organisations are %v, %v, want their own", own, err)
	}
}

func listsAnywhere(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{CacheFor: -1})
	for name, list := range s.listings(t) {
		must(t, list.add())
		for _, at := range []time.Time{{}, time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -86_000))} {
			for _, id := range []uuid.UUID{uuid.Nil, uuid.Max} {
				if _, err := list.read(backoffice.Page{Limit: 1, After: backoffice.Cursor{At: at, ID: id, Name: "~"}}); err != nil {
					t.Errorf("%s: after %v and %v: %v", name, at, id, err)
				}
			}
		}
	}
}

func listPublic(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	page := backoffice.Page{Limit: 10}
	want := func(texts ...string) {
		t.Helper()
		for range 2 { // read, then remembered
			things, err := s.store.ListPublicPreferences(t.Context(), s.site.OrganisationID, page)
			same(t, "the public list", wordsOf(things), texts, err)
		}
	}
	want()
	everywhere := s.text(t, s.site.OrganisationID, "everywhere", consent.SiteID{})
	want("everywhere")
	s.text(t, s.site.OrganisationID, "here", s.site.ID)
	s.reword(t, everywhere, "reworded")
	want("reworded", "here")
	page.Limit = 1
	want("reworded")
	page.Limit = 10
	must(t, s.store.DeletePreference(t.Context(), editor, everywhere))
	want("here")
}

func listOffered(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	other := define(t, s.store.CreateSite, newSite(s.site.OrganisationID, "other"))
	want := func(texts ...string) {
		t.Helper()
		wantTexts(t, s.store, s.site.ID, texts...)
		things, err := s.store.ListOffered(t.Context(), s.site.ID, backoffice.Page{Limit: 10})
		same(t, "the list", wordsOf(things), texts, err)
	}
	s.text(t, s.site.OrganisationID, "elsewhere", other.ID)
	first := s.text(t, s.site.OrganisationID, "first", consent.SiteID{})
	s.text(t, s.site.OrganisationID, "second", s.site.ID)
	third := s.text(t, s.site.OrganisationID, "third", consent.SiteID{})
	want("first", "second", "third")
	s.offer(t, s.site.ID, first, false)
	s.offer(t, other.ID, third, false)
	want("second", "third")
	s.offer(t, s.site.ID, first, true) // now said twice: everywhere and here
	want("first", "second", "third")
	must(t, s.store.DeletePreference(t.Context(), editor, first))
	want("second", "third")
	if n := number(t, s.db, `SELECT count(*) FROM site_preference WHERE preference_id = $1`, first); n != 0 {
		t.Errorf("%d sites still say something of a deleted text", n)
	}
}

func wordsOf(things []backoffice.Preference) []string {
	var words []string
	for _, p := range things {
		words = append(words, p.Text)
	}
	return words
}
