package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func restPublicStories() []scenario {
	return []scenario{
		{"everybody sees the texts of an organisation and nothing else of them", showsTexts},
		{"whoever has the public list already is told so, until it changes", keepsList},
		{"a sign-up form on any site may read the public list", readsFromAnywhere},
	}
}

const publicList = "/customers/show-marketing-preferences"

func showsTexts(t *testing.T, s *shop) {
	c, everybody := s.company(t, marketing), s.staff(t, "")
	path := publicList + "?organisation_id=" + c.id
	wantSame(t, object{"texts": everybody.lists(path)}, object{"texts": []object{}})
	id, second := c.defines(oldWording, ""), c.defines("I want <b>calls</b> & \"letters\"", c.site)
	want := object{"texts": []object{{"id": id, "text": oldWording}, {"id": second, "text": "I want <b>calls</b> & \"letters\""}}}
	wantSame(t, object{"texts": everybody.lists(path)}, want)
	wantSame(t, object{"texts": s.staff(t, "no key of ours").lists(path)}, want)
	c.wants(http.StatusNoContent, http.MethodDelete, textsPath+"/"+id, nil)
	wantSame(t, object{"texts": everybody.lists(path)}, object{"texts": want["texts"].([]object)[1:]})
	everybody.wants(http.StatusNotFound, http.MethodGet, publicList+"?organisation_id="+uuid.NewString(), nil)
	for _, missing := range []string{"", "?organisation_id=", "?organisation_id=7"} {
		if got := everybody.wants(http.StatusUnprocessableEntity, http.MethodGet, publicList+missing, nil); got.fields()[0] != "query.organisation_id" {
			t.Errorf("%q answers %s", missing, got.body)
		}
	}
}

func keepsList(t *testing.T, s *shop) {
	c, everybody := s.company(t, marketing), s.staff(t, "")
	path := publicList + "?organisation_id=" + c.id
	id := c.defines(oldWording, "")
	first := everybody.wants(http.StatusOK, http.MethodGet, path, nil)
	tag := first.header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || !strings.HasPrefix(first.header.Get("Cache-Control"), "public, max-age=") {
		t.Errorf("it may be kept as %s for %s", tag, first.header.Get("Cache-Control"))
	}
	for _, tags := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		got := everybody.send(http.MethodGet, path, nil, map[string]string{"If-None-Match": tags})
		if got.status != http.StatusNotModified || got.header.Get("ETag") != tag || got.header.Get("Cache-Control") == "" {
			t.Errorf("whoever has %s gets %d %v", tags, got.status, got.header)
		}
	}
	head := everybody.wants(http.StatusOK, http.MethodHead, path, nil)
	if head.body != "" || head.header.Get("ETag") != tag {
		t.Errorf("HEAD answers %v with %q", head.header, head.body)
	}
	c.wants(http.StatusOK, http.MethodPut, textsPath+"/"+id, object{"text": newWording})
	got := everybody.send(http.MethodGet, path, nil, map[string]string{"If-None-Match": tag})
	if got.status != http.StatusOK || got.header.Get("ETag") == tag || got.list(t)[0]["text"] != newWording {
		t.Errorf("after the change the answer is %d %v %s", got.status, got.header, got.body)
	}
	if private := c.wants(http.StatusOK, http.MethodGet, textsPath, nil); private.header.Get("Cache-Control") != "no-store" {
		t.Errorf("what a key sees may be kept: %v", private.header)
	}
}

func readsFromAnywhere(t *testing.T, s *shop) {
	c, everybody := s.company(t, marketing), s.staff(t, "")
	path := publicList + "?organisation_id=" + c.id
	origin := map[string]string{"Origin": "https://shop.elsewhere.example"}
	missing := publicList + "?organisation_id=" + uuid.NewString()
	for _, path := range []string{path, missing, publicList} {
		if got := everybody.send(http.MethodGet, path, nil, origin); got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s answers a script of another site with %v", path, got.header)
		}
	}
	preflight := everybody.send(http.MethodOptions, path, nil, map[string]string{
		"Origin": origin["Origin"], "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match",
	})
	if preflight.status != http.StatusNoContent || preflight.header.Get("Access-Control-Allow-Origin") != "*" ||
		!strings.Contains(preflight.header.Get("Access-Control-Allow-Methods"), "GET") || preflight.header.Get("Access-Control-Allow-Headers") == "" {
		t.Errorf("a browser that asks first is answered %d %v", preflight.status, preflight.header)
	}
	if got := c.send(http.MethodGet, textsPath, nil, origin); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("scripts of other sites may use a key: %v", got.header)
	}
}
