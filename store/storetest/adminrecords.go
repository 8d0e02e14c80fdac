package storetest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func adminRecordScenarios() []scenario {
	return []scenario{
		{"every change leaves one line that says who changed what, from what to what", each(changesLogged)},
		{"what changes nothing leaves no line and no later time", each(nothingLogged)},
		{"what is refused leaves no line, and the caller gets its own error", each(refusalLogged)},
	}
}

// adminRecord is a line of the back office's audit log as it is kept.
type adminRecord struct {
	ID           uuid.UUID     `db:"id"`
	At           store.Time    `db:"at"`
	Editor       string        `db:"editor"`
	Organisation uuid.NullUUID `db:"organisation_id"`
	Action       string        `db:"action"`
	Subject      string        `db:"subject"`
	SubjectID    string        `db:"subject_id"`
	Before       string        `db:"before_state"`
	After        string        `db:"after_state"`
}

func (s *shop) adminRecords(t testing.TB) []adminRecord {
	t.Helper()
	var records []adminRecord
	must(t, s.db.SelectContext(t.Context(), &records, `SELECT id, at, editor, organisation_id, action, subject, subject_id,
before_state, after_state FROM admin_record ORDER BY id`))
	return records
}

// logged is the one line that an act left.
func (s *shop) logged(t testing.TB, act func() error) adminRecord {
	t.Helper()
	before := len(s.adminRecords(t))
	must(t, act())
	records := s.adminRecords(t)[before:]
	if len(records) != 1 {
		t.Fatalf("%d lines were logged, want one: %+v", len(records), records)
	}
	return records[0]
}

// asJSON is how the log keeps a state.
func asJSON(t testing.TB, state any) string {
	t.Helper()
	if state == nil {
		return ""
	}
	text, err := json.Marshal(state)
	must(t, err)
	return string(text)
}

func changesLogged(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	ctx, ours, site := t.Context(), s.site.OrganisationID, s.site.ID
	org, shop, text, global := newOrganisation("Another"), newSite(ours, "another"), newText(ours, "text"), newKey(consent.OrganisationID{})
	shop.Domains = []string{"another.example"}
	key := newKey(ours)
	campaign := backoffice.Campaign{ID: "42", SiteID: site, Name: "Campaign", MetadataSchema: json.RawMessage(`{"type":"object"}`)}
	offer := func(offered bool) func() error {
		return func() error { return s.store.OfferPreference(ctx, "somebody", site, text.ID, offered) }
	}
	state := map[string]func() (any, error){
		"organisation":         func() (any, error) { return any2(s.store.FindOrganisation(ctx, org.ID)) },
		"site":                 func() (any, error) { return any2(s.store.FindSite(ctx, shop.ID)) },
		"marketing preference": func() (any, error) { return any2(s.store.FindPreference(ctx, text.ID)) },
		"campaign":             func() (any, error) { return any2(s.store.FindCampaign(ctx, site, campaign.ID)) },
		"api key":              func() (any, error) { return any2(s.store.FindAPIKey(ctx, key.ID)) },
		"global key":           func() (any, error) { return any2(s.store.FindAPIKey(ctx, global.ID)) },
		"site preference": func() (any, error) {
			offered, err := s.store.ListOffered(ctx, site, backoffice.Page{Limit: 10})
			return map[string]bool{"offered": len(offered) > 0}, err
		},
	}
	pair := site.String() + "/" + text.ID.String()
	for _, test := range []struct {
		name, action, state, subject, id string
		owner                            consent.OrganisationID
		act                              func() error
	}{
		{"organisation created", "CREATED", "organisation", "organisation", org.ID.String(), org.ID,
			func() error { return second(s.store.CreateOrganisation(ctx, "somebody", org)) }},
		{"organisation renamed", "UPDATED", "organisation", "organisation", org.ID.String(), org.ID, func() error {
			return second(s.store.UpdateOrganisation(ctx, "somebody", org.ID, func(o *backoffice.Organisation) error { o.Name = "Renamed"; return nil }))
		}},
		{"site created", "CREATED", "site", "site", shop.ID.String(), ours,
			func() error { return second(s.store.CreateSite(ctx, "somebody", shop)) }},
		{"site changed in place", "UPDATED", "site", "site", shop.ID.String(), ours, func() error {
			return second(s.store.UpdateSite(ctx, "somebody", shop.ID, func(s *backoffice.Site) error {
				s.Domains[0], s.Features[0] = "renamed.example", consent.DualConsent
				return nil
			}))
		}},
		{"text created", "CREATED", "marketing preference", "marketing preference", text.ID.String(), ours,
			func() error { return second(s.store.CreatePreference(ctx, "somebody", text, consent.SiteID{})) }},
		{"text reworded", "UPDATED", "marketing preference", "marketing preference", text.ID.String(), ours,
			func() error { return second(s.store.RewordPreference(ctx, "somebody", text.ID, "reworded")) }},
		{"text taken off a site", "UPDATED", "site preference", "site preference", pair, ours, offer(false)},
		{"text put on a site", "UPDATED", "site preference", "site preference", pair, ours, offer(true)},
		{"text deleted", "DELETED", "marketing preference", "marketing preference", text.ID.String(), ours,
			func() error { return s.store.DeletePreference(ctx, "somebody", text.ID) }},
		{"campaign created", "CREATED", "campaign", "campaign", site.String() + "/42", ours,
			func() error { return second(s.store.CreateCampaign(ctx, "somebody", campaign)) }},
		{"campaign changed in place", "UPDATED", "campaign", "campaign", site.String() + "/42", ours, func() error {
			return second(s.store.UpdateCampaign(ctx, "somebody", site, "42", func(c *backoffice.Campaign) error {
				copy(c.MetadataSchema, `{"type":"string"}`)
				return nil
			}))
		}},
		{"key created", "CREATED", "api key", "api key", key.ID.String(), ours,
			func() error { return second(s.store.CreateAPIKey(ctx, "somebody", key, newHash())) }},
		{"key changed", "UPDATED", "api key", "api key", key.ID.String(), ours, func() error {
			return second(s.store.UpdateAPIKey(ctx, "somebody", key.ID, func(k *backoffice.APIKey) error { k.Role = auth.Admin; return nil }))
		}},
		{"key revoked", "DELETED", "api key", "api key", key.ID.String(), ours,
			func() error { return s.store.RevokeAPIKey(ctx, "somebody", key.ID) }},
		{"global key created", "CREATED", "global key", "api key", global.ID.String(), consent.OrganisationID{},
			func() error { return second(s.store.CreateAPIKey(ctx, "somebody", global, newHash())) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := s.stateIn(t, state[test.state])
			got := s.logged(t, test.act)
			after := s.stateIn(t, state[test.state])
			want := adminRecord{
				ID: got.ID, At: got.At, Editor: "somebody", Organisation: uuid.NullUUID{UUID: test.owner.UUID, Valid: test.owner.UUID != uuid.Nil},
				Action: test.action, Subject: test.subject, SubjectID: test.id, Before: before, After: after,
			}
			same(t, "the line", got, want, nil)
			if got.ID.Version() != 7 || got.At.Before(noon()) || after != "" && strings.Contains(after, "updated_at") &&
				!strings.Contains(after, got.At.Format("2006-01-02T15:04:05Z")) {
				t.Errorf("the line %v is of %v, which is not when %s was changed", got.ID, got.At, after)
			}
		})
	}
}

func any2[T any](thing T, err error) (any, error) { return thing, err }

// stateIn is the state as the log keeps it; empty when there is nothing.
func (s *shop) stateIn(t testing.TB, find func() (any, error)) string {
	t.Helper()
	state, err := find()
	if errors.Is(err, backoffice.ErrNotFound) {
		return ""
	}
	must(t, err)
	return asJSON(t, state)
}

func nothingLogged(t *testing.T, databaseURL string) {
	clock := &ticking{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now})
	ctx, site := t.Context(), s.site.ID
	everywhere := s.text(t, s.site.OrganisationID, "everywhere", consent.SiteID{})
	elsewhere := s.text(t, s.site.OrganisationID, "elsewhere", define(t, s.store.CreateSite, newSite(s.site.OrganisationID, "second")).ID)
	key := s.key(t, newKey(s.site.OrganisationID), newHash())
	before := s.defined(t)
	for name, act := range map[string]func() error{
		"organisation": func() error {
			return second(s.store.UpdateOrganisation(ctx, editor, s.site.OrganisationID, func(*backoffice.Organisation) error { return nil }))
		},
		"site": func() error {
			return second(s.store.UpdateSite(ctx, editor, site, func(site *backoffice.Site) error {
				site.Domains, site.Features = append([]string{}, site.Domains...), append([]consent.Feature{}, site.Features...)
				return nil
			}))
		},
		"campaign": func() error {
			return second(s.store.UpdateCampaign(ctx, editor, site, s.campaign.ID, func(c *backoffice.Campaign) error { c.MetadataSchema = nil; return nil }))
		},
		"key": func() error {
			return second(s.store.UpdateAPIKey(ctx, editor, key.ID, func(*backoffice.APIKey) error { return nil }))
		},
		"the same wording":       func() error { return second(s.store.RewordPreference(ctx, editor, everywhere, "everywhere")) },
		"on offer already":       func() error { return s.store.OfferPreference(ctx, editor, site, everywhere, true) },
		"not on offer as it was": func() error { return s.store.OfferPreference(ctx, editor, site, elsewhere, false) },
	} {
		must(t, act())
		if after := s.defined(t); after != before {
			t.Errorf("%s: there is %s, want as before %s", name, after, before)
		}
	}
	found, err := s.store.FindAPIKey(ctx, key.ID)
	same(t, "the key", found, key, err)
}

func refusalLogged(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	ctx, refused := t.Context(), errors.New("refused")
	key := s.key(t, newKey(s.site.OrganisationID), newHash())
	before := s.defined(t)
	for name, err := range map[string]error{
		"organisation": second(s.store.UpdateOrganisation(ctx, editor, s.site.OrganisationID, func(o *backoffice.Organisation) error {
			o.Name = "Renamed"
			return refused
		})),
		"site": second(s.store.UpdateSite(ctx, editor, s.site.ID, func(s *backoffice.Site) error {
			s.Name = "Renamed"
			return refused
		})),
		"campaign": second(s.store.UpdateCampaign(ctx, editor, s.site.ID, s.campaign.ID, func(c *backoffice.Campaign) error {
			c.Name = "Renamed"
			return refused
		})),
		"key": second(s.store.UpdateAPIKey(ctx, editor, key.ID, func(k *backoffice.APIKey) error {
			k.Name = "Renamed"
			return refused
		})),
	} {
		if err != refused { //nolint:errorlint // unchanged means the very same
			t.Errorf("%s: got %v, want the caller's own error", name, err)
		}
	}
	if after := s.defined(t); after != before {
		t.Errorf("there is %s, want as before %s", after, before)
	}
}
