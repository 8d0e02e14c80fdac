package storetest

import (
	"testing"
	"time"

	"assent/consent"
	"assent/store"
)

func timeScenarios() []scenario {
	return []scenario{
		{"times are kept in UTC to the microsecond, whatever the zone of clock and server", each(timesAreUTC)},
		{"answers keep their order when clocks do not", each(timesAreOrdered)},
	}
}

func timesAreUTC(t *testing.T, databaseURL string) {
	calcutta := time.FixedZone("Calcutta", 5*3600+1800)
	at := time.Date(2026, 10, 25, 1, 30, 0, 123_456_789, calcutta)
	s := newShop(t, databaseURL, store.Options{Now: func() time.Time { return at }})
	if onServer(databaseURL) {
		s.store = openStore(t, databaseURL+"&timezone=Asia/Kolkata", store.Options{Now: func() time.Time { return at }})
	}
	c := s.anyone()
	var told time.Time
	decide := s.choose(c, true)
	s.update(t, c.ID, func(st consent.State, now time.Time) (consent.Change, error) {
		told = now
		return decide(st, now)
	})
	want := time.Date(2026, 10, 24, 20, 0, 0, 123_456_000, time.UTC)
	kept := s.state(t, c.ID).Consents[consent.Scope{Site: s.site.ID, Purpose: consent.Email.Purpose()}].At
	if told != want || kept != want {
		t.Errorf("the decision was told %v and %v was kept, want %v", told, kept, want)
	}
}

// timesAreOrdered is what a second process with a slow clock must not spoil.
func timesAreOrdered(t *testing.T, databaseURL string) {
	clock, slow := &manual{}, &manual{}
	slow.advance(-time.Hour)
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	second := openStore(t, databaseURL, store.Options{Now: slow.now})
	c := s.anyone()
	for range 3 {
		s.update(t, c.ID, s.toggle(c))
		must(t, second.Update(t.Context(), c.ID, s.toggle(c)))
	}
	s.wantAlternating(t, c, 6)
	CheckFold(t, s.db)
}
