package storetest

import (
	"encoding/json"
	"testing"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
)

// edited is a change by somebody and what of the shop it is about.
type edited struct {
	name, action, subject, id string
	owner                     consent.OrganisationID
	state                     func() (any, error) // as the log is to have it
	act                       func() error
}

func (s *shop) editedOrganisation(t testing.TB) []edited {
	ctx, org := t.Context(), newOrganisation("Another")
	e := edited{subject: "organisation", id: org.ID.String(), owner: org.ID}
	e.state = func() (any, error) { return asAny(s.store.FindOrganisation(ctx, org.ID)) }
	created, renamed := e, e
	created.name, created.action = "an organisation created", "CREATED"
	created.act = func() error { return errorOf(s.store.CreateOrganisation(ctx, "somebody", org)) }
	renamed.name, renamed.action = "an organisation renamed", "UPDATED"
	renamed.act = func() error {
		return errorOf(s.store.UpdateOrganisation(ctx, "somebody", org.ID, func(o *backoffice.Organisation) error { o.Name = "Renamed"; return nil }))
	}
	return []edited{created, renamed}
}

func (s *shop) editedSite(t testing.TB) []edited {
	ctx, site := t.Context(), newSite(s.site.OrganisationID, "another")
	site.Domains = []string{"another.example"}
	e := edited{subject: "site", id: site.ID.String(), owner: site.OrganisationID}
	e.state = func() (any, error) { return asAny(s.store.FindSite(ctx, site.ID)) }
	created, changed := e, e
	created.name, created.action = "a site created", "CREATED"
	created.act = func() error { return errorOf(s.store.CreateSite(ctx, "somebody", site)) }
	changed.name, changed.action = "a site changed in place", "UPDATED"
	changed.act = func() error {
		return errorOf(s.store.UpdateSite(ctx, "somebody", site.ID, func(s *backoffice.Site) error {
			s.Domains[0], s.Features[0] = "renamed.example", consent.DualConsent
			return nil
		}))
	}
	return []edited{created, changed}
}

func (s *shop) editedText(t testing.TB) []edited {
	ctx, site, text := t.Context(), s.site.ID, newText(s.site.OrganisationID, "text")
	e := edited{subject: "marketing preference", id: text.ID.String(), owner: text.OrganisationID}
	e.state = func() (any, error) { return asAny(s.store.FindPreference(ctx, text.ID)) }
	created, reworded, off, deleted := e, e, e, e
	created.name, created.action = "a text created", "CREATED"
	created.act = func() error { return errorOf(s.store.CreatePreference(ctx, "somebody", text, consent.SiteID{})) }
	reworded.name, reworded.action = "a text reworded", "UPDATED"
	reworded.act = func() error { return errorOf(s.store.RewordPreference(ctx, "somebody", text.ID, "reworded")) }
	off.name, off.action, off.subject, off.id = "a text taken off a site", "UPDATED", "offer", text.ID.String()
	off.act = func() error { return s.store.OfferPreference(ctx, "somebody", site, text.ID, false) }
	off.state = func() (any, error) {
		offered, err := s.store.ListOffered(ctx, site, backoffice.Page{Limit: 10})
		return struct {
			Site    consent.SiteID `json:"site_id"`
			Offered bool           `json:"offered"`
		}{site, len(offered) > 0}, err
	}
	on := off
	on.name = "a text put on a site"
	on.act = func() error { return s.store.OfferPreference(ctx, "somebody", site, text.ID, true) }
	deleted.name, deleted.action = "a text deleted", "DELETED"
	deleted.act = func() error { return s.store.DeletePreference(ctx, "somebody", text.ID) }
	return []edited{created, reworded, off, on, deleted}
}

func (s *shop) editedCampaign(t testing.TB) []edited {
	ctx, site := t.Context(), s.site.ID
	campaign := backoffice.Campaign{ID: "42", SiteID: site, Name: "Campaign", MetadataSchema: json.RawMessage(`{"type":"object"}`)}
	e := edited{subject: "campaign", id: site.String() + "/42", owner: s.site.OrganisationID}
	e.state = func() (any, error) { return asAny(s.store.FindCampaign(ctx, site, "42")) }
	created, changed := e, e
	created.name, created.action = "a campaign created", "CREATED"
	created.act = func() error { return errorOf(s.store.CreateCampaign(ctx, "somebody", campaign)) }
	changed.name, changed.action = "a campaign changed in place", "UPDATED"
	changed.act = func() error {
		return errorOf(s.store.UpdateCampaign(ctx, "somebody", site, "42", func(c *backoffice.Campaign) error {
			copy(c.MetadataSchema, `{"type":"string"}`)
			return nil
		}))
	}
	return []edited{created, changed}
}

func (s *shop) editedKeys(t testing.TB) []edited {
	ctx := t.Context()
	var all []edited
	for name, org := range map[string]consent.OrganisationID{"a key": s.site.OrganisationID, "a key for all": {}} {
		key := newKey(org)
		e := edited{subject: "api key", id: key.ID.String(), owner: org}
		e.state = func() (any, error) { return asAny(s.store.FindAPIKey(ctx, key.ID)) }
		created, changed, revoked := e, e, e
		created.name, created.action = name+" created", "CREATED"
		created.act = func() error { return errorOf(s.store.CreateAPIKey(ctx, "somebody", key, newHash())) }
		changed.name, changed.action = name+" changed", "UPDATED"
		changed.act = func() error {
			return errorOf(s.store.UpdateAPIKey(ctx, "somebody", key.ID, func(k *backoffice.APIKey) error { k.Role = auth.Admin; return nil }))
		}
		revoked.name, revoked.action = name+" revoked", "DELETED"
		revoked.act = func() error { return s.store.RevokeAPIKey(ctx, "somebody", key.ID) }
		all = append(all, created, changed, revoked)
	}
	return all
}
