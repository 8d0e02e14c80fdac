package demo_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"
	"assent/demo"
	"assent/store"
	"assent/token"
)

func empty(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "assent.db"), store.Options{CacheFor: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func seeded(t *testing.T) *store.Store {
	t.Helper()
	s := empty(t)
	if done, err := demo.Seed(t.Context(), s); err != nil || !done {
		t.Fatal(done, err)
	}
	return s
}

func siteOf(t *testing.T, s *store.Store, slug string) consent.Site {
	t.Helper()
	site, err := s.Site(t.Context(), consent.SiteRef{Header: slug})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func TestTheSitesOfTheDemoShop(t *testing.T) {
	s := seeded(t)
	single, double := siteOf(t, s, "demo"), siteOf(t, s, "demo-double-opt-in")
	if single.OrganisationID != double.OrganisationID {
		t.Error("they belong to two organisations")
	}
	for _, f := range consent.Features() {
		if single.Has(f) != (f != consent.DoubleOptIn) || !double.Has(f) {
			t.Errorf("%s: demo %v, demo-double-opt-in %v", f, single.Has(f), double.Has(f))
		}
	}
	for _, site := range []consent.Site{single, double} {
		if site.OneTrustURL == "" || site.SenderEmail == "" || site.Name == "" {
			t.Errorf("%s lacks something to show: %+v", site.Slug, site)
		}
	}
}

func TestBothSitesOfferTheSameTwoTexts(t *testing.T) {
	s := seeded(t)
	texts := siteOf(t, s, demo.Site).Preferences
	if len(texts) != 2 || texts[0].Text == texts[1].Text {
		t.Errorf("got %+v", texts)
	}
	if !slices.Equal(texts, siteOf(t, s, demo.SiteDoubleOptIn).Preferences) {
		t.Error("the other site offers others")
	}
}

func TestTheIdentifiersAreTheSameInEveryInstallation(t *testing.T) {
	for _, slug := range []string{demo.Site, demo.SiteDoubleOptIn} {
		first, second := siteOf(t, seeded(t), slug), siteOf(t, seeded(t), slug)
		if first.ID != second.ID || !slices.Equal(first.Preferences, second.Preferences) {
			t.Errorf("%s differs", slug)
		}
	}
}

func TestTheCampaignsOfTheDemoShop(t *testing.T) {
	s := seeded(t)
	keys, err := token.NewKeys([]byte("a secret of thirty-two bytes...."))
	if err != nil {
		t.Fatal(err)
	}
	service := consent.NewService(s, keys, consent.Settings{ConfirmLifetime: time.Hour})
	tests := []struct {
		name, campaign string
		metadata       any
		want           consent.SignUpResult
		field          string
	}{
		{"the prize draw asks for nothing", "42", nil, consent.SignUpOK, ""},
		{"the prize draw takes nothing", "42", map[string]any{"barName": "x"}, "", "campaignMetadata.barName"},
		{"the bar needs a name", "43", nil, "", "campaignMetadata.barName"},
		{"the bar needs a name that is not empty", "43", map[string]any{"barName": ""}, "", "campaignMetadata.barName"},
		{"the bar has a name of one character", "43", map[string]any{"barName": "x"}, consent.SignUpOK, ""},
		{"the bar has a name of 80 characters", "43", map[string]any{"barName": strings.Repeat("é", 80)}, consent.SignUpOK, ""},
		{"the bar has no name of 81 characters", "43", map[string]any{"barName": strings.Repeat("é", 81)}, "", "campaignMetadata.barName"},
		{"the bar has no number for a name", "43", map[string]any{"barName": 1}, "", "campaignMetadata.barName"},
		{"the bar has nothing but a name", "43", map[string]any{"barName": "x", "street": "y"}, "", "campaignMetadata.street"},
		{"there is no other campaign", "44", nil, consent.SignUpNotFound, ""},
	}
	data, err := consent.NewAuditData("Enter me", "campaign", "/")
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, err := consent.ParseEmail("email", string(rune('a'+i))+"@example.com")
			if err != nil {
				t.Fatal(err)
			}
			for _, slug := range []string{demo.Site, demo.SiteDoubleOptIn} {
				got, err := service.EnterCampaign(t.Context(), siteOf(t, s, slug), consent.EntryRequest{
					Request: consent.Request{Actor: consent.Actor{Kind: consent.Visitor}, Data: data}, CampaignID: tt.campaign,
					Name: "Eve", Address: address, Metadata: tt.metadata,
				})
				if got != tt.want || fieldOf(err) != tt.field {
					t.Errorf("%s: got %q %v", slug, got, err)
				}
			}
		})
	}
}

func fieldOf(err error) string {
	var refused *consent.Error
	if errors.As(err, &refused) {
		return refused.Field
	}
	return ""
}

func TestTheShopIsDefinedOnlyWhereThereIsNothing(t *testing.T) {
	s := seeded(t)
	if again, err := demo.Seed(t.Context(), s); again || err != nil {
		t.Errorf("a second time: %v %v", again, err)
	}
	other := empty(t)
	theirs := backoffice.Organisation{ID: consent.OrganisationID{UUID: consent.NewEventID().UUID}, Name: "Another shop"}
	if _, err := other.CreateOrganisation(t.Context(), "another", theirs); err != nil {
		t.Fatal(err)
	}
	if done, err := demo.Seed(t.Context(), other); done || err != nil {
		t.Errorf("in a shop of somebody else: %v %v", done, err)
	}
	if _, err := other.Site(t.Context(), consent.SiteRef{Header: demo.Site}); !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("the demo site is there: %v", err)
	}
}

func TestADatabaseOfTheEmbeddedModeIsKnown(t *testing.T) {
	defined := empty(t)
	if err := demo.Define(t.Context(), defined, "another"); err != nil {
		t.Fatal(err)
	}
	fresh, err := store.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "assent.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	for name, tt := range map[string]struct {
		store *store.Store
		want  bool
	}{
		"seeded": {seeded(t), true}, "empty": {empty(t), false}, "without tables": {fresh, false}, "with a shop just like it": {defined, false},
	} {
		if got, err := demo.Seeded(t.Context(), tt.store); err != nil || got != tt.want {
			t.Errorf("%s: %t %v", name, got, err)
		}
	}
}
