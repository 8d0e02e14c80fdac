package graph_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"assent/consent"
)

// storefronts are three sites that have hosts, the last one of another organisation.
func storefronts(s *setup) {
	m := newMemory(shop(), outlet(), rival())
	m.sites[0].Domains = []string{"shop.example", "xn--kse-qla.example", "2001:db8::1", "localhost"}
	m.sites[1].Domains = []string{"outlet.example"}
	m.sites[2].Domains = []string{"rival.example"}
	m.domains = map[string]string{}
	for _, site := range m.sites {
		for _, d := range site.Domains {
			m.domains[d] = site.Slug
		}
	}
	s.store = m
}

// lone is an installation with one site, which is found by any host.
func lone(s *setup) {
	storefronts(s)
	s.store.sites = s.store.sites[:1]
}

func localOrigins(s *setup) { s.LocalOrigins = true }

// preflight asks, as a browser does, whether a page may send what storefronts send.
func (d *door) preflight(t testing.TB, origin string) http.Header {
	t.Helper()
	w := d.record(t, http.MethodOptions, "/graphql", "", "Origin", origin,
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,x-site-id")
	if w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("a preflight is answered with %d %s", w.Code, w.Body)
	}
	return w.Header()
}

func TestWhichPagesMayCall(t *testing.T) {
	tests := []struct {
		name, origin   string
		open           func(*setup)
		allowed, local bool // local: where pages of this machine may call
	}{
		{"a storefront", "https://shop.example", storefronts, true, true},
		{"a storefront on another port", "https://shop.example:8443", storefronts, true, true},
		{"a storefront with an international name", "https://xn--kse-qla.example", storefronts, true, true},
		{"an international name as no browser sends it", "https://käse.example", storefronts, false, false},
		{"a storefront with an IPv6 address", "https://[2001:db8::1]", storefronts, true, true},
		{"the same address, written out", "https://[2001:0db8::0001]:8443", storefronts, true, true},
		{"another address", "https://[2001:db8::2]", storefronts, false, false},
		{"a storefront over http", "http://shop.example", storefronts, false, false},
		{"another scheme", "ftp://shop.example", storefronts, false, false},
		{"capitals, as no browser sends them", "https://Shop.example", storefronts, false, false},
		{"the root of the name", "https://shop.example.", storefronts, false, false},
		{"a name below it", "https://www.shop.example", storefronts, false, false},
		{"a name that ends the same", "https://evilshop.example", storefronts, false, false},
		{"a name that begins the same", "https://shop.example.evil.example", storefronts, false, false},
		{"a name with a user in front", "https://shop.example@evil.example", storefronts, false, false},
		{"a user in front of the name", "https://evil@shop.example", storefronts, false, false},
		{"a path", "https://shop.example/", storefronts, false, false},
		{"a query", "https://shop.example?a", storefronts, false, false},
		{"two origins", "https://shop.example https://shop.example", storefronts, false, false},
		{"nobody", "null", storefronts, false, false},
		{"every storefront", "https://*", storefronts, false, false},
		{"no scheme", "shop.example", storefronts, false, false},
		{"no host", "https://", storefronts, false, false},
		{"no host but a port", "https://:443", storefronts, false, false},
		{"an extension of a browser", "chrome-extension://shop.example", storefronts, false, false},
		{"rubbish", "\x7f%zz:// [", storefronts, false, false},
		{"a page from elsewhere", "https://evil.example", storefronts, false, false},
		{"a page from elsewhere, where there is only one site", "https://evil.example", lone, false, false},
		{"the storefront, where there is only one site", "https://shop.example", lone, true, true},
		{"this machine, as a site has it", "http://localhost:3000", storefronts, true, true},
		{"this machine over https", "https://localhost", storefronts, true, true},
		{"this machine by an address", "http://127.0.0.1:3000", storefronts, false, true},
		{"this machine by an IPv6 address", "http://[::1]:3000", storefronts, false, true},
		{"this machine by another name", "http://shop.localhost:3000", storefronts, false, true},
		{"a name that looks like this machine", "http://localhost.evil.example", storefronts, false, false},
		{"an address that looks like this machine", "http://128.0.0.1", storefronts, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, local := range []bool{false, true} {
				want, d := tt.allowed, open(t, tt.open)
				if local {
					want, d = tt.local, open(t, tt.open, localOrigins)
				}
				header := d.preflight(t, tt.origin)
				asked := d.ask(t, "{site{id}}", "", "Origin", tt.origin, "X-Site-Id", "shop")
				asked.wantData(t, `{"site":{"id":"`+shop().ID.String()+`"}}`)
				for what, got := range map[string]http.Header{"the preflight": header, "the request": asked.header} {
					if allowed := got.Get("Access-Control-Allow-Origin"); (allowed == tt.origin) != want || (allowed != "") != want {
						t.Errorf("this machine %t: %s is answered for %q, want it to be allowed: %t", local, what, allowed, want)
					}
					if got.Get("Vary") != "Origin" || got.Get("Access-Control-Allow-Credentials") != "" {
						t.Errorf("%s is answered with %v", what, got)
					}
				}
			}
		})
	}
}

func TestAStorefrontReadsWhatItsOrganisationIsAnswered(t *testing.T) {
	d := open(t, storefronts)
	for _, tt := range []struct {
		origin, site string
		readable     bool
	}{
		{"https://shop.example", "shop", true},
		{"https://shop.example", "outlet", true},
		{"https://shop.example", "rival", false},
		{"https://rival.example", "outlet", false},
		{"https://rival.example", "rival", true},
		{"https://rival.example", "misspelt", true},
		{"https://rival.example", "", true},
	} {
		got := d.ask(t, "{site{id}}", "", "Origin", tt.origin, "X-Site-Id", tt.site)
		if allowed := got.header.Get("Access-Control-Allow-Origin") == tt.origin; allowed != tt.readable {
			t.Errorf("%s at the site %q: got %t, want %t", tt.origin, tt.site, allowed, tt.readable)
		}
	}
}

func TestWhatABrowserMaySendAndRead(t *testing.T) {
	d := open(t, storefronts)
	const origin = "https://shop.example"
	preflight := d.preflight(t, origin)
	for _, name := range []string{"authorization", "content-type", "x-site-id", "x-captcha-token", "accept"} {
		if !strings.Contains(strings.ToLower(preflight.Get("Access-Control-Allow-Headers")), name) {
			t.Errorf("%s may not be sent", name)
		}
	}
	if got := preflight.Get("Access-Control-Allow-Methods"); got != "GET, POST" {
		t.Errorf("the methods are %s", got)
	}
	refused := d.ask(t, "{site{id}}", "", "Origin", origin, "X-Site-Id", "shop", "Authorization", "Bearer expired")
	refused.wantRefused(t, 401, "UNAUTHENTICATED")
	for _, name := range []string{"RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"} {
		if !strings.Contains(refused.header.Get("Access-Control-Expose-Headers"), name) {
			t.Errorf("%s may not be read", name)
		}
	}
	if refused.header.Get("Access-Control-Allow-Origin") != origin {
		t.Error("the refusal of a login cannot be read")
	}
}

func TestOtherClientsAreNotAffected(t *testing.T) {
	d := open(t, storefronts)
	got := d.ask(t, "{site{id}}", "", "X-Site-Id", "shop")
	got.wantData(t, `{"site":{"id":"`+shop().ID.String()+`"}}`)
	for name := range got.header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s is %s", name, got.header.Get(name))
		}
	}
	d.send(t, http.MethodOptions, "/graphql", "", "Origin", "https://shop.example").wantRefused(t, 405, "GRAPHQL_PARSE_FAILED")
}

func TestWhileSitesCannotBeReadNoPageMayCall(t *testing.T) {
	d := open(t, storefronts)
	d.store.fault = func(string) error { return http.ErrHandlerTimeout }
	if header := d.preflight(t, "https://shop.example"); header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a page may call")
	}
}

func FuzzOrigin(f *testing.F) {
	for _, seed := range []string{
		"https://shop.example", "https://SHOP.example:1", "http://localhost:3000", "null", "https://[::1]", "https://a@shop.example",
		"http://shop.example", "https://shop.example:", "https://shop.example/", "https://[fe80::1%25lo]", "https://käse.example",
	} {
		f.Add(seed)
	}
	d := open(f, storefronts)
	sites := map[string]consent.Site{}
	for _, site := range d.store.sites {
		for _, domain := range site.Domains {
			sites[domain] = site
		}
	}
	f.Fuzz(func(t *testing.T, origin string) {
		allowed := d.preflight(t, origin).Get("Access-Control-Allow-Origin")
		if allowed == "" {
			return
		}
		u, err := url.Parse(origin)
		if err != nil || allowed != origin || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q is allowed as %q", origin, allowed)
		}
		_, known := sites[u.Hostname()]
		if !known && !strings.HasPrefix(u.Host, "[") || u.Scheme != "https" && u.Hostname() != "localhost" {
			t.Errorf("%q is allowed", origin)
		}
	})
}
