package e2e

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// badValues are values that an operation must refuse for a field, which is named
// by its path, such as "brand.colour".
type badValues struct {
	operation, field string
	values           []any
	at               string // what is at fault, where it is not the field
}

// TestRESTBadValues sends values that nothing may be made of, each alone in a
// request that is as it should be otherwise.
func TestRESTBadValues(t *testing.T) {
	operations := restDocument(t)
	onBothWithKey(t, func(t *testing.T, s *shop) {
		d := openDesk(t, s)
		taken := d.boss.gets("/sites/" + d.theirs["site_id"])
		for _, bad := range slices.Concat(badNouns(), badSites(taken), badCampaigns(d.ours["campaignId"]), badAccounts(), badNulls()) {
			d.run(bad.name(), func() {
				for _, value := range bad.values {
					valid := d.request(bad.operation)
					d.refuses(operations[bad.operation], valid.path, changed(valid.body, bad.field, value), "body."+bad.fault())
				}
			})
		}
	})
}

func (b badValues) name() string {
	if len(b.values) == 1 && b.values[0] == nil {
		return b.operation + " " + b.fault() + " null"
	}
	return b.operation + " " + b.fault()
}

func (b badValues) fault() string {
	if b.at != "" {
		return b.at
	}
	return b.field
}

// changed is a body with another value for a field.
func changed(body object, path string, value any) object {
	body = maps.Clone(body)
	name, rest, nested := strings.Cut(path, ".")
	if !nested {
		body[name] = value
		return body
	}
	inner, _ := body[name].(object)
	if inner == nil {
		inner = object{}
	}
	body[name] = changed(inner, rest, value)
	return body
}

// refuses wants a request to be refused for just these fields, and nothing to be
// written.
func (d *desk) refuses(o restOperation, path map[string]string, body any, fields ...string) {
	d.t.Helper()
	target := restRequest{path: path}.target(d.t, o.path)
	before := d.tables(d.t)
	got := d.boss.do(o.method, target, body)
	if got.status != http.StatusUnprocessableEntity || !slices.Equal(got.fields(), fields) {
		d.t.Errorf("%s %s\nwith %.300s\n got %d %s\nwant 422 for %v", o.method, target, asText(d.t, body), got.status, got.body, fields)
	}
	d.wantUnchanged(d.t, before)
}

// all makes every value a value of any type.
func all[V any](values ...V) []any {
	var list []any
	for _, v := range values {
		list = append(list, v)
	}
	return list
}

// notTexts are of other types than a text.
func notTexts() []any { return []any{7, true, []string{"x"}, object{}} }

func badNames() []any {
	return append(notTexts(), "", " ", "\u00a0\t", strings.Repeat("é", 201), "a\x00", "a\nb", "\x1b[2J", "a\u0085")
}

func badIDs() []any {
	return append(notTexts(), "", "7", demoSite[1:], demoSite+"0", " "+demoSite, strings.ReplaceAll(demoSite, "0", "g"), "x'; --")
}

func badURLs() []any {
	return append(notTexts(), "shop.example", "/welcome", "ftp://shop.example/", "javascript:alert(1)", "https://", "https://shop .example/",
		"https://shop.example/\x00", "https://shop.example/"+strings.Repeat("x", 2_048))
}

// badNouns are bad values for what the other functions leave out.
func badNouns() []badValues {
	texts := append(notTexts(), "", " \n\t", "\u00a0", strings.Repeat("é", 501), "a\x00b", "a\x1b[2J", "a\u0085")
	return []badValues{
		{"createMarketingPreference", "text", texts, ""},
		{"createMarketingPreference", "organisation_id", badIDs(), ""},
		{"createMarketingPreference", "site_id", badIDs(), ""},
		{"createMarketingPreference", "Text", all("I want"), ""},
		{"createMarketingPreference", "id", all(demoSite), ""},
		{"rewordMarketingPreference", "text", texts, ""},
		{"rewordMarketingPreference", "organisation_id", all(demoOrganisation), ""},
		{"enableMarketingPreference", "marketing_preference_id", badIDs(), ""},
		{"createOrganisation", "name", badNames(), ""},
		{"updateOrganisation", "name", badNames(), ""},
		{"createAPIKey", "name", badNames(), ""},
		{"createAPIKey", "role", append(notTexts(), "", "owner", "ADMIN", "read,admin"), ""},
		{"createAPIKey", "organisation_id", badIDs(), ""},
		{"createAPIKey", "key", all("assent_of_my_own"), ""},
		{"updateAPIKey", "role", append(notTexts(), "", "owner"), ""},
		{"updateAPIKey", "name", badNames(), ""},
		{"updateAPIKey", "organisation_id", all(demoOrganisation), ""},
	}
}

// badNulls are fields that have a value or are left out. Only what may be without
// one can be set to null.
func badNulls() []badValues {
	var bad []badValues
	for operation, fields := range map[string][]string{
		"createMarketingPreference":     {"text", "organisation_id"},
		"rewordMarketingPreference":     {"text"},
		"enableMarketingPreference":     {"marketing_preference_id"},
		"createOrganisation":            {"name"},
		"updateOrganisation":            {"name"},
		"createAPIKey":                  {"name", "role"},
		"updateAPIKey":                  {"name", "role"},
		"createSite":                    {"organisation_id", "slug", "name", "features", "domains", "locale", "confirm_url", "neutral_responses", "brand", "brand.colour", "captcha", "captcha.secret"},
		"updateSite":                    {"slug", "name", "features", "domains", "locale", "confirm_url", "neutral_responses", "brand", "brand.colour", "captcha", "captcha.provider"},
		"createCampaign":                {"id", "site_id", "name"},
		"updateCampaign":                {"name"},
		"putAccount":                    {"site_id"},
		"setAccountMarketingPreference": {"site_id", "opted_in", "audit_data", "audit_data.message_shown"},
	} {
		for _, field := range fields {
			bad = append(bad, badValues{operation, field, []any{nil}, ""})
		}
	}
	return bad
}
