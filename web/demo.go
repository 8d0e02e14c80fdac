package web

import (
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

//go:embed demo.html
var demoFiles embed.FS

// demoPolicy allows what the shop needs of its own origin. Its forms are sent by script; should the script be missing,
// no address ends up in a URL.
const demoPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// siteSlug is what may be a site's slug.
const siteSlug = `^[a-z0-9-]{1,64}$`

// DemoOptions are what the demo storefront has to know.
type DemoOptions struct {
	Endpoint string     // path of GraphQL on the same origin, such as "/graphql"
	Sites    []DemoSite // what the visitor can switch between; the first is shown at first
	Inbox    string     // path of the development inbox on the same origin

	// Customer returns who is logged in. It is asked on every load, since logins expire.
	Customer func() (DemoCustomer, error)
}

// DemoSite is a site that the demo offers to switch to.
type DemoSite struct{ Slug, Label string }

// DemoCustomer is the customer of the account page. An empty Token means that nobody is logged in.
type DemoCustomer struct{ Name, Email, PhoneNumber, Token string }

// demoConfig is what static/demo/start.js reads from the page.
type demoConfig struct {
	Endpoint string `json:"endpoint"`
	Site     string `json:"site"`
	Inbox    string `json:"inbox"`
	Token    string `json:"token,omitempty"`
}

// demoPage is one page of the shop as its template sees it.
type demoPage struct {
	demoView
	Views    []demoView
	Sites    []DemoSite
	Customer DemoCustomer
	Config   demoConfig
	Products []demoProduct
}

// demoView is an entry of the shop's navigation. The template knows it by its path.
type demoView struct{ Path, Title string }

func demoViews() []demoView {
	return []demoView{{"/demo", "Shop"}, {"/demo/prize-draw", "Prize draw"}, {"/demo/account", "Account"}}
}

// Demo answers with the pages of a small tea shop: /demo, /demo/prize-draw and /demo/account, and 404 to every other
// path. Everything in them is read and changed through GraphQL. The query parameter "site" chooses the site by its
// slug, those of Sites or any other of the installation; what is not a slug is ignored. The account page holds the
// customer's token: everybody who can open the page can read it. Script, style and pictures come from Static.
func Demo(o DemoOptions, log *slog.Logger) http.Handler {
	page := template.Must(template.ParseFS(demoFiles, "demo.html"))
	return handler(log, func(w http.ResponseWriter, r *http.Request) error {
		data := demoPage{Views: demoViews(), Products: demoProducts()}
		at := slices.IndexFunc(data.Views, func(v demoView) bool { return v.Path == strings.TrimSuffix(r.URL.Path, "/") })
		if at < 0 {
			http.NotFound(w, r)
			return nil
		}
		customer, err := o.Customer()
		if err != nil {
			return fmt.Errorf("logging the demo customer in: %w", err)
		}
		data.demoView, data.Customer = data.Views[at], customer
		site := o.site(r)
		data.Sites = withSite(o.Sites, site)
		data.Config = demoConfig{Endpoint: o.Endpoint, Site: site, Inbox: o.Inbox}
		if data.Path == "/demo/account" {
			data.Config.Token = customer.Token // the shop's other forms are for guests
		}
		return writePage(w, r, page, demoPolicy, data)
	})
}

// site is the slug of the site that the visitor chose, or else of the first one.
func (o DemoOptions) site(r *http.Request) string {
	if chosen := r.URL.Query().Get("site"); regexp.MustCompile(siteSlug).MatchString(chosen) {
		return chosen
	}
	if len(o.Sites) == 0 {
		return "" // the request's host says which site it is
	}
	return o.Sites[0].Slug
}

// withSite returns the sites and, if it is not among them, the one with the slug.
func withSite(sites []DemoSite, slug string) []DemoSite {
	if slug == "" || slices.ContainsFunc(sites, func(s DemoSite) bool { return s.Slug == slug }) {
		return sites
	}
	return append(slices.Clone(sites), DemoSite{Slug: slug, Label: slug})
}
