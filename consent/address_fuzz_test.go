package consent_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"assent/consent"
)

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{
		"anna@example.com", " Anna+B@BÜCHER.example ", "zoe\u0308@example.com", `"a b"@example.com`, "a@b@c.de", "a\x00@b.de",
		"\u0130\u0301@example.com", "\u212aelvin@example.com", "a@xn--bcher-kva.example", "Anna <anna@example.com>", "a\xff@b.de",
	} {
		f.Add(s)
	}
	_, refusal := consent.ParseEmail("email", "")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := consent.ParseEmail("email", s)
		if err != nil {
			if err.Error() != refusal.Error() {
				t.Errorf("%q is refused with %q", s, err)
			}
			return
		}
		if a.String() != strings.TrimSpace(s) {
			t.Errorf("%q is kept as %q", s, a)
		}
		if !utf8.ValidString(a.Normalised()) || strings.ContainsAny(a.Normalised(), "\x00\r\n <>\"") {
			t.Errorf("%q is compared as %q", s, a.Normalised())
		}
		// Lower case and IDNA may need more octets than the limits allow.
		if again, err := consent.ParseEmail("email", a.Normalised()); err == nil && again.Normalised() != a.Normalised() {
			t.Errorf("%q is compared as %q, and that as %q", s, a.Normalised(), again.Normalised())
		}
	})
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"07400 123456", "+447400123456", "tel:+1-201-555-0123;ext=2", "0800 FLOWERS", "123", "+", "\xff", "０７４００１２３４５６"} {
		f.Add(s, "GB")
		f.Add(s, "")
	}
	f.Add("02 1234 5678", "IT")
	f.Add("1234", "ZZ")
	_, refusal := consent.ParsePhone("phoneNumber", "", "")
	f.Fuzz(func(t *testing.T, s, region string) {
		a, err := consent.ParsePhone("phoneNumber", s, region)
		if err != nil {
			if err.Error() != refusal.Error() {
				t.Errorf("%q is refused with %q", s, err)
			}
			return
		}
		if digits := strings.TrimPrefix(a.Normalised(), "+"); len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
			t.Errorf("%q is kept as %q, which is not E.164", s, a)
		}
		if again, err := consent.ParsePhone("phoneNumber", a.Normalised(), ""); err != nil || again != a {
			t.Errorf("%q is kept as %q, and that as %q, %v", s, a, again, err)
		}
	})
}
