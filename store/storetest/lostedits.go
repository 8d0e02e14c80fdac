package storetest

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
	"assent/store"
)

func lostEditScenarios() []scenario {
	return []scenario{
		{"a change whose COMMIT happened but whose answer is lost is not made twice", onPostgres(editAnswerLost)},
		{"a change whose COMMIT never arrived is made again", onPostgres(editCommitLost)},
		{"a change whose COMMIT arrives after it was given up is not made twice", onPostgres(editCommitLate)},
		{"a change whose answer is lost twice in a row is no different", onPostgres(editAnswerLostTwice)},
	}
}

func editAnswerLost(t *testing.T, databaseURL string) { editOnce(t, databaseURL, PassLast) }

func editCommitLost(t *testing.T, databaseURL string) { editOnce(t, databaseURL, Drop) }

func editAnswerLostTwice(t *testing.T, databaseURL string) {
	editOnce(t, databaseURL, PassLast, PassLast)
}

// editOnce breaks the next commits of every sort of change.
func editOnce(t *testing.T, databaseURL string, verdicts ...Verdict) {
	f := newFault(verdicts...)
	s := newShop(t, databaseURL, store.Options{})
	s.store = openStore(t, Interpose(t, databaseURL, f.watch), store.Options{})
	changes := s.changes(t)
	if len(verdicts) == 1 { // once it has happened, a change of an account is only looked for
		changes = append(changes, s.accountChange(t))
	}
	for _, c := range changes {
		f.arm()
		s.wantMadeOnce(t, c)
		f.wantStruck(t, c.name)
	}
}

// editCommitLate lets the COMMIT through only once the next attempt is about to
// look for it.
func editCommitLate(t *testing.T, databaseURL string) {
	var attempts atomic.Int64
	var retrying chan struct{}
	s := newShop(t, databaseURL, store.Options{})
	s.store = openStore(t, Interpose(t, databaseURL, func(kind byte, body string, hangUp func()) Verdict {
		switch {
		case isParse(kind, body, "pg_advisory_xact_lock") && attempts.Add(1) == 2:
			close(retrying)
		case IsCommit(kind, body) && attempts.Load() == 1:
			hangUp()
			<-retrying
		}
		return Pass
	}), store.Options{})
	for _, c := range s.changes(t) {
		retrying = make(chan struct{})
		attempts.Store(0)
		s.wantMadeOnce(t, c)
		if attempts.Load() < 2 {
			t.Errorf("%s: it was not tried again", c.name)
		}
	}
}

// change is one that would show if it were made twice: it fails the second time
// or adds to what the first one did.
type change struct {
	name string
	make func() (after any, err error) // nil: nothing is returned
}

// wantMadeOnce makes the change and compares the line of it with what the caller
// was told.
func (s *shop) wantMadeOnce(t *testing.T, c change) {
	t.Helper()
	var after any
	line := s.logged(t, func() (err error) {
		after, err = c.make()
		return err
	})
	if told := asJSON(t, after); after != nil && !strings.HasPrefix(line.After, strings.TrimSuffix(told, "}")) {
		t.Errorf("%s: the caller was told %s, but the line says %s", c.name, told, line.After)
	}
}

func (s *shop) changes(t testing.TB) []change {
	ctx, ours, at := t.Context(), s.site.OrganisationID, s.site.ID
	org, site, key, hash := newOrganisation("New"), newSite(ours, "new"), newKey(ours), newHash()
	text, here := newText(ours, "everywhere"), newText(ours, "here")
	site.Domains = []string{"new.example"}
	campaign := backoffice.Campaign{ID: "new", SiteID: at, Name: "New", MetadataSchema: json.RawMessage(`{}`)}
	return []change{
		{"an organisation", func() (any, error) { return asAny(s.store.CreateOrganisation(ctx, editor, org)) }},
		{"its name", func() (any, error) {
			return asAny(s.store.UpdateOrganisation(ctx, editor, org.ID, func(o *backoffice.Organisation) error { o.Name += "+"; return nil }))
		}},
		{"a site", func() (any, error) { return asAny(s.store.CreateSite(ctx, editor, site)) }},
		{"its domains", func() (any, error) {
			return asAny(s.store.UpdateSite(ctx, editor, site.ID, func(site *backoffice.Site) error {
				site.Domains = append(site.Domains, strings.Repeat("x.", len(site.Domains))+"example")
				return nil
			}))
		}},
		{"a text", func() (any, error) { return asAny(s.store.CreatePreference(ctx, editor, text, consent.SiteID{})) }},
		{"a text for a site", func() (any, error) { return asAny(s.store.CreatePreference(ctx, editor, here, at)) }},
		{"its wording", func() (any, error) { return asAny(s.store.RewordPreference(ctx, editor, text.ID, "reworded")) }},
		{"its offer", func() (any, error) { return nil, s.store.OfferPreference(ctx, editor, at, text.ID, false) }},
		{"its end", func() (any, error) { return nil, s.store.DeletePreference(ctx, editor, text.ID) }},
		{"a campaign", func() (any, error) { return asAny(s.store.CreateCampaign(ctx, editor, campaign)) }},
		{"its name too", func() (any, error) {
			return asAny(s.store.UpdateCampaign(ctx, editor, at, "new", func(c *backoffice.Campaign) error { c.Name += "+"; return nil }))
		}},
		{"a key", func() (any, error) { return asAny(s.store.CreateAPIKey(ctx, editor, key, hash)) }},
		{"its role", func() (any, error) {
			return asAny(s.store.UpdateAPIKey(ctx, editor, key.ID, func(k *backoffice.APIKey) error { k.Role = auth.Admin; return nil }))
		}},
		{"its end as well", func() (any, error) { return nil, s.store.RevokeAPIKey(ctx, editor, key.ID) }},
	}
}

// accountChange is what the back office says of a contact, which is written like
// any other update of it.
func (s *shop) accountChange(t testing.TB) change {
	account := s.anyone()
	cmd := consent.KeepAccount{Contact: account, Account: consent.Account{CustomerID: "1815", Site: s.site.ID}, Editor: editor}
	return change{"an account", func() (any, error) {
		return nil, s.store.Update(t.Context(), account.ID, func(st consent.State, now time.Time) (consent.Change, error) {
			return cmd.Decide(st, now), nil
		})
	}}
}
