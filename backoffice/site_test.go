package backoffice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assent/backoffice"
	"assent/consent"
)

// create creates a site of tea that is fine but for what set does to it.
func create(t testing.TB, set func(*backoffice.Site)) (backoffice.Site, error) {
	t.Helper()
	m := stocked()
	site := backoffice.Site{OrganisationID: tea, Slug: "tea-fr", Name: "Thé"}
	set(&site)
	got, err := m.service().CreateSite(t.Context(), global, site)
	if wrote := len(m.editors) > 0; wrote == (err != nil) {
		t.Errorf("wrote: %t, though the error is %v", wrote, err)
	}
	return got, err
}

func TestSiteSettings(t *testing.T) {
	ids := []string{"0198c0de-0000-7000-8000-000000000001", "0198c0de000070008000000000000001"}
	urls := []string{"", "https://tea.example/confirm?a=b", "http://localhost:3000/"}
	notURLs := []string{"/confirm", "tea.example", "javascript:alert(1)", "ftp://tea.example/", "https://tea.example/\n", "https://tea.example/" + strings.Repeat("x", 2_048)}
	for _, field := range []struct {
		name      string
		set       func(*backoffice.Site, string)
		good, bad []string
	}{
		{"slug", func(s *backoffice.Site, v string) { s.Slug = v },
			[]string{"a", "7", "tea-uk", strings.Repeat("a", 63)},
			append(ids, "", "Tea", "-tea", "tea-", "tea_uk", "tea uk", "tea.uk", "té", "tea\n", strings.Repeat("a", 64))},
		{"name", func(s *backoffice.Site, v string) { s.Name = v },
			[]string{"T", `Tom & Jerry's "<b>"`, strings.Repeat("é", 200)},
			[]string{"", " \u00a0", "Tea\nShop", "Tea\x00Shop", "Tea\u0085Shop", "Tea\xffShop", strings.Repeat("é", 201)}},
		{"default_region", func(s *backoffice.Site, v string) { s.DefaultRegion = v },
			[]string{"", "GB", "DE", "US"}, []string{"gb", "UK", "EU", "ZZ", "GBR", "001", "G"}},
		{"locale", func(s *backoffice.Site, v string) { s.Locale = v },
			[]string{"", "de", "en-GB", "zh-Hant-TW"}, []string{"e", "xx", "english", "en-", "de DE", "en\x00"}},
		{"confirm_url", func(s *backoffice.Site, v string) { s.ConfirmURL = v }, urls, notURLs},
		{"unsubscribe_url", func(s *backoffice.Site, v string) { s.UnsubscribeURL = v }, urls, notURLs},
		{"one_trust_url", func(s *backoffice.Site, v string) { s.OneTrustURL = v }, urls, notURLs},
		{"sender_name", func(s *backoffice.Site, v string) { s.SenderName = v },
			[]string{"", "Tea Shop", strings.Repeat("é", 200)}, []string{" ", "Tea\r\nBcc: eve@example.com", strings.Repeat("é", 201)}},
		{"sender_email", func(s *backoffice.Site, v string) { s.SenderEmail = v },
			[]string{"", "offers@tea.example", "offers@bücher.example"},
			[]string{"tea", "offers@tea", "Tea <offers@tea.example>", " offers@tea.example", "offers@tea.example\r\nBcc: eve@example.com"}},
		{"brand.colour", func(s *backoffice.Site, v string) { s.Brand.Colour = v },
			[]string{"", "#2f5d50", "#ABCDEF"}, []string{"2f5d50", "#fff", "red", "#2f5d5g", "#2f5d50;", "#2f5d50\n"}},
		{"brand.logo_url", func(s *backoffice.Site, v string) { s.Brand.LogoURL = v }, urls, notURLs},
	} {
		for _, value := range field.good {
			if _, err := create(t, func(s *backoffice.Site) { field.set(s, value) }); err != nil {
				t.Errorf("%s %.40q is refused: %v", field.name, value, err)
			}
		}
		for _, value := range field.bad {
			_, err := create(t, func(s *backoffice.Site) { field.set(s, value) })
			if err == nil {
				t.Errorf("%s %.40q is accepted", field.name, value)
				continue
			}
			wantFaults(t, err, field.name)
			if len(value) > 8 && strings.Contains(err.Error(), value) {
				t.Errorf("%s is repeated: %v", field.name, err)
			}
		}
	}
}

func TestAllThatIsWrongWithASiteIsSaidAtOnce(t *testing.T) {
	_, err := create(t, func(s *backoffice.Site) {
		*s = backoffice.Site{
			OrganisationID: tea, Slug: "-", Features: []consent.Feature{"FREE_TEA"}, Domains: []string{"tea.example", "*.tea.example"},
			DefaultRegion: "uk", Locale: "e", ConfirmURL: "x", UnsubscribeURL: "x", SenderName: " ", SenderEmail: "x", OneTrustURL: "x",
			Brand: backoffice.Brand{Colour: "x", LogoURL: "x"},
		}
	})
	wantFaults(t, err, "slug", "name", "features[0]", "domains[1]", "default_region", "locale", "confirm_url", "unsubscribe_url",
		"sender_name", "sender_email", "one_trust_url", "brand.colour", "brand.logo_url")
}

func TestDomainsAreKeptAsRequestsAreComparedWithThem(t *testing.T) {
	for given, want := range map[string]string{
		"tea.example": "tea.example", "WWW.Tea.Example.": "www.tea.example", "bücher.example": "xn--bcher-kva.example",
		"XN--BCHER-KVA.example": "xn--bcher-kva.example", "tea。example": "tea.example", "localhost": "localhost", "127.0.0.1": "127.0.0.1", "2001:DB8:0::1": "2001:db8::1",
		strings.Repeat("a", 63) + ".example": strings.Repeat("a", 63) + ".example",
	} {
		got, err := create(t, func(s *backoffice.Site) { s.Domains = []string{given} })
		if err != nil || !slices.Equal(got.Domains, []string{want}) {
			t.Errorf("%q becomes %q, %v; want %q", given, got.Domains, err, want)
		}
	}
}

func TestDomainsThatNoRequestCanHaveAreRefused(t *testing.T) {
	for _, domain := range []string{
		"", ".", "..", ".tea.example", "tea..example", "https://tea.example", "tea.example:8080", "tea.example/uk", "a@tea.example",
		"*.tea.example", "tea example", "tea_shop.example", "-tea.example", "[::1]", "tea\x00.example", "xn--zzzzzz.example",
		strings.Repeat("a", 64) + ".example", strings.Repeat("a.", 127) + "a",
	} {
		_, err := create(t, func(s *backoffice.Site) { s.Domains = []string{"tea.example", domain} })
		if err == nil {
			t.Errorf("%q is accepted", domain)
			continue
		}
		wantFaults(t, err, "domains[1]")
	}
	_, err := create(t, func(s *backoffice.Site) { s.Domains = []string{"tea.example", "te.example", "Tea.Example"} })
	wantFaults(t, err, "domains[2]")
}

func TestASiteHasAtMost100Domains(t *testing.T) {
	domains := func(n int) (d []string) {
		for i := range n {
			d = append(d, fmt.Sprintf("tea%d.example", i))
		}
		return d
	}
	if _, err := create(t, func(s *backoffice.Site) { s.Domains = domains(100) }); err != nil {
		t.Error(err)
	}
	_, err := create(t, func(s *backoffice.Site) { s.Domains = domains(101) })
	wantFaults(t, err, "domains")
}

func TestFeaturesAreKeptInOrderAndOnce(t *testing.T) {
	all := consent.Features()
	got, err := create(t, func(s *backoffice.Site) {
		s.Features = append(slices.Clone(all), all...)
		slices.Reverse(s.Features)
	})
	if err != nil || !slices.Equal(got.Features, all) {
		t.Errorf("got %q, %v", got.Features, err)
	}
}

func TestChangingASiteLeavesTheRestAndObeysTheSameRules(t *testing.T) {
	m := stocked()
	got, err := m.service().UpdateSite(t.Context(), owner, teaUK, func(s *backoffice.Site) { s.Domains = []string{"Tea.Example"} })
	if err != nil || got.Slug != "tea-uk" || got.DefaultRegion != "GB" || !slices.Equal(got.Domains, []string{"tea.example"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = m.service().UpdateSite(t.Context(), owner, teaUK, func(s *backoffice.Site) { s.Slug, s.Locale = "Tea", "e" })
	wantFaults(t, err, "slug", "locale")
}

func TestASiteBelongsToAnOrganisationThatExists(t *testing.T) {
	_, err := create(t, func(s *backoffice.Site) { s.OrganisationID.UUID = numbered(0x77) })
	wantFaults(t, err, "organisation_id")
}

func FuzzADomainIsTheNameOfAHost(f *testing.F) {
	for _, s := range []string{"tea.example", "Tea.Example.", "bücher.example", "xn--bcher-kva.example", "::1", "a..b", "tea.example:80", "ß\u200d.example", "İ.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		site, err := create(t, func(site *backoffice.Site) { site.Domains = []string{s} })
		if err != nil {
			wantFaults(t, err, "domains[0]")
			return
		}
		kept := site.Domains[0]
		if kept == "" || len(kept) > 253 || strings.Trim(kept, "abcdefghijklmnopqrstuvwxyz0123456789-.:") != "" || strings.Contains(kept, "..") {
			t.Errorf("%q is kept as %q", s, kept)
		}
		again, err := create(t, func(site *backoffice.Site) { site.Domains = []string{kept} })
		if err != nil || !slices.Equal(again.Domains, site.Domains) {
			t.Errorf("%q is kept as %q, and that as %q: %v", s, kept, again.Domains, err)
		}
	})
}
