package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// desk is a back office with callers of every kind, and one of everything, of the
// demo shop's organisation and of another.
type desk struct {
	*shop
	t       *testing.T
	boss    *staff            // whose key is for all organisations, and who talks to the service itself
	callers map[string]*staff // by the columns of the table of statuses

	// What the parameters of paths and bodies may name.
	ours   map[string]string
	theirs map[string]string
	n      int
}

func openDesk(t *testing.T, s *shop) *desk {
	t.Helper()
	boss := s.staff(t, bootstrapKey)
	d := &desk{shop: s, t: t, boss: boss, ours: map[string]string{}, theirs: map[string]string{}}
	other := boss.creates("/organisations", object{"name": "Another Ltd"})["id"].(string)
	d.callers = map[string]*staff{
		"none": s.staff(t, ""), "wrong": s.staff(t, keyPrefix+strings.Repeat("A", 52)),
		"read": boss.hire("read", demoOrganisation), "admin": boss.hire("admin", demoOrganisation),
		"other": boss.hire("admin", other), "global": boss,
	}
	d.furnish(d.ours, demoOrganisation)
	d.furnish(d.theirs, other)
	return d
}

// furnish makes one of everything and remembers it under the names of the
// parameters that may name it.
func (d *desk) furnish(one map[string]string, organisation string) {
	d.t.Helper()
	one["organisationId"], one["organisation_id"] = organisation, organisation
	site := d.boss.creates("/sites", d.newSite(organisation))["id"].(string)
	one["siteId"], one["site_id"] = site, site
	one["marketingPreferenceId"] = d.newText(organisation, "")
	one["marketing_preference_id"] = one["marketingPreferenceId"]
	one["campaignId"] = d.boss.creates("/campaigns", d.newCampaign(site))["id"].(string)
	one["apiKeyId"] = d.newKey(organisation)
	one["customerId"] = d.unique("customer")
	d.boss.wants(http.StatusOK, http.MethodPut, "/customers/accounts/"+one["customerId"], d.newAccount(site))
}

// unique is a value nobody has used yet.
func (d *desk) unique(name string) string {
	d.n++
	return fmt.Sprintf("%s-%d", name, d.n)
}

// newSite is a site with every setting.
func (d *desk) newSite(organisation string) object {
	slug := d.unique("site")
	return object{
		"organisation_id": organisation, "slug": slug, "name": "Shop " + slug,
		"features": []string{"MARKETING_PREFERENCES_ENABLED", "POSTAL_MARKETING"}, "domains": []string{slug + ".shop.example"},
		"default_region": "GB", "locale": "en-GB", "confirm_url": "https://shop.example/welcome", "unsubscribe_url": "https://shop.example/bye",
		"sender_name": "The shop", "sender_email": "hello@shop.example", "one_trust_url": "https://shop.example/trust",
		"neutral_responses": true, "brand": object{"colour": "#2f5d50", "logo_url": "https://shop.example/logo.png"},
		"captcha": object{"provider": "HCAPTCHA", "site_key": "site-key", "secret": "secret"},
	}
}

func (d *desk) newCampaign(site string) object {
	return object{
		"id": d.unique("campaign"), "site_id": site, "name": "Prize draw",
		"opens_at": "2026-01-01T00:00:00Z", "closes_at": time.Now().Add(time.Hour).Format(time.RFC3339),
		"metadata_schema": object{"type": "object", "properties": object{"barName": object{"type": "string"}}},
	}
}

func (d *desk) newAccount(site string) object {
	return object{"site_id": site, "email": d.email("ada"), "phone_number": d.phone(), "has_address": true, "name": "Ada Lovelace"}
}

func newAnswer(site string, optedIn bool) object {
	return object{"site_id": site, "opted_in": optedIn, "audit_data": object{
		"message_shown": "May we?", "form_identifier": "call-centre", "form_location": "Hotline"}}
}

// newText is the id of a new text, on offer at one site or everywhere.
func (d *desk) newText(organisation, site string) string {
	d.t.Helper()
	body := object{"organisation_id": organisation, "text": "I want " + d.unique("this")}
	if site != "" {
		body["site_id"] = site
	}
	return d.boss.creates("/customers/marketing-preferences", body)["id"].(string)
}

func (d *desk) newKey(organisation string) string {
	d.t.Helper()
	body := object{"organisation_id": organisation, "role": "admin", "name": "Key"}
	return d.boss.creates("/api-keys", body)["id"].(string)
}

// suppressed is a number whose owner wants no text messages, and whom nobody knew
// before.
func (d *desk) suppressed() string {
	d.t.Helper()
	number := d.phone()
	d.visitor(d.t).does(unsubscribeSMS(number), true, withdrawn("SMS"))
	return number
}

// as is one of the callers.
func (d *desk) as(name string) *staff {
	caller := *d.callers[name]
	caller.t = d.t
	return &caller
}

// run shows something as a subtest.
func (d *desk) run(promise string, show func()) {
	outer := d.t
	outer.Run(promise, func(t *testing.T) {
		d.t, d.boss.t = t, t
		show()
	})
	d.t, d.boss.t = outer, outer
}
