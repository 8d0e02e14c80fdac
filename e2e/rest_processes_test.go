package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"assent/store/storetest"
)

// TestRESTOnTwoProcesses changes things through one process and asks another on
// the same database.
func TestRESTOnTwoProcesses(t *testing.T) {
	t.Parallel()
	s := openProduction(t, storetest.Postgres(t), "ADMIN_API_KEY="+bootstrapKey)
	defer s.close(t)
	second := &shop{process: start(t, s.settings...), db: s.db, countAll: s.countAll}
	defer second.stop(t)
	t.Run("a revoked key and a smaller role are obeyed at once", func(t *testing.T) { obeysKeys(t, s, second) })
	t.Run("changes are obeyed within seconds", func(t *testing.T) { obeysChanges(t, s, second) })
}

func obeysKeys(t *testing.T, first, second *shop) {
	c := first.company(t, marketing)
	created := c.creates("/api-keys", object{"organisation_id": c.id, "role": "admin", "name": "Key"})
	path, there := "/api-keys/"+created["id"].(string), second.staff(t, created["key"].(string))
	for range 3 {
		there.creates(textsPath, object{"organisation_id": c.id, "text": "I want offers"})
	}
	c.patches(path, object{"role": "read"})
	there.wants(http.StatusForbidden, http.MethodPost, textsPath, object{"organisation_id": c.id, "text": "I want offers"})
	there.lists(textsPath)
	c.wants(http.StatusNoContent, http.MethodDelete, path, nil)
	there.wants(http.StatusUnauthorized, http.MethodGet, textsPath, nil)
}

func obeysChanges(t *testing.T, first, second *shop) {
	c := first.company(t, marketing)
	there := second.visitor(t).at(c.slug)
	there.comesToSee(siteFeatures, `{"site":{"features":["MARKETING_PREFERENCES_ENABLED"],"marketingTypes":["EMAIL","SMS"]}}`)
	c.patches("/sites/"+c.site, object{"features": []string{}, "name": "Renamed", "domains": []string{c.slug + ".example"}})
	there.comesToSee(siteFeatures, `{"site":{"features":[],"marketingTypes":[]}}`)
	second.visitor(t).atHost(c.slug+".example").comesToSee(siteName, `{"site":{"name":"Renamed"}}`)

	c.patches("/sites/"+c.site, object{"features": []string{marketing}})
	id := c.defines(oldWording, "")
	there.comesToSee(offered, offering([2]string{id, oldWording}))
	c.wants(http.StatusOK, http.MethodPut, textsPath+"/"+id, object{"text": newWording})
	there.comesToSee(offered, offering([2]string{id, newWording}))
	c.wants(http.StatusNoContent, http.MethodDelete, offer(c.site)+"/"+id, nil)
	there.comesToSee(offered, offering())
	public := func() int { return len(second.staff(t, "").lists(publicList + "?organisation_id=" + c.id)) }
	eventually(t, public, 1)
	c.wants(http.StatusNoContent, http.MethodDelete, textsPath+"/"+id, nil)
	eventually(t, public, 0)

	c.creates("/campaigns", object{"id": "draw", "site_id": c.site, "name": "Draw", "metadata_schema": object{"properties": object{"barName": true}}})
	there.comesToAnswer("draw", "OK")
	c.patches("/campaigns/draw", object{"closes_at": time.Now()})
	there.comesToAnswer("draw", "NOT_FOUND")
}

// TestRESTLostDatabase cuts the connections to PostgreSQL: a key that nobody can
// look up is not a wrong one.
func TestRESTLostDatabase(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	p, through := newProxy(t, database)
	s := openProduction(t, database, "DATABASE_URL="+through, "ADMIN_API_KEY="+bootstrapKey)
	defer s.close(t)
	c := s.company(t, marketing)
	before := s.tables(t)
	p.setCut(true)
	for method, path := range map[string]string{"GET": "/sites", "POST": textsPath, "DELETE": "/api-keys/" + demoSite} {
		text := asText(t, object{"organisation_id": c.id, "text": oldWording})
		got := s.visitor(t).with("Authorization", "Bearer "+c.key).do(method, path, text)
		id := answered{body: got.body}.object(t)["error_id"]
		if got.status != http.StatusInternalServerError || id == nil || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s answers %d %s", method, path, got.status, got.body)
		}
		if s.log.waitFor(regexp.MustCompile(fmt.Sprintf(`.*ERROR.*%s.*`, id))) == "" {
			t.Errorf("no line of the log explains %s", got.body)
		}
	}
	p.setCut(false)
	s.wantUnchanged(t, before)
	c.defines(oldWording, "")
}
