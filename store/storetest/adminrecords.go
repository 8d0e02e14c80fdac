package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

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
		{"the secret of a site is obeyed at once, and the log knows only that it was set", each(secretLogged)},
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
	for _, e := range slices.Concat(s.editedOrganisation(t), s.editedSite(t), s.editedText(t), s.editedCampaign(t), s.editedKeys(t)) {
		t.Run(e.name, func(t *testing.T) {
			before := stateNow(t, e)
			got := s.logged(t, e.act)
			after := stateNow(t, e)
			same(t, "the line", got, adminRecord{
				ID: got.ID, At: got.At, Editor: "somebody", Organisation: uuid.NullUUID{UUID: e.owner.UUID, Valid: e.owner.UUID != uuid.Nil},
				Action: e.action, Subject: e.subject, SubjectID: e.id, Before: before, After: after,
			}, nil)
			at := got.At.Format(time.RFC3339)
			if got.ID.Version() != 7 || strings.Contains(after, "updated_at") && !strings.Contains(after, at) {
				t.Errorf("the line %v is of %s, which is not when %s was changed", got.ID, at, after)
			}
		})
	}
}

// stateNow is empty when there is nothing.
func stateNow(t testing.TB, e edited) string {
	t.Helper()
	state, err := e.state()
	if errors.Is(err, backoffice.ErrNotFound) {
		return ""
	}
	must(t, err)
	return asJSON(t, state)
}

func asAny[T any](thing T, err error) (any, error) { return thing, err }

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
			return errorOf(s.store.UpdateOrganisation(ctx, editor, s.site.OrganisationID, func(*backoffice.Organisation) error { return nil }))
		},
		"site": func() error {
			return errorOf(s.store.UpdateSite(ctx, editor, site, func(site *backoffice.Site) error {
				site.Domains, site.Features = append([]string{}, site.Domains...), append([]consent.Feature{}, site.Features...)
				return nil
			}))
		},
		"campaign": func() error {
			return errorOf(s.store.UpdateCampaign(ctx, editor, site, s.campaign.ID, func(c *backoffice.Campaign) error { c.MetadataSchema = nil; return nil }))
		},
		"key": func() error {
			return errorOf(s.store.UpdateAPIKey(ctx, editor, key.ID, func(*backoffice.APIKey) error { return nil }))
		},
		"the same wording":       func() error { return errorOf(s.store.RewordPreference(ctx, editor, everywhere, "everywhere")) },
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
		"organisation": errorOf(s.store.UpdateOrganisation(ctx, editor, s.site.OrganisationID, func(o *backoffice.Organisation) error {
			o.Name = "Renamed"
			return refused
		})),
		"site": errorOf(s.store.UpdateSite(ctx, editor, s.site.ID, func(s *backoffice.Site) error {
			s.Name = "Renamed"
			return refused
		})),
		"campaign": errorOf(s.store.UpdateCampaign(ctx, editor, s.site.ID, s.campaign.ID, func(c *backoffice.Campaign) error {
			c.Name = "Renamed"
			return refused
		})),
		"key": errorOf(s.store.UpdateAPIKey(ctx, editor, key.ID, func(k *backoffice.APIKey) error {
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

func secretLogged(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{CacheFor: time.Minute})
	set := func(secret consent.SealedSecret) func() error {
		return func() error {
			return errorOf(s.store.UpdateSite(t.Context(), editor, s.site.ID, func(site *backoffice.Site) error {
				site.Captcha.Sealed = secret
				site.Captcha.SecretVersion++
				return nil
			}))
		}
	}
	for _, secret := range []consent.SealedSecret{"first-secret", "second-secret"} {
		line := s.logged(t, set(secret))
		if line.Before == line.After || strings.Contains(line.Before+line.After, "-secret") {
			t.Errorf("setting it is logged as\n%s\n%s", line.Before, line.After)
		}
		site, err := s.store.SiteByID(t.Context(), s.site.ID)
		same(t, "the secret", site.Captcha.Secret, secret, err)
	}
}
