package storetest

import (
	"fmt"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"
	"assent/store"
)

func editScenarios() []scenario {
	return []scenario{
		{"a change is seen at once by its process, and by another when what it remembers is too old", each(editsSeen)},
		{"two processes change one thing at once without losing a change", each(editsCompete)},
		{"two processes define the same at once and one is told so", each(editsCollide)},
		{"a change of the back office is no update of a contact, so both happen", each(editsAndUpdates)},
	}
}

// editsSeen asks both processes before each change, so that they remember.
func editsSeen(t *testing.T, databaseURL string) {
	clock := &manual{}
	options := store.Options{Now: clock.now, CacheFor: time.Minute}
	s := newShop(t, databaseURL, options)
	other := openStore(t, databaseURL, options)
	ctx, site, org := t.Context(), s.site.ID, s.site.OrganisationID
	text := s.text(t, org, "text", consent.SiteID{})
	for _, test := range []struct {
		name   string
		seen   func(s *store.Store) string
		change func() error
	}{
		{"the name of a site", func(s *store.Store) string {
			site, err := s.SiteByID(ctx, site)
			return fmt.Sprint(site.Name, err)
		}, func() error {
			return errorOf(s.store.UpdateSite(ctx, editor, site, func(s *backoffice.Site) error { s.Name = "Renamed"; return nil }))
		}},
		{"the domains of a site", func(s *store.Store) string {
			site, err := s.Site(ctx, consent.SiteRef{Host: "shop.example", Fallback: "none"})
			return fmt.Sprint(site.Name, err != nil)
		}, func() error {
			return errorOf(s.store.UpdateSite(ctx, editor, site, func(s *backoffice.Site) error { s.Domains = nil; return nil }))
		}},
		{"a wording at a site", func(s *store.Store) string {
			site, err := s.SiteByID(ctx, site)
			return fmt.Sprint(site.Preferences, err)
		}, func() error { return errorOf(s.store.RewordPreference(ctx, editor, text, "reworded")) }},
		{"what a site offers", func(s *store.Store) string {
			site, err := s.SiteByID(ctx, site)
			return fmt.Sprint(site.Preferences, err)
		}, func() error { return s.store.OfferPreference(ctx, editor, site, text, false) }},
		{"the public list", func(s *store.Store) string {
			things, err := s.ListPublicPreferences(ctx, org, backoffice.Page{Limit: 10})
			return fmt.Sprint(things, err)
		}, func() error { return errorOf(s.store.CreatePreference(ctx, editor, newText(org, "more"), site)) }},
		{"a campaign", func(s *store.Store) string {
			campaign, err := s.Campaign(ctx, site, "prize-draw")
			return fmt.Sprint(campaign, err)
		}, func() error {
			return errorOf(s.store.UpdateCampaign(ctx, editor, site, s.campaign.ID, func(c *backoffice.Campaign) error { c.ClosesAt = new(noon()); return nil }))
		}},
	} {
		before := test.seen(other)
		if mine := test.seen(s.store); mine != before {
			t.Errorf("%s: %s and %s are seen, want the same", test.name, mine, before)
		}
		must(t, test.change())
		after := test.seen(s.store)
		if after == before {
			t.Errorf("%s: its process still sees %s", test.name, after)
		}
		clock.advance(time.Minute)
		if seen := test.seen(other); seen != after {
			t.Errorf("%s: another process sees %s after a minute, want %s", test.name, seen, after)
		}
	}
}

func editsCompete(t *testing.T, databaseURL string) {
	const calls = 40
	s := newShop(t, databaseURL, store.Options{})
	processes := []*store.Store{s.store, openStore(t, databaseURL, store.Options{})}
	text := s.text(t, s.site.OrganisationID, "as first worded", consent.SiteID{})
	together(t, calls, func(i int) error {
		if i%4 < 2 {
			return errorOf(processes[i%2].RewordPreference(t.Context(), editor, text, fmt.Sprintf("wording %d", i)))
		}
		return errorOf(processes[i%2].UpdateSite(t.Context(), editor, s.site.ID, func(s *backoffice.Site) error {
			s.Name += "+"
			s.Domains = append(s.Domains, fmt.Sprintf("%d.example", i))
			return nil
		}))
	})
	site, err := s.store.FindSite(t.Context(), s.site.ID)
	if err != nil || len(site.Name) != len(s.settings.Name)+calls/2 || len(site.Domains) != 1+calls/2 {
		t.Errorf("%q with %d domains, %v, want each of %d changes", site.Name, len(site.Domains), err, calls/2)
	}
	wordings, err := s.store.Wordings(t.Context(), text, calls)
	if err != nil || len(wordings) != consent.MaxWordings || wordings[0].Version != 1+calls/2 {
		t.Errorf("%v, %v, want each of %d", wordings, err, calls/2)
	}
	s.wantUnbroken(t)
}

// wantUnbroken checks that each line of the log starts from what the one before it
// on the same thing ended with.
func (s *shop) wantUnbroken(t testing.TB) {
	t.Helper()
	last := map[string]string{}
	var lines []adminRecord
	must(t, s.db.SelectContext(t.Context(), &lines, `SELECT at, subject, subject_id, before_state, after_state FROM admin_record
WHERE subject = 'site' ORDER BY length(after_state)`)) // it grows with every change
	for _, line := range lines {
		if line.Before != last[line.SubjectID] {
			t.Errorf("a line starts from %s, want %s", line.Before, last[line.SubjectID])
		}
		last[line.SubjectID] = line.After
	}
}

func editsCollide(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	processes := []*store.Store{s.store, openStore(t, databaseURL, store.Options{})}
	errs := make([]error, 10)
	together(t, len(errs), func(i int) error {
		site := newSite(s.site.OrganisationID, "wanted")
		site.Domains = []string{"wanted.example"}
		_, errs[i] = processes[i%2].CreateSite(t.Context(), editor, site)
		return nil
	})
	created := 0
	for _, err := range errs {
		switch {
		case err == nil:
			created++
		case err.Error() != backoffice.Taken("slug").Error():
			t.Errorf("got %v, want %v", err, backoffice.Taken("slug"))
		}
	}
	lines := number(t, s.db, `SELECT count(*) FROM admin_record WHERE subject = 'site'`)
	if created != 1 || lines != 2 {
		t.Errorf("%d were created and %d lines are there, want 1 and, with the shop's, 2", created, lines)
	}
}

func editsAndUpdates(t *testing.T, databaseURL string) {
	const calls = 60
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	together(t, calls, func(i int) error {
		if i%2 == 0 {
			return s.store.Update(t.Context(), c.ID, s.toggle(c))
		}
		return errorOf(s.store.CreatePreference(t.Context(), editor, newText(s.site.OrganisationID, "text"), consent.SiteID{}))
	})
	s.wantAlternating(t, c, calls/2)
	if n := number(t, s.db, `SELECT count(*) FROM preference`); n != calls/2 {
		t.Errorf("%d texts, want %d", n, calls/2)
	}
}
