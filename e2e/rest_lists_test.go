package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func restListStories() []scenario {
	return []scenario{
		{"a long list is read to its end by its links, everything once and in order", pagesThrough},
		{"a filter stays on while paging", pagesFiltered},
		{"what is added while somebody pages comes last and moves nothing", pagesMeanwhile},
	}
}

var nextLink = regexp.MustCompile(`^<(/[^>]*)>; rel="next"$`)

// next is the path of the page after this one; empty: this is the last.
func (a answered) next(t *testing.T) string {
	t.Helper()
	header := a.header.Get("Link")
	if header == "" {
		return ""
	}
	link := nextLink.FindStringSubmatch(header)
	if link == nil {
		t.Fatalf("there is no telling where %q leads", header)
	}
	return link[1]
}

// pages reads a list in parts of two and wants no part but the last to be
// smaller.
func (s *staff) pages(path string) []object {
	s.t.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	var all []object
	for path += separator + "limit=2"; path != ""; {
		got := s.wants(http.StatusOK, http.MethodGet, path, nil)
		part := got.list(s.t)
		path = got.next(s.t)
		if all = append(all, part...); len(part) > 2 || path != "" && len(part) < 2 {
			s.t.Errorf("a part has %d items, want two", len(part))
		}
	}
	return all
}

// wantPages wants the parts of a list to be the whole of it.
func (s *staff) wantPages(path string, least int) {
	s.t.Helper()
	whole, parts := s.lists(path), s.pages(path)
	if len(whole) < least {
		s.t.Fatalf("%s has %d items, want %d for a test", path, len(whole), least)
	}
	wantSame(s.t, object{"list": parts}, object{"list": whole})
}

func pagesThrough(t *testing.T, s *shop) {
	c, boss := s.company(t, marketing), s.staff(t, bootstrapKey)
	for i := range 5 {
		c.defines(fmt.Sprintf("Text %d", i), "")
		site, _ := c.opens(marketing)
		c.creates("/campaigns", object{"id": fmt.Sprintf("draw-%d", i), "site_id": site, "name": "Draw"})
		c.creates("/campaigns", object{"id": fmt.Sprintf("draw-%d", i), "site_id": c.site, "name": "Draw"})
		c.creates("/api-keys", object{"organisation_id": c.id, "role": "read", "name": "Key"})
		c.tells(s.email("id"), object{"email": s.email("ada")})
		boss.creates("/organisations", object{"name": "Company"})
	}
	for path, n := range map[string]int{
		textsPath: 5, "/sites": 6, "/campaigns": 10, "/campaigns?site_id=" + c.site: 5, "/api-keys": 6, "/customers/accounts?site_id=" + c.site: 5,
		offer(c.site): 5, "/admin-records": 20,
	} {
		c.wantPages(path, n)
	}
	boss.wantPages("/organisations", 5)
	boss.wantPages("/sites?organisation_id="+c.id, 6)
	s.staff(t, "").wantPages(publicList+"?organisation_id="+c.id, 5)
	var texts []any
	for _, text := range c.pages(textsPath) {
		texts = append(texts, text["text"])
	}
	if want := []any{"Text 0", "Text 1", "Text 2", "Text 3", "Text 4"}; !slices.Equal(texts, want) {
		t.Errorf("the texts come as %v, want the oldest first", texts)
	}
}

func pagesFiltered(t *testing.T, s *shop) {
	c, boss := s.company(t, marketing), s.staff(t, bootstrapKey)
	for i := range 3 {
		c.defines(fmt.Sprintf("Text %d", i), "")
		s.company(t).defines("Another", "")
	}
	for _, path := range []string{textsPath, "/sites"} {
		for _, item := range boss.pages(path + "?organisation_id=" + c.id) {
			if item["organisation_id"] != c.id {
				t.Errorf("%s of one organisation lists %v", path, item)
			}
		}
	}
}

func pagesMeanwhile(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	var want []string
	for i := range 4 {
		want = append(want, c.defines(fmt.Sprintf("Text %d", i), ""))
	}
	first := c.wants(http.StatusOK, http.MethodGet, textsPath+"?limit=2", nil)
	want = append(want, c.defines("Later", ""))
	c.wants(http.StatusNoContent, http.MethodDelete, textsPath+"/"+want[0], nil)
	c.wants(http.StatusOK, http.MethodPut, textsPath+"/"+want[3], object{"text": "Reworded"})
	second := c.wants(http.StatusOK, http.MethodGet, first.next(t), nil)
	third := c.wants(http.StatusOK, http.MethodGet, second.next(t), nil)
	if got := slices.Concat(ids(first.list(t)), ids(second.list(t)), ids(third.list(t))); !slices.Equal(got, want) || third.next(t) != "" {
		t.Errorf("the parts have %v, want %v", got, want)
	}
}
