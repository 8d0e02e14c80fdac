package e2e

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestRESTStories show that what is defined over REST is what shoppers get.
func TestRESTStories(t *testing.T) {
	stories := slices.Concat(
		restTextStories(), restWordingStories(), restSiteStories(), restCampaignStories(), restKeyStories(), restAccountStories(),
		restPublicStories(), restListStories(),
	)
	onBothWithKey(t, func(t *testing.T, s *shop) {
		for _, story := range stories {
			t.Run(story.promise, func(t *testing.T) { story.show(t, s) })
		}
	})
}

const marketing = "MARKETING_PREFERENCES_ENABLED"

// company is an organisation with a site, and the key of its administrators.
type company struct {
	*staff
	id   string
	site string // its id
	slug string
}

func (s *shop) company(t *testing.T, features ...string) company {
	t.Helper()
	boss := s.staff(t, bootstrapKey)
	id := boss.creates("/organisations", object{"name": "Company " + rand.Text()})["id"].(string)
	c := company{staff: boss.hire("admin", id), id: id}
	c.site, c.slug = c.opens(features...)
	return c
}

// opens creates a site and returns its id and slug.
func (c company) opens(features ...string) (id, slug string) {
	c.t.Helper()
	slug = "shop-" + strings.ToLower(rand.Text())
	site := c.creates("/sites", object{"organisation_id": c.id, "slug": slug, "name": "Shop", "features": append([]string{}, features...), "default_region": "GB"})
	return site["id"].(string), slug
}

// defines creates a text and returns its id; without a site it is on offer
// everywhere.
func (c company) defines(text, site string) string {
	c.t.Helper()
	body := object{"organisation_id": c.id, "text": text}
	if site != "" {
		body["site_id"] = site
	}
	return c.creates(textsPath, body)["id"].(string)
}

const textsPath = "/customers/marketing-preferences"

// offer is the path of the texts on offer at a site.
func offer(site string) string { return "/customers/sites/" + site + "/marketing-preferences" }

func (c company) patches(path string, body object) object {
	c.t.Helper()
	return c.wants(http.StatusOK, http.MethodPatch, path, body).object(c.t)
}

// comesToSee waits until a query has the data: what the back office changes is
// obeyed within seconds.
func (c *client) comesToSee(query, want string) {
	c.t.Helper()
	eventually(c.t, func() string {
		data, err := json.Marshal(c.send(query, nil).Data)
		must(c.t, err)
		return string(data)
	}, want)
}

const offered = `{ site { marketingPreferences { id text } } }`

// offering is what a site answers that offers the texts, each an id and a wording.
func offering(texts ...[2]string) string {
	items := []string{}
	for _, text := range texts {
		items = append(items, fmt.Sprintf(`{"id":%q,"text":%s}`, text[0], quoted(text[1])))
	}
	return `{"site":{"marketingPreferences":[` + strings.Join(items, ",") + `]}}`
}

// quoted is a text as JSON.
func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // it is a text
	}
	return string(text)
}

// ids are those of the things that are listed.
func ids(list []object) []string {
	found := []string{}
	for _, item := range list {
		found = append(found, item["id"].(string))
	}
	return found
}

func (c company) wantOffered(site string, texts ...string) {
	c.t.Helper()
	if got := ids(c.lists(offer(site))); !slices.Equal(got, texts) {
		c.t.Errorf("on offer at the site are %v, want %v", got, texts)
	}
}
