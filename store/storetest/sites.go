package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"assent/backoffice"
	"assent/consent"
	"assent/store"

	"github.com/google/uuid"
)

func siteScenarios() []scenario {
	return []scenario{
		{"a site comes back as it was defined", each(siteKept)},
		{"a request finds its site by name, else by host, else by fallback", each(siteFound)},
		{"the only site is found without being named, one of two is not", each(siteOnly)},
		{"a site is remembered for as long as was set", each(siteRemembered)},
		{"a site is remembered by each of its names, and its memory is taken once", each(siteRememberedOnce)},
	}
}

func siteKept(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	plain := backoffice.Site{ID: consent.SiteID{UUID: uuid.New()}, OrganisationID: s.site.OrganisationID, Slug: "plain", Name: "Plain"}
	define(t, s.store.CreateSite, plain)
	for _, want := range []consent.Site{s.site, asSeen(plain)} {
		got, err := s.store.SiteByID(t.Context(), want.ID)
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func siteFound(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{CacheFor: -1})
	second := newSite(s.site.OrganisationID, "second")
	second.Domains = []string{"second.example", "zweiter.example", "2001:db8::1"}
	define(t, s.store.CreateSite, second)
	id := second.ID.String()
	tests := []struct {
		name string
		ref  consent.SiteRef
		want string // a slug, or nothing
	}{
		{"by id", consent.SiteRef{Header: id}, "second"},
		{"by id in capitals", consent.SiteRef{Header: strings.ToUpper(id)}, "second"},
		{"by slug", consent.SiteRef{Header: "second"}, "second"},
		{"by slug before host", consent.SiteRef{Header: "second", Host: "shop.example"}, "second"},
		{"by host before fallback", consent.SiteRef{Host: "second.example", Fallback: "shop"}, "second"},
		{"by another of its hosts", consent.SiteRef{Host: "zweiter.example"}, "second"},
		{"by host with a port", consent.SiteRef{Host: "second.example:8443"}, "second"},
		{"by host in capitals with a dot", consent.SiteRef{Host: "SECOND.example."}, "second"},
		{"by address with a port", consent.SiteRef{Host: "[2001:db8::1]:8080"}, "second"},
		{"by fallback", consent.SiteRef{Host: "elsewhere.example", Fallback: "second"}, "second"},
		{"an unknown name is not made up for by the host", consent.SiteRef{Header: "third", Host: "shop.example", Fallback: "shop"}, ""},
		{"an unknown id", consent.SiteRef{Header: uuid.NewString()}, ""},
		{"an id in braces", consent.SiteRef{Header: "{" + id + "}"}, ""},
		{"an id as a URN", consent.SiteRef{Header: "urn:uuid:" + id}, ""},
		{"an id without hyphens", consent.SiteRef{Header: strings.ReplaceAll(id, "-", "")}, ""},
		{"an unknown host", consent.SiteRef{Host: "elsewhere.example"}, ""},
		{"an unknown fallback", consent.SiteRef{Fallback: "third"}, ""},
		{"nothing at all", consent.SiteRef{}, ""},
		{"a name no database can hold", consent.SiteRef{Header: "second\x00"}, ""},
		{"a host no database can hold", consent.SiteRef{Host: "second\xff.example"}, ""},
		{"a name that wants to be more", consent.SiteRef{Header: "' OR 1=1 --"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { wantSite(t, s.store, test.ref, test.want) })
	}
}

func wantSite(t testing.TB, s *store.Store, ref consent.SiteRef, slug string) {
	t.Helper()
	site, err := s.Site(t.Context(), ref)
	if slug == "" && !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("got site %q and %v, want %v", site.Slug, err, consent.ErrNotFound)
	}
	if slug != "" && (err != nil || site.Slug != slug) {
		t.Errorf("got site %q and %v, want %q", site.Slug, err, slug)
	}
}

func siteOnly(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{CacheFor: -1})
	ref := consent.SiteRef{Host: "localhost:8080"}
	wantSite(t, s.store, ref, "shop")
	define(t, s.store.CreateSite, newSite(s.site.OrganisationID, "second"))
	wantSite(t, s.store, ref, "")
}

func siteRemembered(t *testing.T, databaseURL string) {
	clock := &manual{}
	s := newShop(t, databaseURL, store.Options{Now: clock.now, CacheFor: time.Minute})
	wantName := func(want string) {
		t.Helper()
		site, err := s.store.SiteByID(t.Context(), s.site.ID)
		must(t, err)
		if site.Name != want {
			t.Errorf("got %q, want %q", site.Name, want)
		}
	}
	wantName("The shop")
	s.db.MustExecContext(t.Context(), `UPDATE site SET name = 'Renamed'`)
	clock.advance(time.Minute - 1)
	wantName("The shop")
	clock.advance(1)
	wantName("Renamed")
}

// siteRememberedOnce asks by names that a stranger can make up as many of as they
// like. The site has so many texts that a copy for each would show.
func siteRememberedOnce(t *testing.T, databaseURL string) {
	const names, texts, textLength, limit = 100, 20, 10 << 10, 4 << 20 // bytes
	s := newShop(t, databaseURL, store.Options{CacheFor: time.Hour})
	for range texts {
		s.text(t, s.site.OrganisationID, strings.Repeat("x", textLength), consent.SiteID{})
	}
	id := s.site.ID.String()
	refs := []func(i int) consent.SiteRef{
		func(i int) consent.SiteRef {
			return consent.SiteRef{Header: "shop", Host: fmt.Sprint(i), Fallback: fmt.Sprint(i)}
		},
		func(i int) consent.SiteRef { return consent.SiteRef{Header: id, Host: fmt.Sprint(i)} },
		func(i int) consent.SiteRef { return consent.SiteRef{Header: strings.ToUpper(id[:i%37]) + id[i%37:]} },
		func(i int) consent.SiteRef {
			return consent.SiteRef{Host: fmt.Sprintf("SHOP.example.:%d", i), Fallback: fmt.Sprint(i)}
		},
		func(i int) consent.SiteRef {
			return consent.SiteRef{Host: fmt.Sprintf("%d.example", i), Fallback: "shop"}
		},
		func(i int) consent.SiteRef { return consent.SiteRef{Host: fmt.Sprintf("%d.example", i)} },
	}
	ask := func(i int) {
		for _, ref := range refs {
			site, err := s.store.Site(t.Context(), ref(i))
			if err != nil || site.Name != s.site.Name || len(site.Preferences) != texts {
				t.Fatalf("%+v leads to %q with %d texts, %v", ref(i), site.Name, len(site.Preferences), err)
			}
		}
	}
	ask(0)
	s.db.MustExecContext(t.Context(), `UPDATE site SET name = 'Renamed'`)
	before := heap()
	for i := range names {
		ask(i)
	}
	if after := heap(); after > before+limit {
		t.Errorf("%d names take %d KB, want less than %d KB", names*len(refs), (after-before)>>10, limit>>10)
	}
}

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
