package backoffice_test

import (
	"context"

	"assent/backoffice"
	"assent/consent"
)

// contacts is the consent.Store of the same back office, as far as it is asked.
type contacts struct {
	consent.Store
	*memory
}

func (c contacts) Site(ctx context.Context, ref consent.SiteRef) (consent.Site, error) {
	site, err := find(c.sites, func(s backoffice.Site) bool { return s.ID.String() == ref.Header })
	if err != nil {
		return consent.Site{}, consent.ErrNotFound
	}
	known := consent.Site{
		ID: site.ID, OrganisationID: site.OrganisationID, Slug: site.Slug, DefaultRegion: site.DefaultRegion,
		Features: []consent.Feature{consent.MarketingPreferencesEnabled},
	}
	if site.ID == teaUK {
		known.Preferences = []consent.Preference{{ID: offers, Text: "Tell me about offers", Version: 1}}
	}
	return known, ctx.Err()
}

func (c contacts) Update(_ context.Context, id consent.ContactID, decide consent.Decision) error {
	st, known := c.states[id]
	if !known {
		st.Contact.ID = id
	}
	ch, err := decide(st, noon)
	if err != nil || ch.IsEmpty() {
		return err
	}
	c.states[id] = st.After(ch, noon)
	if ch.Edit != nil {
		return c.wrote(ch.Edit.Editor)
	}
	return nil
}

func (c contacts) KeepText(context.Context, string) error { return nil }

func (c contacts) Account(_ context.Context, id consent.ContactID, _ ...consent.ContactID) (consent.AccountView, error) {
	st := c.states[id]
	view := consent.AccountView{Account: st.Account, Consents: map[consent.ContactID]map[consent.Scope]consent.Consent{id: st.Consents}}
	if st.Account != nil {
		view.Consents[st.Account.Email] = c.states[st.Account.Email].Consents
	}
	return view, nil
}
