package backoffice_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
)

// lists are what a caller sees of each list, by a name of each item.
func lists(ctx context.Context, s *backoffice.Service, by auth.APIKey, of *consent.OrganisationID) (map[string][]string, error) {
	page := backoffice.Page{Limit: 10}
	organisations, err1 := s.Organisations(ctx, by, page)
	sites, err2 := s.Sites(ctx, by, of, page)
	texts, err3 := s.Preferences(ctx, by, of, page)
	campaigns, err4 := s.Campaigns(ctx, by, nil, page)
	keys, err5 := s.APIKeys(ctx, by, page)
	return map[string][]string{
		"organisations": names(organisations, func(o backoffice.Organisation) string { return o.Name }),
		"sites":         names(sites, func(s backoffice.Site) string { return s.Slug }),
		"texts":         names(texts, func(p backoffice.Preference) string { return p.Text }),
		"campaigns":     names(campaigns, func(c backoffice.Campaign) string { return c.ID }),
		"keys":          names(keys, func(k backoffice.APIKey) string { return k.Name }),
	}, errors.Join(err1, err2, err3, err4, err5)
}

func names[T any](l backoffice.List[T], name func(T) string) []string {
	var names []string
	for _, item := range l.Items {
		names = append(names, name(item))
	}
	return names
}

func TestListsHoldWhatTheCallerMaySee(t *testing.T) {
	for _, tt := range []struct {
		name string
		by   auth.APIKey
		of   *consent.OrganisationID
		want map[string][]string
	}{
		{"a key for everything sees everything", global, nil, map[string][]string{
			"organisations": {"Tamblewick Tea", "Coffee & Co"}, "sites": {"tea-uk", "tea-de", "espresso"},
			"texts": {"Tell me about offers", "Tell me about beans"}, "campaigns": {draw}, "keys": {"Shop", "Everything"},
		}},
		{"a key for everything can ask for one organisation", global, &coffee, map[string][]string{
			"organisations": {"Tamblewick Tea", "Coffee & Co"}, "sites": {"espresso"}, "texts": {"Tell me about beans"},
			"campaigns": {draw}, "keys": {"Shop", "Everything"},
		}},
		{"a key sees its own organisation", owner, nil, map[string][]string{
			"organisations": {"Tamblewick Tea"}, "sites": {"tea-uk", "tea-de"}, "texts": {"Tell me about offers"},
			"campaigns": {draw}, "keys": {"Shop"},
		}},
		{"another organisation has nothing to see", owner, &coffee, map[string][]string{
			"organisations": {"Tamblewick Tea"}, "sites": nil, "texts": nil, "campaigns": {draw}, "keys": {"Shop"},
		}},
		{"neither has the first one to a stranger", stranger, nil, map[string][]string{
			"organisations": {"Coffee & Co"}, "sites": {"espresso"}, "texts": {"Tell me about beans"}, "campaigns": nil, "keys": nil,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := lists(t.Context(), stocked().service(), tt.by, tt.of)
			if err != nil {
				t.Fatal(err)
			}
			for list, want := range tt.want {
				if !slices.Equal(got[list], want) {
					t.Errorf("%s: %q, want %q", list, got[list], want)
				}
			}
		})
	}
}

func TestWhatIsNotThereIsMissingForEverybody(t *testing.T) {
	none := numbered(0x77)
	for name, do := range map[string]func(context.Context, *backoffice.Service, auth.APIKey) error{
		"organisation": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.Organisation(c, by, consent.OrganisationID{UUID: none})
			return err
		},
		"site": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.Site(c, by, consent.SiteID{UUID: none})
			return err
		},
		"site of a campaign": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.CreateCampaign(c, by, backoffice.Campaign{SiteID: consent.SiteID{UUID: none}})
			return err
		},
		"site of an account": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.KeepAccount(c, by, backoffice.Account{SiteID: consent.SiteID{UUID: none}, CustomerID: "42"})
			return err
		},
		"text": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.Offer(c, by, teaUK, consent.PreferenceID{UUID: none}, true)
			return err
		},
		"text that is not on offer": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.SetAccountPreference(c, by, teaUK, "42", beans, backoffice.Choice{MessageShown: "May we?", FormIdentifier: "call-centre", FormLocation: "Hotline"})
			return err
		},
		"campaign": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.Campaign(c, by, teaUK, "winter")
			return err
		},
		"campaign without its site": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.SiteOfCampaign(c, by, "winter")
			return err
		},
		"key": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			return s.RevokeAPIKey(c, by, backoffice.APIKeyID{UUID: none})
		},
		"account": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.AccountPreferences(c, by, teaUK, "43")
			return err
		},
		"account to answer for": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			_, err := s.SetAccountPreference(c, by, teaUK, "43", offers, backoffice.Choice{})
			return err
		},
		"suppression": func(c context.Context, s *backoffice.Service, by auth.APIKey) error {
			return s.LiftSuppression(c, by, backoffice.Suppressed{OrganisationID: tea, Email: "anna@example.com"})
		},
	} {
		for _, by := range []auth.APIKey{global, owner} {
			t.Run(fmt.Sprintf("%s for %s", name, by.Editor()), func(t *testing.T) {
				m := stocked()
				if err := do(t.Context(), m.service(), by); !errors.Is(err, backoffice.ErrNotFound) || len(m.editors) > 0 {
					t.Errorf("got %v after %d writes", err, len(m.editors))
				}
			})
		}
	}
}
