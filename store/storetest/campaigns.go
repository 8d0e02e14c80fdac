package storetest

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"
	"assent/store"
)

func campaignScenarios() []scenario {
	return []scenario{
		{"a campaign comes back as it was defined", each(campaignKept)},
		{"a campaign is found at its own site only", each(campaignUnknown)},
	}
}

func campaignKept(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	timed := consent.Campaign{
		ID: "42", Site: s.site.ID, Name: "Name the bar", OpensAt: noon(), ClosesAt: noon().Add(time.Microsecond),
		MetadataSchema: `{"type": "object"}`,
	}
	define(t, s.store.CreateCampaign, backoffice.Campaign{
		ID: timed.ID, SiteID: timed.Site, Name: timed.Name, OpensAt: &timed.OpensAt, ClosesAt: &timed.ClosesAt,
		MetadataSchema: json.RawMessage(timed.MetadataSchema),
	})
	for _, want := range []consent.Campaign{s.campaign, timed} {
		for range 2 { // read, then remembered
			got, err := s.store.Campaign(t.Context(), s.site.ID, want.ID)
			must(t, err)
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
	}
}

func campaignUnknown(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	second := newSite(s.site.OrganisationID, "second")
	define(t, s.store.CreateSite, second)
	for name, ask := range map[string]struct {
		site consent.SiteID
		id   string
	}{
		"another id":                    {s.site.ID, "no-such-campaign"},
		"another site":                  {second.ID, s.campaign.ID},
		"a NUL, which no text may have": {s.site.ID, s.campaign.ID + "\x00"},
		"no valid text":                 {s.site.ID, "\xff"},
	} {
		if got, err := s.store.Campaign(t.Context(), ask.site, ask.id); !errors.Is(err, consent.ErrNotFound) {
			t.Errorf("%s: got %+v and %v, want %v", name, got, err, consent.ErrNotFound)
		}
	}
}
