package consent_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"assent/consent"
)

// auditFields makes audit data that is fine but for one field, whose limit is in characters.
var auditFields = []struct {
	field  string
	max    int
	prefix string
	with   func(s string) (consent.AuditData, error)
	value  func(consent.AuditData) string
}{
	{"messageShown", 10_000, "", func(s string) (consent.AuditData, error) {
		return consent.NewAuditData(s, "footer", "/")
	}, consent.AuditData.MessageShown},
	{"formIdentifier", 200, "", func(s string) (consent.AuditData, error) {
		return consent.NewAuditData("Tell me more", s, "/")
	}, consent.AuditData.FormIdentifier},
	{"formLocation", 2_048, "", func(s string) (consent.AuditData, error) {
		return consent.NewAuditData("Tell me more", "footer", s)
	}, consent.AuditData.FormLocation},
	{"landingUrl", 2_048, "https://shop.example/", consent.NewLandingData, consent.AuditData.LandingURL},
}

func TestAuditDataLimitsAreInCharacters(t *testing.T) {
	for _, f := range auditFields {
		for _, character := range []string{"x", "é", "語", "𝄞"} {
			room := f.max - len(f.prefix)
			for _, length := range []int{room - 1, room, room + 1} {
				s := f.prefix + strings.Repeat(character, length)
				data, err := f.with(s)
				switch {
				case length > room && !refuses(err, f.field, s):
					t.Errorf("%s: %d times %s gives %v", f.field, length, character, err)
				case length <= room && (err != nil || f.value(data) != s):
					t.Errorf("%s: %d times %s is refused or altered: %v", f.field, length, character, err)
				}
			}
		}
	}
}

func TestAuditDataRefuses(t *testing.T) {
	for _, f := range auditFields {
		for name, s := range map[string]string{
			"nothing":                           "",
			"a blank":                           " ",
			"blanks of all sorts":               " \t\r\n\u00a0\u2003",
			"NUL":                               f.prefix + "some\x00where",
			"an escape sequence":                f.prefix + "some\x1b[31mwhere",
			"delete":                            f.prefix + "some\x7fwhere",
			"a control character beyond 7 bits": f.prefix + "some\u0085where",
			"text that is not UTF-8":            f.prefix + "some\xffwhere",
		} {
			if _, err := f.with(s); !refuses(err, f.field, s) {
				t.Errorf("%s of %s gives %v", f.field, name, err)
			}
		}
	}
}

// A door that shows one problem takes the first with errors.As, in this order.
func TestAuditDataNamesEveryFieldAtFault(t *testing.T) {
	_, err := consent.NewAuditData(" ", "", strings.Repeat("x", 2_049))
	var all interface{ Unwrap() []error }
	var first *consent.Error
	if !errors.As(err, &all) || !errors.As(err, &first) {
		t.Fatalf("it gives %v", err)
	}
	if first.Field != "messageShown" || first.Code != consent.BadInput {
		t.Errorf("the first is %v", first)
	}
	for i, field := range []string{"messageShown", "formIdentifier", "formLocation"} {
		if !refuses(all.Unwrap()[i], field, "xxx") {
			t.Errorf("%s is missing from %v", field, err)
		}
	}
	_, err = consent.NewAuditData("Tell me more", "footer", "\x00")
	if !refuses(err, "formLocation", "\x00") || !errors.As(err, &all) || len(all.Unwrap()) != 1 {
		t.Errorf("one field at fault gives %v", err)
	}
}

func TestOnlyTheMessageShownMayHaveSeveralLines(t *testing.T) {
	const lines = "first\r\n\tsecond"
	for _, f := range auditFields {
		_, err := f.with(f.prefix + lines)
		if allowed := err == nil; allowed != (f.field == "messageShown") {
			t.Errorf("%s: %v", f.field, err)
		}
	}
}

func TestMessageShownIsKeptVerbatim(t *testing.T) {
	const shown = "  <p onclick=\"x()\">I agree &amp; <a href='/privacy'>understand</a></p>\n<script>1<2</script> "
	data, err := consent.NewAuditData(shown, "footer", "/checkout")
	if err != nil || data.MessageShown() != shown {
		t.Errorf("it is kept as %q, %v", data.MessageShown(), err)
	}
	if data.FormIdentifier() != "footer" || data.FormLocation() != "/checkout" || data.LandingURL() != "" {
		t.Errorf("the rest is %+v", data)
	}
}

func TestAuditDataOfAnOperationNamesIt(t *testing.T) {
	data := consent.OperationAuditData("unsubscribeSmsMarketing")
	if data.FormIdentifier() != "unsubscribeSmsMarketing" || data.MessageShown() != "" {
		t.Errorf("it is %+v", data)
	}
}

func TestCheckURL(t *testing.T) {
	for _, tt := range []struct {
		name, url string
		ok        bool
	}{
		{"https", "https://shop.example/landing?uuid=1#top", true},
		{"http", "http://shop.example", true},
		{"schemes are case-insensitive", "HTTPS://shop.example/", true},
		{"a port", "http://localhost:8080/", true},
		{"an address in place of a name", "http://[::1]/", true},
		{"a host in another script", "https://bücher.example/", true},
		{"a relative URL", "/landing", false},
		{"a URL without a scheme", "//shop.example/", false},
		{"a host alone", "shop.example", false},
		{"a scheme alone", "https://", false},
		{"a path in place of a host", "https:///landing", false},
		{"a port in place of a host", "https://:8080/", false},
		{"a scheme that runs code", "javascript:alert(1)", false},
		{"a scheme that reads files", "file:///etc/hosts", false},
		{"data in place of a place", "data:text/html,hello", false},
		{"an opaque URL", "https:shop.example", false},
		{"a blank before it", " https://shop.example/", false},
		{"a line break in it", "https://shop.example/\r\nSet-Cookie: a", false},
		{"a broken escape", "https://shop.example/%zz", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := consent.CheckURL("landingUrl", tt.url)
			if tt.ok && err != nil || !tt.ok && !refuses(err, "landingUrl", tt.url) {
				t.Errorf("%q gives %v", tt.url, err)
			}
		})
	}
}

func TestHashText(t *testing.T) {
	if !consent.HashText("").IsZero() {
		t.Error("no wording has a hash")
	}
	if h := consent.HashText("Tell me more"); h.IsZero() || h != sha256.Sum256([]byte("Tell me more")) {
		t.Errorf("the hash is %x, not the SHA-256", h)
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{"https://shop.example/", "http://:80/", "javascript:alert(1)", "https://a\x00b", "http://%41", "HTTP://[::1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		err := consent.CheckURL("landingUrl", s)
		if err != nil {
			if !refuses(err, "landingUrl", s) {
				t.Errorf("%q gives %v", s, err)
			}
			return
		}
		if lower := strings.ToLower(s); !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") {
			t.Errorf("%q is accepted", s)
		}
		if strings.ContainsAny(s, "\x00\r\n\t\x7f") {
			t.Errorf("%q is accepted", s)
		}
	})
}

func TestThePageOfALinkIsEvidenceOfWhatItSaid(t *testing.T) {
	const page = "https://consent.example/marketing/confirm"
	data, err := consent.NewPageData("Please confirm", "confirm-page", page)
	if err != nil {
		t.Fatal(err)
	}
	if data.MessageShown() != "Please confirm" || data.FormIdentifier() != "confirm-page" || data.LandingURL() != page || data.FormLocation() != "" {
		t.Errorf("got %+v", data)
	}
	for field, bad := range map[string][3]string{
		"messageShown": {" ", "confirm-page", page}, "formIdentifier": {"Please confirm", "", page}, "landingUrl": {"Please confirm", "confirm-page", "/marketing/confirm"},
	} {
		_, err := consent.NewPageData(bad[0], bad[1], bad[2])
		var refused *consent.Error
		if !errors.As(err, &refused) || refused.Field != field {
			t.Errorf("%s is not refused: %v", field, err)
		}
	}
}

func TestAMailClientIsShownNothing(t *testing.T) {
	data := consent.NewOneClickData("https://consent.example/unsubscribe")
	if data.MessageShown() != "" || data.FormIdentifier() != "List-Unsubscribe=One-Click" || data.LandingURL() != "https://consent.example/unsubscribe" {
		t.Errorf("got %+v", data)
	}
}
