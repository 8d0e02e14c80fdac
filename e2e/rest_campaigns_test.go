package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

func restCampaignStories() []scenario {
	return []scenario{
		{"a campaign defined over REST takes entries with the metadata it asks for, until it closes", runsCampaign},
		{"a campaign without a schema takes no metadata", takesNoMetadata},
		{"a campaign whose id two sites have is named with its site", namesCampaignsSite},
	}
}

// comesToAnswer waits until an entry of somebody new is answered like that.
func (c *client) comesToAnswer(campaign, want string) {
	c.t.Helper()
	eventually(c.t, func() any {
		op := enterCampaign(campaign, c.shop.email("ada")).with("campaignMetadata", map[string]any{"barName": "Queue"})
		answer, err := c.send(op.document, op.variables).answer(op.field)
		if err != nil {
			return err.Error()
		}
		return answer
	}, any(want))
}

func runsCampaign(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	visitor := s.visitor(t).at(c.slug)
	visitor.does(enterCampaign("summer", s.email("ada")), "NOT_FOUND")
	c.creates("/campaigns", object{
		"id": "summer", "site_id": c.site, "name": "Summer", "metadata_schema": object{
			"type": "object", "properties": object{"barName": object{"type": "string", "maxLength": 5}}, "required": []string{"barName"}},
	})
	visitor.comesToAnswer("summer", "OK")
	visitor.refused(enterCampaign("summer", s.email("eve")), "BAD_USER_INPUT", "campaignMetadata.barName")
	long := map[string]any{"barName": "Prince of Wales"}
	visitor.refused(enterCampaign("summer", s.email("eve")).with("campaignMetadata", long), "BAD_USER_INPUT", "campaignMetadata.barName")

	path := "/campaigns/summer?site_id=" + c.site
	c.patches(path, object{"closes_at": time.Now().Add(-time.Minute)})
	visitor.comesToAnswer("summer", "NOT_FOUND")
	if open := c.patches(path, object{"closes_at": nil}); open["closes_at"] != nil || open["name"] != "Summer" || open["metadata_schema"] == nil {
		t.Errorf("opening it again answers %v", open)
	}
	visitor.comesToAnswer("summer", "OK")
	c.patches(path, object{"opens_at": time.Now().Add(time.Hour)})
	visitor.comesToAnswer("summer", "NOT_FOUND")
	c.patches(path, object{"opens_at": "2026-01-01T00:00:00.123456789+02:00"})
	visitor.comesToAnswer("summer", "OK")
	if got := c.gets(path)["opens_at"]; got != "2025-12-31T22:00:00.123456Z" {
		t.Errorf("it opens at %v", got)
	}
}

func takesNoMetadata(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	visitor := s.visitor(t).at(c.slug)
	plain := c.creates("/campaigns", object{"id": "plain", "site_id": c.site, "name": "Plain"})
	for _, name := range []string{"opens_at", "closes_at", "metadata_schema"} {
		if value, ok := plain[name]; !ok || value != nil {
			t.Errorf("%s is %v, want null", name, value)
		}
	}
	op := enterCampaign("plain", s.email("ada"))
	visitor.does(op, "OK", entered("plain"))
	visitor.refused(enterCampaign("plain", s.email("eve")).with("campaignMetadata", map[string]any{"a": 1}), "BAD_USER_INPUT", "campaignMetadata.a")
	path := "/campaigns/plain?site_id=" + c.site
	c.patches(path, object{"metadata_schema": object{"properties": object{"barName": true}}})
	visitor.comesToAnswer("plain", "OK")
	if got := c.patches(path, object{"metadata_schema": nil}); got["metadata_schema"] != nil {
		t.Errorf("without a schema it is %v", got)
	}
}

func namesCampaignsSite(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	other, _ := c.opens(marketing)
	c.creates("/campaigns", object{"id": "draw", "site_id": c.site, "name": "Here"})
	if got := c.gets("/campaigns/draw"); got["name"] != "Here" || got["site_id"] != c.site {
		t.Errorf("the only one of the id is %v", got)
	}
	c.creates("/campaigns", object{"id": "draw", "site_id": other, "name": "There"})
	for _, method := range []string{http.MethodGet, http.MethodPatch} {
		body := any(object{"name": "Everywhere"})
		if method == http.MethodGet {
			body = nil
		}
		got := c.wants(http.StatusUnprocessableEntity, method, "/campaigns/draw", body)
		if !slices.Equal(got.fields(), []string{"query.site_id"}) {
			t.Errorf("%s of one of two answers %s", method, got.body)
		}
	}
	c.patches("/campaigns/draw?site_id="+other, object{"name": "Over there"})
	for site, want := range map[string]string{c.site: "Here", other: "Over there"} {
		if got := c.lists("/campaigns?site_id=" + site); len(got) != 1 || got[0]["name"] != want {
			t.Errorf("the campaigns of the site are %v, want %s", got, want)
		}
	}
	if got := c.lists("/campaigns"); len(got) != 2 {
		t.Errorf("the campaigns of the organisation are %v, want two", got)
	}
	stranger := s.company(t)
	stranger.wants(http.StatusNotFound, http.MethodGet, "/campaigns/draw", nil)
}
