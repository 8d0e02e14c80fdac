package e2e

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

// TestRESTBadRequests sends requests that are wrong as a whole.
func TestRESTBadRequests(t *testing.T) {
	operations := restDocument(t)
	onBothWithKey(t, func(t *testing.T, s *shop) {
		d := openDesk(t, s)
		for promise, show := range map[string]func(d *desk, operations map[string]restOperation){
			"a body that is no JSON object is refused as a whole":           (*desk).refusesBodies,
			"a body that is not UTF-8 is refused, not repaired":             (*desk).refusesEncodings,
			"every field at fault is named at once":                         (*desk).namesAll,
			"a query that cannot be meant is refused by its parameter":      (*desk).refusesQueries,
			"an id in a path that cannot be one is refused by its name":     (*desk).refusesPaths,
			"a body of 64 KB is read and a longer one is not":               (*desk).measures,
			"a body of another type is not read":                            (*desk).refusesTypes,
			"what is no operation answers with a problem, 404 or 405":       (*desk).refusesOthers,
			"whoever may not change anything is told so before anything":    (*desk).refusesRole,
			"an Authorization that shows no key in use is refused the same": (*desk).refusesKeys,
		} {
			d.run(promise, func() { show(d, operations) })
		}
	})
}

func (d *desk) refusesBodies(operations map[string]restOperation) {
	for id, o := range operations {
		if len(o.body) == 0 {
			continue
		}
		valid := d.request(id)
		text := asText(d.t, valid.body)
		for _, body := range []string{
			"", " ", "null", "[]", "[" + text + "]", `"text"`, "7", "true", "{", text[:len(text)-1], text + text, text + "x", text + "]",
			"'" + text + "'", "\ufeff" + text, strings.Repeat("[", 60_000), "name=Tea&text=Tea", "<name>Tea</name>",
		} {
			d.refuses(o, valid.path, body, "body")
		}
	}
}

func (d *desk) refusesEncodings(operations map[string]restOperation) {
	for id, o := range operations {
		if len(o.body) == 0 {
			continue
		}
		valid := d.request(id)
		text := asText(d.t, valid.body)
		for _, body := range []string{strings.Replace(text, `":"`, "\":\"\xff", 1), strings.Replace(text, `":"`, "\":\"\xed\xa0\x80", 1)} {
			d.refuses(o, valid.path, body, "body")
		}
	}
}

func (d *desk) namesAll(operations map[string]restOperation) {
	site := d.newSite(demoOrganisation)
	maps.Copy(site, object{
		"locale": "english!", "confirm_url": "/welcome", "sender_email": "hello", "domains": []string{"a.new.example", "https://shop.example"},
		"brand": object{"logo_url": "logo.png"},
	})
	d.refuses(operations["createSite"], nil, site, "body.brand.logo_url", "body.confirm_url", "body.domains[1]", "body.locale", "body.sender_email")
	d.refuses(operations["updateSite"], map[string]string{"siteId": d.ours["siteId"]}, object{
		"slug": "Tea Shop", "name": 7, "colour": "red", "features": []any{"DUAL_CONSENT", 7}, "neutral_responses": "yes",
	}, "body.colour", "body.features[1]", "body.name", "body.neutral_responses", "body.slug")
	d.refuses(operations["createSite"], nil, object{}, "body.name", "body.organisation_id", "body.slug")
	d.refuses(operations["createCampaign"], nil, object{
		"id": "summer", "site_id": d.ours["site_id"], "name": "\x00", "metadata_schema": 7,
		"opens_at": "2026-02-01T00:00:00Z", "closes_at": "2026-01-01T00:00:00Z",
	}, "body.closes_at", "body.metadata_schema", "body.name")
	d.refuses(operations["putAccount"], map[string]string{"customerId": "c-1"}, object{
		"site_id": d.ours["site_id"], "email": "ada", "phone_number": "123", "name": "a\nb",
	}, "body.email", "body.name", "body.phone_number")
	answer := newAnswer(d.ours["site_id"], true)
	answer["audit_data"] = object{"message_shown": " ", "form_identifier": "\x00", "form_location": "\t"}
	d.refuses(operations["setAccountMarketingPreference"], d.request("setAccountMarketingPreference").path, answer,
		"body.audit_data.form_identifier", "body.audit_data.form_location", "body.audit_data.message_shown")
}

func (d *desk) measures(operations map[string]restOperation) {
	for id, o := range operations {
		if len(o.body) == 0 {
			continue
		}
		request := d.request(id)
		text := asText(d.t, request.body)
		target, fits := request.target(d.t, o.path), text+strings.Repeat(" ", 64<<10-len(text))
		before := d.tables(d.t)
		d.boss.wants(http.StatusRequestEntityTooLarge, o.method, target, fits+" ")
		d.boss.wants(http.StatusRequestEntityTooLarge, o.method, target, strings.Repeat(text, 10_000))
		d.wantUnchanged(d.t, before)
		if got := d.boss.do(o.method, target, fits); got.status >= http.StatusBadRequest {
			d.t.Errorf("%s: a body of 64 KB answers %d %s", id, got.status, got.body)
		}
	}
}

func (d *desk) refusesTypes(operations map[string]restOperation) {
	for id, o := range operations {
		if len(o.body) == 0 {
			continue
		}
		request := d.request(id)
		for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data; boundary=x", "application/cbor", "nonsense"} {
			before := d.tables(d.t)
			got := d.boss.send(o.method, request.target(d.t, o.path), request.body, map[string]string{"Content-Type": contentType})
			if got.status != http.StatusUnsupportedMediaType {
				d.t.Errorf("%s: %s answers %d %s, want 415", id, contentType, got.status, got.body)
			}
			d.wantUnchanged(d.t, before)
		}
	}
}
