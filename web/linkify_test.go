package web

import (
	"reflect"
	"strings"
	"testing"
)

func TestWebAddressesInTextBecomeLinks(t *testing.T) {
	link := func(address string) textPart { return textPart{Text: address, URL: address} }
	text := func(text string) textPart { return textPart{Text: text} }
	tests := map[string]struct {
		in   string
		want []textPart
	}{
		"nothing":                     {"", nil},
		"no address":                  {"Hello", []textPart{text("Hello")}},
		"an address alone":            {"https://a.example/x?y=1&z=2#f", []textPart{link("https://a.example/x?y=1&z=2#f")}},
		"an address without TLS":      {"http://localhost:8080/u", []textPart{link("http://localhost:8080/u")}},
		"an address in a sentence":    {"See https://a.example/x.", []textPart{text("See "), link("https://a.example/x"), text(".")}},
		"an address in parentheses":   {"(https://a.example)", []textPart{text("("), link("https://a.example"), text(")")}},
		"two addresses":               {"http://a http://b", []textPart{link("http://a"), text(" "), link("http://b")}},
		"markup after the address":    {`http://a.example"><b>`, []textPart{link("http://a.example"), text(`"><b>`)}},
		"an address that does no web": {"javascript:alert(1)", []textPart{text("javascript:alert(1)")}},
	}
	for name, test := range tests {
		if got := linkify(test.in); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func FuzzLinkifyLosesNothingAndLinksOnlyToTheWeb(f *testing.F) {
	f.Add("Confirm: https://shop.example/c?uuid=T&email=H.\n(http://x)")
	f.Add("http://http://\xff https://é")
	f.Fuzz(func(t *testing.T, text string) {
		var joined strings.Builder
		for _, part := range linkify(text) {
			joined.WriteString(part.Text)
			if part.URL != "" && !strings.HasPrefix(part.URL, "http://") && !strings.HasPrefix(part.URL, "https://") {
				t.Errorf("a link to %q", part.URL)
			}
			if part.URL != "" && part.URL != part.Text {
				t.Errorf("%q hides %q", part.Text, part.URL)
			}
		}
		if joined.String() != text {
			t.Errorf("%q became %q", text, joined.String())
		}
	})
}
