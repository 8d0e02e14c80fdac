package consent_test

import (
	"strings"
	"testing"

	"assent/consent"
)

func TestParseEmail(t *testing.T) {
	long := strings.Repeat(strings.Repeat("b", 60)+".", 3) + "ab.com" // 189 octets
	for _, tt := range []struct{ name, typed, kept, normalised string }{
		{"an address", "anna@example.com", "anna@example.com", "anna@example.com"},
		{"is trimmed", " \tanna@example.com\r\n", "anna@example.com", "anna@example.com"},
		{"is compared without regard to case and kept as typed", "Anna.B@Example.COM", "Anna.B@Example.COM", "anna.b@example.com"},
		{"dots are significant", "a.n.n.a@example.com", "a.n.n.a@example.com", "a.n.n.a@example.com"},
		{"plus tags are significant", "anna+shop@example.com", "anna+shop@example.com", "anna+shop@example.com"},
		{"a domain in another script is its IDNA form", "anna@Bücher.example", "anna@Bücher.example", "anna@xn--bcher-kva.example"},
		{"an IDNA domain is the same", "anna@XN--BCHER-KVA.example", "anna@XN--BCHER-KVA.example", "anna@xn--bcher-kva.example"},
		{"a full-width domain is the plain one", "anna@ｅxample.com", "anna@ｅxample.com", "anna@example.com"},
		{"a local part in another script", "用户@example.com", "用户@example.com", "用户@example.com"},
		{"a composed local part", "zo\u00eb@example.com", "zo\u00eb@example.com", "zo\u00eb@example.com"},
		{"a decomposed local part is the composed one", "zoe\u0308@example.com", "zoe\u0308@example.com", "zo\u00eb@example.com"},
		{"capitals in another script", "ΆΝΝΑ@example.com", "ΆΝΝΑ@example.com", "άννα@example.com"},
		{"all that an atom may hold", "a!#$%&'*+-/=?^_`{|}~z@example.com", "a!#$%&'*+-/=?^_`{|}~z@example.com", "a!#$%&'*+-/=?^_`{|}~z@example.com"},
		{"254 octets", strings.Repeat("a", 64) + "@" + long, strings.Repeat("a", 64) + "@" + long, strings.Repeat("a", 64) + "@" + long},
		{"a local part of 64 octets", strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 64) + "@example.com"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := consent.ParseEmail("email", tt.typed)
			if err != nil || a.Kind() != consent.EmailContact || a.IsZero() {
				t.Fatalf("%q gives %+v, %v", tt.typed, a, err)
			}
			if a.String() != tt.kept || a.Normalised() != tt.normalised {
				t.Errorf("kept as %q and compared as %q", a, a.Normalised())
			}
		})
	}
}

func TestParseEmailRefuses(t *testing.T) {
	label := strings.Repeat("b", 60)
	for name, typed := range map[string]string{
		"nothing":                    "",
		"blanks":                     "   ",
		"no at sign":                 "anna.example.com",
		"a character nobody decoded": "ann\ufffd@example.com",
		"no local part":              "@example.com",
		"no domain":                  "anna@",
		"two at signs":               "anna@shop@example.com",
		"a local part of 65 octets":  strings.Repeat("a", 65) + "@example.com",
		"a local part of 65 octets in 33 characters": strings.Repeat("é", 32) + "a@example.com",
		"255 octets":                     strings.Repeat("a", 64) + "@" + strings.Repeat(label+".", 3) + "exa.com",
		"a domain of 254 octets":         "a@" + strings.Repeat(label+".", 4) + "example.co",
		"a label of 64 octets":           "anna@" + strings.Repeat("b", 64) + ".com",
		"a domain of one label":          "anna@localhost",
		"a domain ending in a dot":       "anna@example.com.",
		"an empty label":                 "anna@example..com",
		"a hyphen before a label":        "anna@-example.com",
		"an underscore in the domain":    "anna@ex_ample.com",
		"a broken IDNA domain":           "anna@xn--a.com",
		"a dot before":                   ".anna@example.com",
		"a dot after":                    "anna.@example.com",
		"two dots":                       "an..na@example.com",
		"a quoted local part":            `"anna b"@example.com`,
		"a display name":                 "Anna <anna@example.com>",
		"angle brackets":                 "<anna@example.com>",
		"a comment":                      "anna(home)@example.com",
		"an address literal":             "anna@[192.0.2.1]",
		"two addresses":                  "anna@example.com,bob@example.com",
		"a blank in it":                  "an na@example.com",
		"a hard blank in it":             "an\u00a0na@example.com",
		"a line break in it":             "anna@example.com\r\nBcc: bob@example.com",
		"NUL":                            "anna\x00@example.com",
		"a control character":            "anna\x1b@example.com",
		"a local part that is not UTF-8": "ann\xff@example.com",
		"a domain that is not UTF-8":     "anna@exampl\xff.com",
	} {
		t.Run(name, func(t *testing.T) {
			if a, err := consent.ParseEmail("email", typed); !refuses(err, "email", typed) || !a.IsZero() {
				t.Errorf("%q gives %+v, %v", typed, a, err)
			}
		})
	}
}

func TestParsePhone(t *testing.T) {
	for _, tt := range []struct{ name, typed, region, kept string }{
		{"a national number is read with the site's region", "07400 123456", "GB", "+447400123456"},
		{"the same number in another region is another", "0740 012 3456", "FR", ""},
		{"an E.164 number", "+447400123456", "GB", "+447400123456"},
		{"an E.164 number needs no region", "+447400123456", "", "+447400123456"},
		{"a number of another country than the site's", "+33 6 12 34 56 78", "GB", "+33612345678"},
		{"punctuation and blanks", " (07400) 123-456 ", "GB", "+447400123456"},
		{"the optional zero", "+44 (0)7400 123456", "GB", "+447400123456"},
		{"the international prefix of the region", "0044 7400 123456", "GB", "+447400123456"},
		{"full-width digits", "０７４００１２３４５６", "GB", "+447400123456"},
		{"a national number without a region", "07400 123456", "", ""},
		{"nothing", "", "GB", ""},
		{"blanks", "  ", "GB", ""},
		{"a short number", "123", "GB", ""},
		{"an emergency number", "999", "GB", ""},
		{"too many digits", "+44740012345678901", "GB", ""},
		{"a number nobody can have", "+44 0000 000000", "GB", ""},
		{"an extension", "07400 123456 x5", "GB", ""},
		{"an extension in words", "07400 123456 ext. 5", "GB", ""},
		{"an extension in a URI", "tel:+447400123456;ext=5", "GB", ""},
		{"two numbers", "07400 123456 / 07400 123457", "GB", ""},
		{"an e-mail address", "anna@example.com", "GB", ""},
		{"a letter after it", "07400 12345a", "GB", ""},
		{"words before it", "call 07400 123456", "GB", ""},
		{"a number spelt in letters", "0800 FLOWERS", "GB", ""},
		{"NUL", "07400\x00123456", "GB", ""},
		{"a line break", "07400\n123456", "GB", ""},
		{"more than 64 octets", "07400 123456" + strings.Repeat(" ", 53), "GB", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := consent.ParsePhone("phoneNumber", tt.typed, tt.region)
			switch {
			case tt.kept == "" && (!refuses(err, "phoneNumber", tt.typed) || !a.IsZero()):
				t.Errorf("%q gives %q, %v", tt.typed, a, err)
			case tt.kept != "" && (err != nil || a.String() != tt.kept || a.Normalised() != tt.kept || a.Kind() != consent.PhoneContact):
				t.Errorf("%q gives %q, %v", tt.typed, a, err)
			}
		})
	}
}

func TestCustomerAddressIsOneAccountOfOneSite(t *testing.T) {
	a := consent.CustomerAddress(shopID, "42")
	if a.Kind() != consent.CustomerContact || a.String() != "" || a.IsZero() {
		t.Errorf("it is %+v", a)
	}
	if a != consent.CustomerAddress(shopID, "42") {
		t.Error("the same account has two")
	}
	for _, other := range []consent.Address{consent.CustomerAddress(outletID, "42"), consent.CustomerAddress(shopID, "43"), {}} {
		if a.Normalised() == other.Normalised() {
			t.Errorf("it is the same as %+v", other)
		}
	}
}
