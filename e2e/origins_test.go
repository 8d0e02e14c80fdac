package e2e

import (
	"net/http"
	"testing"
)

// TestOrigins is the list of hosts that a storefront may have, as staff change it.
func TestOrigins(t *testing.T) {
	onBothWithKey(t, func(t *testing.T, s *shop) {
		const origin = "https://new.shop.example"
		mayCall := func() bool {
			t.Helper()
			got := s.visitor(t).with("Origin", origin).with("Access-Control-Request-Method", "POST").do(http.MethodOptions, "/graphql", "")
			return got.header.Get("Access-Control-Allow-Origin") == origin
		}
		may := func(want bool, when string) {
			t.Helper()
			if mayCall() != want {
				t.Errorf("a page may call %s: %t, want %t", when, !want, want)
			}
		}
		staff := s.staff(t, bootstrapKey)
		set := func(domains ...string) {
			t.Helper()
			if got := staff.do(http.MethodPatch, "/sites/"+demoSite, object{"domains": append([]string{}, domains...)}); got.status != http.StatusOK {
				t.Fatalf("changing the domains answers %d %s", got.status, got.body)
			}
		}
		may(false, "before its host is listed")
		set("new.shop.example")
		may(true, "once it is")
		answer := s.visitor(t).with("Origin", origin).send("{ site { id } }", nil)
		if answer.header.Get("Access-Control-Allow-Origin") != origin {
			t.Error("the page cannot read its answer")
		}
		if other := s.visitor(t).at(elsewhere).with("Origin", origin).send("{ site { id } }", nil); other.header.Get("Access-Control-Allow-Origin") != "" {
			t.Error("the page can read what another organisation answers")
		}
		set()
		may(false, "when it is no longer")
	})
}
