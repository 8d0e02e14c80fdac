package mail

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

var kinds = []Kind{ConfirmSubscription, Welcome, AlreadySubscribed, AlreadyEntered}

func sample(kind Kind, locale string) Message {
	return Message{
		Kind: kind,
		ID:   "0199a1b2-0000-7000-8000-000000000001",
		To:   "ada@example.com",
		Site: Site{
			Name: "Demo Shop", Locale: locale, Colour: "#0b6e4f", LogoURL: "https://shop.example/logo.png",
			SenderName: "Demo Shop Service", SenderEmail: "service@shop.example",
		},
		Links: Links{
			Confirm:     "https://shop.example/marketing/confirm?uuid=T&email=H",
			Reject:      "https://shop.example/marketing/reject?uuid=R&email=H",
			Unsubscribe: "https://shop.example/unsubscribe?uuid=U&email=H",
			OneClick:    "https://shop.example/unsubscribe?uuid=U&email=H",
		},
		LinkDays: 7,
	}
}

func renderer(t testing.TB) *Renderer {
	t.Helper()
	r, err := NewRenderer()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func render(t testing.TB, m Message) Rendered {
	t.Helper()
	mail, err := renderer(t).Render(m)
	if err != nil {
		t.Fatal(err)
	}
	return mail
}

func TestEveryMailReadsAsItsGoldenFile(t *testing.T) {
	for locale := range renderer(t).locales {
		for _, kind := range kinds {
			mail := render(t, sample(kind, locale))
			name := filepath.Join("testdata", locale, string(kind))
			compare(t, name+".txt", headerLines(mail)+"\n"+mail.Text)
			compare(t, name+".html", mail.HTML)
		}
	}
}

func headerLines(mail Rendered) string {
	lines := "Subject: " + mail.Subject + "\n"
	for _, name := range slices.Sorted(maps.Keys(mail.Headers)) {
		lines += fmt.Sprintf("%s: %s\n", name, mail.Headers[name])
	}
	return lines
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run go test -update and read the difference. Got:\n%s", file, got)
	}
}

func TestEveryMailNamesTheSiteAndCanBeUnsubscribedFrom(t *testing.T) {
	for locale := range renderer(t).locales {
		for _, kind := range kinds {
			m := sample(kind, locale)
			mail := render(t, m)
			for what, text := range map[string]string{"subject": mail.Subject, "text": mail.Text, "HTML": mail.HTML} {
				if !strings.Contains(text, m.Site.Name) {
					t.Errorf("%s %s: the %s does not name the site", locale, kind, what)
				}
			}
			if !strings.Contains(mail.Text, m.Links.Unsubscribe+"\n") || len(linksOf(mail.HTML, m.Links.Unsubscribe)) != 1 {
				t.Errorf("%s %s: no unsubscribe link in the footer", locale, kind)
			}
		}
	}
}

func TestTheConfirmationMailHoldsItsThreeLinksAndNoOther(t *testing.T) {
	for locale := range renderer(t).locales {
		m := sample(ConfirmSubscription, locale)
		mail := render(t, m)
		for _, link := range []string{m.Links.Confirm, m.Links.Reject, m.Links.Unsubscribe} {
			if strings.Count(mail.Text, link) != 1 || len(linksOf(mail.HTML, link)) != 1 {
				t.Errorf("%s: %s must stand once in the text and once in the HTML", locale, link)
			}
		}
		if n := strings.Count(mail.Text, "://"); n != 3 {
			t.Errorf("%s: %d links in the text", locale, n)
		}
		if n := strings.Count(mail.HTML, "://"); n != 4 { // the fourth is the logo
			t.Errorf("%s: %d addresses in the HTML", locale, n)
		}
	}
}

func linksOf(html, link string) []string {
	return strings.Split(html, `href="`+strings.ReplaceAll(link, "&", "&amp;")+`"`)[1:]
}

func TestTheOtherMailsOfferNothingToConfirm(t *testing.T) {
	for _, kind := range kinds[1:] {
		m := sample(kind, "en")
		mail := render(t, m)
		for _, link := range []string{"/marketing/confirm", "/marketing/reject"} {
			if strings.Contains(mail.Text+mail.HTML, link) {
				t.Errorf("%s: holds %s", kind, link)
			}
		}
	}
}

func TestTheNearestLocaleIsUsed(t *testing.T) {
	for asked, want := range map[string]string{
		"de": "de", "de-DE": "de", "de_AT": "de", "DE-de-1996": "de", "fr-CA": "fr", "es-419": "es",
		"en-GB": "en", "nl": "en", "": "en", "-": "en", "../de": "en",
	} {
		mail := render(t, sample(Welcome, asked))
		if !strings.Contains(mail.HTML, `<html lang="`+want+`">`) {
			t.Errorf("%q was not written in %q", asked, want)
		}
	}
}

func TestASiteNameIsNeverReadAsHTML(t *testing.T) {
	m := sample(ConfirmSubscription, "en")
	m.Site.Name = `<b>Tom & "Jerry"</b>`
	m.Site.LogoURL = ""
	mail := render(t, m)
	if strings.Contains(mail.HTML, "<b>") || !strings.Contains(mail.HTML, "&lt;b&gt;Tom &amp; ") {
		t.Error("the site name is markup in the HTML")
	}
	if !strings.Contains(mail.Text, m.Site.Name) || !strings.Contains(mail.Subject, m.Site.Name) {
		t.Error("the site name is escaped where no HTML is read")
	}
}

func TestALogoTakesThePlaceOfTheNameInLetters(t *testing.T) {
	for logo, shown := range map[string]bool{
		"https://shop.example/logo.png": true, "": false, "logo.png": false, "javascript:alert(1)": false,
		"data:image/png;base64,AAAA": false,
	} {
		m := sample(Welcome, "en")
		m.Site.LogoURL = logo
		if html := render(t, m).HTML; strings.Contains(html, "<img") != shown {
			t.Errorf("logo %q: shown %v", logo, !shown)
		}
	}
}
