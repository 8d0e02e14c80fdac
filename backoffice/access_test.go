package backoffice_test

import (
	"context"
	"errors"
	"testing"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
)

// operation is one thing a key of tea can do with what belongs to tea.
type operation struct {
	name   string
	do     func(ctx context.Context, s *backoffice.Service, by auth.APIKey) error
	writes bool
	// What everybody else gets to hear; global and owner may unless said otherwise.
	stranger, owner error
}

func operations() []operation {
	type (
		ctxt = context.Context
		svc  = *backoffice.Service
		key  = auth.APIKey
	)
	missing, forbidden := backoffice.ErrNotFound, backoffice.ErrForbidden
	choice := backoffice.Choice{OptedIn: true, MessageShown: "May we?", FormIdentifier: "call-centre", FormLocation: "Hotline"}
	reads := func(name string, stranger error, do func(ctxt, svc, key) error) operation {
		return operation{name: name, do: do, stranger: stranger}
	}
	writes := func(name string, stranger error, do func(ctxt, svc, key) error) operation {
		return operation{name: name, do: do, stranger: stranger, writes: true}
	}
	globally := func(o operation) operation {
		o.owner = o.stranger
		return o
	}
	page := backoffice.Page{Limit: 10}
	return []operation{
		reads("read the organisation", missing, func(c ctxt, s svc, by key) error { _, err := s.Organisation(c, by, tea); return err }),
		writes("rename the organisation", missing, func(c ctxt, s svc, by key) error {
			_, err := s.UpdateOrganisation(c, by, tea, func(o *backoffice.Organisation) { o.Name = "Tea" })
			return err
		}),
		globally(writes("create an organisation", forbidden, func(c ctxt, s svc, by key) error {
			_, err := s.CreateOrganisation(c, by, backoffice.Organisation{Name: "Cocoa"})
			return err
		})),

		reads("read a site", missing, func(c ctxt, s svc, by key) error { _, err := s.Site(c, by, teaUK); return err }),
		writes("create a site", forbidden, func(c ctxt, s svc, by key) error {
			_, err := s.CreateSite(c, by, backoffice.Site{OrganisationID: tea, Slug: "tea-fr", Name: "Thé"})
			return err
		}),
		writes("change a site", missing, func(c ctxt, s svc, by key) error {
			_, err := s.UpdateSite(c, by, teaUK, func(s *backoffice.Site) { s.Locale = "en" })
			return err
		}),

		reads("read a text", missing, func(c ctxt, s svc, by key) error { _, err := s.Preference(c, by, offers); return err }),
		writes("define a text", forbidden, func(c ctxt, s svc, by key) error {
			_, err := s.CreatePreference(c, by, backoffice.Preference{OrganisationID: tea, Text: "News"}, nil)
			return err
		}),
		writes("define a text for one site", forbidden, func(c ctxt, s svc, by key) error {
			_, err := s.CreatePreference(c, by, backoffice.Preference{OrganisationID: tea, Text: "News"}, &teaUK)
			return err
		}),
		writes("reword a text", missing, func(c ctxt, s svc, by key) error { _, err := s.RewordPreference(c, by, offers, "News"); return err }),
		writes("delete a text", missing, func(c ctxt, s svc, by key) error { return s.DeletePreference(c, by, offers) }),
		reads("list what is on offer at a site", missing, func(c ctxt, s svc, by key) error { _, err := s.Offered(c, by, teaUK, page); return err }),
		writes("put a text on offer", missing, func(c ctxt, s svc, by key) error { _, err := s.Offer(c, by, teaUK, offers, true); return err }),
		writes("take a text off offer", missing, func(c ctxt, s svc, by key) error { _, err := s.Offer(c, by, teaUK, offers, false); return err }),

		reads("list the campaigns of a site", missing, func(c ctxt, s svc, by key) error { _, err := s.Campaigns(c, by, &teaUK, page); return err }),
		reads("read a campaign", missing, func(c ctxt, s svc, by key) error { _, err := s.Campaign(c, by, teaUK, draw); return err }),
		reads("find the site of a campaign", missing, func(c ctxt, s svc, by key) error { _, err := s.SiteOfCampaign(c, by, draw); return err }),
		writes("create a campaign", missing, func(c ctxt, s svc, by key) error {
			_, err := s.CreateCampaign(c, by, backoffice.Campaign{ID: "winter", SiteID: teaUK, Name: "Winter"})
			return err
		}),
		writes("change a campaign", missing, func(c ctxt, s svc, by key) error {
			_, err := s.UpdateCampaign(c, by, teaUK, draw, func(c *backoffice.Campaign) { c.Name = "Draw" })
			return err
		}),

		reads("read a key", missing, func(c ctxt, s svc, by key) error { _, err := s.APIKey(c, by, teaKey); return err }),
		globally(reads("read a key for everything", missing, func(c ctxt, s svc, by key) error { _, err := s.APIKey(c, by, mainKey); return err })),
		writes("create a key", forbidden, func(c ctxt, s svc, by key) error {
			_, _, err := s.CreateAPIKey(c, by, backoffice.APIKey{OrganisationID: &tea, Role: auth.Admin, Name: "Shop"})
			return err
		}),
		globally(writes("create a key for everything", forbidden, func(c ctxt, s svc, by key) error {
			_, _, err := s.CreateAPIKey(c, by, backoffice.APIKey{Role: auth.Read, Name: "Shop"})
			return err
		})),
		writes("change a key", missing, func(c ctxt, s svc, by key) error {
			_, err := s.UpdateAPIKey(c, by, teaKey, func(k *backoffice.APIKey) { k.Name = "Till" })
			return err
		}),
		globally(writes("change a key for everything", missing, func(c ctxt, s svc, by key) error {
			_, err := s.UpdateAPIKey(c, by, mainKey, func(k *backoffice.APIKey) { k.Name = "Till" })
			return err
		})),
		writes("revoke a key", missing, func(c ctxt, s svc, by key) error { return s.RevokeAPIKey(c, by, teaKey) }),
		globally(writes("revoke a key for everything", missing, func(c ctxt, s svc, by key) error { return s.RevokeAPIKey(c, by, mainKey) })),

		reads("list accounts", missing, func(c ctxt, s svc, by key) error { _, err := s.Accounts(c, by, teaUK, page); return err }),
		reads("read an account", missing, func(c ctxt, s svc, by key) error { _, err := s.Account(c, by, teaUK, "42"); return err }),
		writes("tell of an account", missing, func(c ctxt, s svc, by key) error {
			_, err := s.KeepAccount(c, by, backoffice.Account{CustomerID: "42", SiteID: teaUK, Name: "Anna"})
			return err
		}),
		reads("list the answers of an account", missing, func(c ctxt, s svc, by key) error { _, err := s.AccountPreferences(c, by, teaUK, "42"); return err }),
		writes("put down an answer", missing, func(c ctxt, s svc, by key) error {
			_, err := s.SetAccountPreference(c, by, teaUK, "42", offers, choice)
			return err
		}),
		writes("lift a suppression", forbidden, func(c ctxt, s svc, by key) error {
			return s.LiftSuppression(c, by, backoffice.Suppressed{OrganisationID: tea, Email: "full@example.com"})
		}),
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	for _, op := range operations() {
		for name, caller := range map[string]struct {
			key  auth.APIKey
			want error
		}{
			"a key for everything":          {global, nil},
			"a key of the organisation":     {owner, op.owner},
			"a key of another organisation": {stranger, op.stranger},
		} {
			t.Run(op.name+" with "+name, func(t *testing.T) {
				m := stocked()
				err := op.do(t.Context(), m.service(), caller.key)
				if !errors.Is(err, caller.want) {
					t.Fatalf("got %v, want %v", err, caller.want)
				}
				switch wrote := len(m.editors) > 0; {
				case wrote != (op.writes && err == nil):
					t.Errorf("it wrote: %t", wrote)
				case wrote && m.editors[0] != consent.Editor(caller.key.Editor()):
					t.Errorf("it was written down as done by %q", m.editors[0])
				}
			})
		}
	}
}
