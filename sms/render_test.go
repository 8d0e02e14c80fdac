package sms

import (
	"io/fs"
	"path"
	"strings"
	"testing"
)

var links = Links{
	Confirm:     "https://shop.example/marketing/confirm?uuid=T&email=H",
	Unsubscribe: "https://shop.example/unsubscribe?uuid=U&email=H",
}

// gsm7 is the basic alphabet of GSM 03.38, one septet each, without the escape to its extension table.
const gsm7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

func locales(t *testing.T) []string {
	t.Helper()
	folders, err := fs.ReadDir(templateFiles, "templates")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, folder := range folders {
		names = append(names, folder.Name())
	}
	return names
}

func TestEveryLocaleNamesTheSiteAndCarriesBothLinks(t *testing.T) {
	for _, locale := range locales(t) {
		text, err := Render(ConfirmSubscription, "Demo Shop", locale, links)
		if err != nil {
			t.Fatalf("%s: %v", locale, err)
		}
		for _, part := range []string{"Demo Shop", links.Confirm + "\n", links.Unsubscribe} {
			if strings.Count(text, part) != 1 {
				t.Errorf("%s: %q must stand once in %q", locale, part, text)
			}
		}
	}
}

func TestEveryLocaleFitsIntoOneMessageBesideItsLinks(t *testing.T) {
	for _, locale := range locales(t) {
		text, err := Render(ConfirmSubscription, strings.Repeat("x", 20), locale, links)
		if err != nil {
			t.Fatalf("%s: %v", locale, err)
		}
		own := strings.NewReplacer(links.Confirm, "", links.Unsubscribe, "").Replace(text)
		if length := len([]rune(own)); length > 160 {
			t.Errorf("%s: %d characters", locale, length)
		}
		for _, letter := range own {
			if !strings.ContainsRune(gsm7, letter) {
				t.Errorf("%s: %q doubles the price of the message", locale, letter)
			}
		}
	}
}

func TestTheNearestLocaleIsUsed(t *testing.T) {
	for locale, start := range map[string]string{
		"de-DE": "Demo Shop: Möchten", "de": "Demo Shop: Möchten", "DE_AT": "Demo Shop: Möchten", "fr-CA": "Demo Shop : voulez",
		"es-419": "Demo Shop: ¿Desea", "en-GB": "Demo Shop: Do you", "nl": "Demo Shop: Do you", "": "Demo Shop: Do you",
		"../en": "Demo Shop: Do you",
	} {
		text, err := Render(ConfirmSubscription, "Demo Shop", locale, links)
		if err != nil || !strings.HasPrefix(text, start) {
			t.Errorf("%q: got %q, %v", locale, text, err)
		}
	}
}

func TestABrokenMessageIsRefused(t *testing.T) {
	tests := map[string]struct {
		kind  Kind
		site  string
		links Links
	}{
		"an unknown kind":               {"welcome", "Demo Shop", links},
		"a site without a name":         {ConfirmSubscription, " ", links},
		"a line break in the site name": {ConfirmSubscription, "Demo\nShop", links},
		"no confirm link":               {ConfirmSubscription, "Demo Shop", Links{Unsubscribe: links.Unsubscribe}},
		"no unsubscribe link":           {ConfirmSubscription, "Demo Shop", Links{Confirm: links.Confirm}},
		"a relative link":               {ConfirmSubscription, "Demo Shop", Links{"/confirm", links.Unsubscribe}},
		"a link that is no web address": {ConfirmSubscription, "Demo Shop", Links{"javascript:alert(1)", links.Unsubscribe}},
	}
	for name, test := range tests {
		if text, err := Render(test.kind, test.site, "en", test.links); err == nil {
			t.Errorf("%s: rendered %q", name, text)
		}
	}
}

func TestEveryLocaleHasTheFilesOfEnglish(t *testing.T) {
	files, err := fs.Glob(templateFiles, "templates/en/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no English templates: %v", err)
	}
	for _, locale := range locales(t) {
		for _, file := range files {
			if _, err := fs.Stat(templateFiles, path.Join("templates", locale, path.Base(file))); err != nil {
				t.Error(err)
			}
		}
	}
}
