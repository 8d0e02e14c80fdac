package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"assent/auth"

	"github.com/google/uuid"
)

func (d *desk) refusesQueries(_ map[string]restOperation) {
	foreign := base64.RawURLEncoding.EncodeToString([]byte("2026-01-01T00:00:00Z " + demoSite + " a b"))
	for _, list := range []string{
		"/organisations", "/sites", "/campaigns", "/api-keys", "/admin-records", "/customers/marketing-preferences",
		"/customers/sites/" + d.ours["siteId"] + "/marketing-preferences", "/customers/accounts?site_id=" + d.ours["site_id"],
	} {
		for name, values := range map[string][]string{
			"limit":  {"0", "-1", "501", "1.5", "ten", "99999999999999999999", "0x10"},
			"cursor": {"!", "AAAA", foreign, strings.Repeat("A", 513), demoSite, "' OR 1=1 --", "\x00"},
			"offset": {"1"}, "Limit": {"1"}, "": {"1"},
		} {
			for _, value := range values {
				d.refusesQuery(list, name, value)
			}
		}
	}
	for list, name := range map[string]string{
		"/sites": "organisation_id", "/customers/marketing-preferences": "organisation_id", "/campaigns": "site_id",
		"/customers/accounts": "site_id", "/customers/show-marketing-preferences": "organisation_id",
	} {
		for _, value := range []string{"7", demoSite + "0", "demo", "\x00"} {
			d.refusesQuery(list, name, value)
		}
	}
	d.refusesQuery("/customers/show-marketing-preferences?organisation_id="+demoOrganisation, "cursor", foreign)
}

func (d *desk) refusesQuery(list, name, value string) {
	d.t.Helper()
	separator := "?"
	if strings.Contains(list, "?") {
		separator = "&"
	}
	path := list + separator + url.QueryEscape(name) + "=" + url.QueryEscape(value)
	if got := d.boss.do(http.MethodGet, path, nil); got.status != http.StatusUnprocessableEntity || !slices.Equal(got.fields(), []string{"query." + name}) {
		d.t.Errorf("%s answers %d %s, want 422 for query.%s", path, got.status, got.body, name)
	}
}

func (d *desk) refusesPaths(operations map[string]restOperation) {
	for id, o := range operations {
		for _, p := range o.parameters {
			if p.In != "path" {
				continue
			}
			bad := []string{"7", demoSite + "0", "demo", "\x00", "%", "' OR 1=1 --", "é", demoSite + "\n"}
			if p.Schema.Format != "uuid" {
				bad = []string{strings.Repeat("é", 256)}
			}
			if p.Name == "customerId" && id == "putAccount" {
				bad = append(bad, "\x00", "a\nb", "\x7f")
			}
			for _, value := range bad {
				request := d.request(id).in("path", p.Name, value)
				before := d.tables(d.t)
				got := d.boss.do(o.method, request.target(d.t, o.path), request.sent())
				if got.status != http.StatusUnprocessableEntity || !slices.Equal(got.fields(), []string{"path." + p.Name}) {
					d.t.Errorf("%s: %q as %s answers %d %s, want 422", id, value, p.Name, got.status, got.body)
				}
				d.wantUnchanged(d.t, before)
			}
		}
	}
}

func (d *desk) refusesOthers(operations map[string]restOperation) {
	for _, path := range []string{
		"/customers/", "/customers/nothing", "/customers/marketing-preferences/" + uuid.NewString() + "/more", "/sites/", "/sites/a/b", "/campaigns/",
		"/organisations/", "/api-keys/", "/customers/accounts/", "/customers/accounts/c-1/", "/customers/sites", "/customers/sites/" + demoSite,
		"/customers/accounts/ada@" + mailDomain + "/more?email=ada@" + mailDomain, // which no log may hold
	} {
		for _, by := range []*staff{d.as("none"), d.boss} {
			got := by.do(http.MethodGet, path, nil)
			if got.status != http.StatusNotFound {
				d.t.Errorf("%s answers %d %s, want 404", path, got.status, got.body)
			}
		}
	}
	allowed := map[string][]string{"/openapi.json": {"GET", "HEAD"}}
	for _, o := range operations {
		allowed[o.path] = append(allowed[o.path], o.method)
		if o.method == http.MethodGet {
			allowed[o.path] = append(allowed[o.path], http.MethodHead)
		}
	}
	allowed["/customers/show-marketing-preferences"] = append(allowed["/customers/show-marketing-preferences"], http.MethodOptions)
	for template, methods := range allowed {
		slices.Sort(methods)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"} {
			if !slices.Contains(methods, method) {
				d.refusesMethod(method, strings.NewReplacer("{", "", "}", "").Replace(template), strings.Join(methods, ", "))
			}
		}
	}
}

func (d *desk) refusesMethod(method, path, allow string) {
	d.t.Helper()
	before := d.tables(d.t)
	got := d.boss.do(method, path, nil)
	if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != allow {
		d.t.Errorf("%s %s answers %d %s, allowed: %s, want 405 and %s", method, path, got.status, got.body, got.header.Get("Allow"), allow)
	}
	d.wantUnchanged(d.t, before)
}

func (d *desk) refusesRole(operations map[string]restOperation) {
	reader := d.as("read")
	for id, o := range operations {
		if o.method == http.MethodGet {
			continue
		}
		target := d.request(id).target(d.t, o.path)
		for _, body := range []any{nil, "{", "[]", strings.Repeat("x", 100_000)} {
			before := d.tables(d.t)
			reader.wants(http.StatusForbidden, o.method, target+"?colour=red", body)
			d.wantUnchanged(d.t, before)
		}
	}
}

func (d *desk) refusesKeys(_ map[string]restOperation) {
	key := d.as("admin").key
	for name, header := range map[string]string{
		"of another scheme": "Basic " + base64.StdEncoding.EncodeToString([]byte("admin:"+key)), "without a scheme": key, "without a key": "Bearer",
		"with an empty key": "Bearer ", "with a key cut short": "Bearer " + key[:len(key)-1], "with a longer key": "Bearer " + key + "A",
		"with a key in capitals": "Bearer " + strings.ToUpper(key), "with two keys": "Bearer " + key + ", Bearer " + key,
		"with a very long key": "Bearer " + strings.Repeat("A", 10_000), "of a customer": "Bearer " + d.login(d.t, claims{"sub": "c-1"}),
		"with what is kept of a key": "Bearer " + d.hashOf(key),
	} {
		for _, path := range []string{"/sites", "/sites/nonsense", "/sites?limit=0"} {
			if got := d.as("none").send(http.MethodGet, path, nil, map[string]string{"Authorization": header}); got.status != http.StatusUnauthorized {
				d.t.Errorf("an Authorization %s answers %d %s, want 401", name, got.status, got.body)
			}
		}
	}
	for _, scheme := range []string{"bearer", "BEARER"} {
		got := d.as("none").send(http.MethodGet, "/sites", nil, map[string]string{"Authorization": scheme + " " + key})
		if got.status != http.StatusOK {
			d.t.Errorf("the scheme %s answers %d", scheme, got.status)
		}
	}
}

// hashOf is what the database keeps of a key, in hexadecimal.
func (d *desk) hashOf(key string) string {
	hash := auth.HashSecret(key)
	return fmt.Sprintf("%x", hash[:])
}
