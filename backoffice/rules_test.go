package backoffice_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"
)

func TestAPreferenceTextSaysSomethingInAtMost500Characters(t *testing.T) {
	for text, fine := range map[string]bool{
		"Tell me about offers":              true,
		"Offers &amp; <a href='/'>news</a>": true,
		"Two\r\n\tlines":                    true,
		strings.Repeat("語", 500):            true,
		strings.Repeat("語", 501):            false,
		"":                                  false,
		" \t\n\u00a0":                       false,
		"a bell\a":                          false,
		"NUL\x00":                           false,
		"not UTF-8\xff":                     false,
	} {
		m := stocked()
		_, created := m.service().CreatePreference(t.Context(), owner, backoffice.Preference{OrganisationID: tea, Text: text}, nil)
		_, reworded := m.service().RewordPreference(t.Context(), owner, offers, text)
		if fine && (created != nil || reworded != nil) {
			t.Errorf("%.30q is refused: %v, %v", text, created, reworded)
		}
		if !fine {
			wantFaults(t, created, "text")
			wantFaults(t, reworded, "text")
		}
	}
}

func TestATextCanOnlyBeOfferedWithinItsOrganisation(t *testing.T) {
	m := stocked()
	_, err := m.service().CreatePreference(t.Context(), global, backoffice.Preference{OrganisationID: tea, Text: "News"}, &espress)
	wantFaults(t, err, "site_id")
	_, err = m.service().CreatePreference(t.Context(), owner, backoffice.Preference{OrganisationID: tea, Text: "News"}, &consent.SiteID{UUID: numbered(0x77)})
	wantFaults(t, err, "site_id")
	_, err = m.service().Offer(t.Context(), global, teaUK, beans, true)
	wantFaults(t, err, "marketing_preference_id")
	if _, err = m.service().Offer(t.Context(), global, teaUK, beans, false); !errors.Is(err, backoffice.ErrNotFound) {
		t.Errorf("taking off offer what never was gives %v", err)
	}
	_, err = m.service().CreatePreference(t.Context(), global, backoffice.Preference{OrganisationID: consent.OrganisationID{UUID: numbered(0x77)}, Text: "News"}, nil)
	wantFaults(t, err, "organisation_id")
}

func TestAnOrganisationHasAName(t *testing.T) {
	m := stocked()
	_, err := m.service().CreateOrganisation(t.Context(), global, backoffice.Organisation{Name: " "})
	wantFaults(t, err, "name")
	_, err = m.service().UpdateOrganisation(t.Context(), owner, tea, func(o *backoffice.Organisation) { o.Name = "Tea\n" })
	wantFaults(t, err, "name")
}

func TestCampaignValues(t *testing.T) {
	fine := backoffice.Campaign{ID: "winter", SiteID: teaUK, Name: "Winter"}
	for name, tt := range map[string]struct {
		set    func(*backoffice.Campaign)
		faults []string
	}{
		"an id of every sort of character": {func(c *backoffice.Campaign) { c.ID = "42.Winter_draw~2-b" }, nil},
		"an id of 100 characters":          {func(c *backoffice.Campaign) { c.ID = strings.Repeat("a", 100) }, nil},
		"a longer id":                      {func(c *backoffice.Campaign) { c.ID = strings.Repeat("a", 101) }, []string{"id"}},
		"no id":                            {func(c *backoffice.Campaign) { c.ID = "" }, []string{"id"}},
		"an id that is a path":             {func(c *backoffice.Campaign) { c.ID = "../winter" }, []string{"id"}},
		"an id with a blank":               {func(c *backoffice.Campaign) { c.ID = "winter draw" }, []string{"id"}},
		"an id with a line break":          {func(c *backoffice.Campaign) { c.ID = "winter\n" }, []string{"id"}},
		"no name":                          {func(c *backoffice.Campaign) { c.Name = "" }, []string{"name"}},
		"opening only":                     {func(c *backoffice.Campaign) { c.OpensAt = &noon }, nil},
		"closing only":                     {func(c *backoffice.Campaign) { c.ClosesAt = &noon }, nil},
		"closing after opening":            {func(c *backoffice.Campaign) { c.OpensAt, c.ClosesAt = &noon, ptr(noon.Add(time.Microsecond)) }, nil},
		"closing when it opens":            {func(c *backoffice.Campaign) { c.OpensAt, c.ClosesAt = &noon, &noon }, []string{"closes_at"}},
		"closing before opening":           {func(c *backoffice.Campaign) { c.OpensAt, c.ClosesAt = &noon, ptr(noon.Add(-time.Hour)) }, []string{"closes_at"}},
		"a year that a database cannot keep": {func(c *backoffice.Campaign) {
			c.OpensAt, c.ClosesAt = ptr(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)), ptr(time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC))
		}, []string{"opens_at", "closes_at"}},
		"everything wrong": {func(c *backoffice.Campaign) {
			*c = backoffice.Campaign{SiteID: teaUK, OpensAt: &noon, ClosesAt: &noon, MetadataSchema: json.RawMessage("7")}
		}, []string{"id", "name", "closes_at", "metadata_schema"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, m := fine, stocked()
			tt.set(&c)
			_, created := m.service().CreateCampaign(t.Context(), owner, c)
			_, changed := m.service().UpdateCampaign(t.Context(), owner, teaUK, draw, func(old *backoffice.Campaign) { *old = c })
			for _, err := range []error{created, changed} {
				if len(tt.faults) > 0 {
					wantFaults(t, err, tt.faults...)
				} else if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestMetadataSchemas(t *testing.T) {
	for schema, fine := range map[string]bool{
		"":     true, // none
		`{}`:   true,
		`true`: true,
		`{"type":"object","properties":{"barName":{"type":"string","minLength":1}},"required":["barName"]}`: true,
		`{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}`:                             true,
		`{"$defs":{"name":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/name"}}}`:                   true,
		`{`:                                     false,
		`{} {}`:                                 false,
		`[]`:                                    false,
		`"object"`:                              false,
		`{"type":"text"}`:                       false,
		`{"pattern":"("}`:                       false,
		`{"multipleOf":1e-3000000}`:             false, // would crash the compiler
		`{"minimum":1e3000000}`:                 false,
		`{"title":"\u0000"}`:                    false,
		`{"$ref":"#/$defs/none"}`:               false,
		`{"$ref":"https://tea.example/schema"}`: false,
		`{"$ref":"file:///etc/passwd"}`:         false,
	} {
		m := stocked()
		c := backoffice.Campaign{ID: "winter", SiteID: teaUK, Name: "Winter", MetadataSchema: json.RawMessage(schema)}
		_, err := m.service().CreateCampaign(t.Context(), owner, c)
		switch {
		case fine && err != nil:
			t.Errorf("%s is refused: %v", schema, err)
		case !fine:
			wantFaults(t, err, "metadata_schema")
		}
	}
}

func TestACampaignCanBeNamedWithoutItsSiteWhereThereIsOnlyOne(t *testing.T) {
	m := stocked()
	m.campaigns = append(m.campaigns, backoffice.Campaign{ID: draw, SiteID: espress})
	if site, err := m.service().SiteOfCampaign(t.Context(), owner, draw); err != nil || site != teaUK {
		t.Errorf("it is at %v, %v: what others have does not matter", site, err)
	}
	_, err := m.service().SiteOfCampaign(t.Context(), global, draw)
	wantFaults(t, err, "site_id")
}

func TestANewKeyIsKeptAsTheHashOfItsSecret(t *testing.T) {
	m := stocked()
	k, secret, err := m.service().CreateAPIKey(t.Context(), owner, backoffice.APIKey{OrganisationID: &tea, Role: auth.Read, Name: "Till"})
	if err != nil || m.hash != auth.HashSecret(secret) || k.ID == (backoffice.APIKeyID{}) || *k.OrganisationID != tea {
		t.Errorf("got %+v, %v", k, err)
	}
}

func TestAKeyHasANameARoleAndAnOrganisationThatExists(t *testing.T) {
	m := stocked()
	_, secret, err := m.service().CreateAPIKey(t.Context(), global, backoffice.APIKey{Role: "owner"})
	wantFaults(t, err, "name", "role")
	if secret != "" {
		t.Error("a key that is refused has a secret")
	}
	_, err = m.service().UpdateAPIKey(t.Context(), owner, teaKey, func(k *backoffice.APIKey) { k.Name, k.Role = "", "" })
	wantFaults(t, err, "name", "role")
	nobody := consent.OrganisationID{UUID: numbered(0x77)}
	_, _, err = m.service().CreateAPIKey(t.Context(), global, backoffice.APIKey{OrganisationID: &nobody, Role: auth.Read, Name: "Till"})
	wantFaults(t, err, "organisation_id")
}
