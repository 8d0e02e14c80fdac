package e2e

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func restSiteStories() []scenario {
	return []scenario{
		{"a site is found by its id, its slug and its domains as soon as it is defined", findsNewSite},
		{"a site whose features change offers other channels", changesFeatures},
		{"a site with double opt-in asks for confirmation on its own page, with its name", switchesDoubleOptIn},
		{"a site that is to be neutral tells nothing from then on", becomesNeutral},
		{"a change touches nothing that was not sent, and what is sent empty is unset", changesWhatIsSent},
		{"a site shows its CAPTCHA to storefronts and its secret to nobody", keepsCaptchaSecret},
		{"of several sites with one slug and domain that are made at once one comes to be", takesOnce},
		{"a site that takes another slug and other domains is not found by the old ones", movesSite},
	}
}

const siteFeatures = `{ site { features marketingTypes } }`

func findsNewSite(t *testing.T, s *shop) {
	c, slug := s.company(t), "new-"+strings.ToLower(rand.Text())
	s.visitor(t).at(slug).refused(operation{document: siteName}, "SITE_NOT_FOUND", "")
	site := c.creates("/sites", object{
		"organisation_id": c.id, "slug": slug, "name": "New & shiny", "domains": []string{"WWW." + slug + ".Example.", "bücher-" + slug + ".example"},
	})
	want := `{"site":{"name":"New \u0026 shiny"}}`
	s.visitor(t).at(slug).comesToSee(siteName, want)
	s.visitor(t).at(site["id"].(string)).comesToSee(siteName, want)
	s.visitor(t).atHost("www."+slug+".example:8443").comesToSee(siteName, want)
	for _, domain := range site["domains"].([]any) {
		s.visitor(t).atHost(domain.(string)).comesToSee(siteName, want)
	}
	if second := site["domains"].([]any)[1].(string); !strings.HasPrefix(second, "xn--") {
		t.Errorf("a domain of other letters is kept as %s", second)
	}
}

func changesFeatures(t *testing.T, s *shop) {
	c := s.company(t)
	visitor, path := s.visitor(t).at(c.slug), "/sites/"+c.site
	visitor.comesToSee(siteFeatures, `{"site":{"features":[],"marketingTypes":[]}}`)
	c.patches(path, object{"features": []string{"THIRD_PARTY_MARKETING_SETTINGS", marketing, marketing}})
	visitor.comesToSee(siteFeatures, `{"site":{"features":["MARKETING_PREFERENCES_ENABLED","THIRD_PARTY_MARKETING_SETTINGS"],"marketingTypes":["EMAIL","SMS","THIRD_PARTY"]}}`)
	c.patches(path, object{"features": []string{}})
	visitor.comesToSee(siteFeatures, `{"site":{"features":[],"marketingTypes":[]}}`)
	visitor.does(signUp("EMAIL", s.email("ada")), "NOT_FOUND")
}

func switchesDoubleOptIn(t *testing.T, s *shop) {
	c, email := s.company(t, marketing), s.email("ada")
	visitor := s.visitor(t).at(c.slug)
	visitor.does(signUp("EMAIL", s.email("grace")), "OK", granted("EMAIL"))
	c.patches("/sites/"+c.site, object{
		"name": "Tea & more", "features": []string{marketing, "DOUBLE_OPT_IN"}, "confirm_url": "https://tea.example/welcome?lang=en",
	})
	visitor.comesToSee(siteName, `{"site":{"name":"Tea \u0026 more"}}`)
	visitor.does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	letter := s.letterTo(t, email)
	if !strings.Contains(letter.Text, "Tea & more") {
		t.Errorf("the letter does not name the site:\n%s", letter.Text)
	}
	visitor.does(confirm(letter.link(t, "https://tea.example/welcome?")), "OK", granted("EMAIL"))
}

func becomesNeutral(t *testing.T, s *shop) {
	c, email := s.company(t, marketing), s.email("ada")
	visitor := s.visitor(t).at(c.slug)
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	visitor.knows(email, isSubscribed)
	c.patches("/sites/"+c.site, object{"neutral_responses": true})
	visitor.knows(email, isNotAMember)
	c.patches("/sites/"+c.site, object{"neutral_responses": false})
	visitor.knows(email, isSubscribed)
}

func changesWhatIsSent(t *testing.T, s *shop) {
	c, slug := s.company(t), "full-"+strings.ToLower(rand.Text())
	full := object{
		"organisation_id": c.id, "slug": slug, "name": "Shop", "features": []any{marketing, "DUAL_CONSENT"}, "domains": []any{"b." + slug + ".example", "a." + slug + ".example"},
		"default_region": "DE", "locale": "de-AT", "confirm_url": "https://tea.example/welcome", "unsubscribe_url": "https://tea.example/bye",
		"sender_name": "Tee", "sender_email": "Hallo@tea.example", "one_trust_url": "https://tea.example/trust", "neutral_responses": true,
		"brand":   object{"colour": "#2f5d50", "logo_url": "https://tea.example/logo.png"},
		"captcha": object{"provider": "TURNSTILE", "site_key": "key", "secret": captchaSecret},
	}
	site := c.creates("/sites", full)
	path, want := "/sites/"+site["id"].(string), maps.Clone(full)
	want["captcha"] = object{"provider": "TURNSTILE", "site_key": "key", "secret_version": 1.0}
	maps.Copy(want, object{"id": site["id"], "created_at": site["created_at"], "updated_at": site["created_at"]})
	wantSame(t, site, want)
	wantSame(t, c.gets(path), want)

	wantSame(t, c.patches(path, object{}), want)
	for _, change := range []object{
		{"name": "Another"}, {"brand": object{"colour": "#000000"}}, {"locale": ""}, {"default_region": ""}, {"confirm_url": ""}, {"sender_email": ""},
		{"brand": object{"logo_url": ""}}, {"neutral_responses": false}, {"domains": []any{}}, {"features": []any{}},
	} {
		for name, value := range change {
			if inner, ok := value.(object); ok {
				brand := maps.Clone(want["brand"].(object))
				maps.Copy(brand, inner)
				value = brand
			}
			want[name] = value
		}
		changed := c.patches(path, change)
		want["updated_at"] = changed["updated_at"]
		wantSame(t, changed, want)
		wantSame(t, c.gets(path), want)
	}
}

func wantSame(t *testing.T, got, want object) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("it is\n%v, want\n%v", got, want)
	}
}

func takesOnce(t *testing.T, s *shop) {
	c, name := s.company(t), "wanted-"+strings.ToLower(rand.Text())
	var made, refused atomic.Int64
	var all sync.WaitGroup
	for i := range 6 {
		body := object{"organisation_id": c.id, "slug": name, "name": "Shop", "domains": []string{name + ".example"}}
		if i%2 == 1 {
			body["slug"] = fmt.Sprintf("%s-%d", name, i)
		}
		all.Go(func() {
			switch got := c.do(http.MethodPost, "/sites", body); got.status {
			case http.StatusCreated:
				made.Add(1)
			case http.StatusUnprocessableEntity:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 || refused.Load() != 5 {
		t.Errorf("%d sites were made and %d refused, want one and five", made.Load(), refused.Load())
	}
}

func movesSite(t *testing.T, s *shop) {
	c := s.company(t)
	old, slug := c.slug, "moved-"+strings.ToLower(rand.Text())
	c.patches("/sites/"+c.site, object{"domains": []string{old + ".example"}})
	s.visitor(t).atHost(old+".example").comesToSee(siteName, `{"site":{"name":"Shop"}}`)
	c.patches("/sites/"+c.site, object{"slug": slug, "domains": []string{slug + ".example"}})
	s.visitor(t).at(slug).comesToSee(siteName, `{"site":{"name":"Shop"}}`)
	s.visitor(t).atHost(slug+".example").comesToSee(siteName, `{"site":{"name":"Shop"}}`)
	s.visitor(t).at(old).comesToSee(siteName, `null`)
	other, _ := c.opens()
	c.patches("/sites/"+other, object{"slug": old, "name": "Heir", "domains": []string{old + ".example"}})
	s.visitor(t).at(old).comesToSee(siteName, `{"site":{"name":"Heir"}}`)
	s.visitor(t).atHost(old+".example").comesToSee(siteName, `{"site":{"name":"Heir"}}`)
	got := c.wants(http.StatusUnprocessableEntity, http.MethodPatch, "/sites/"+c.site, object{"slug": old, "domains": []string{slug + ".example", old + ".example"}})
	if !strings.Contains(got.body, "is taken") {
		t.Errorf("taking what another site has is answered with %s", got.body)
	}
}
