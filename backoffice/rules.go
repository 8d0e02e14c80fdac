package backoffice

import (
	"fmt"
	"net"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"assent/consent"

	"github.com/google/uuid"
	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/language"
)

// MaxName is the longest name of an organisation, site, campaign, sender or key,
// in characters.
const MaxName = consent.MaxName

// The functions below say what is wrong with a value; nothing when it may be.

// line is the rule for a name.
func line(s string) string { return text(s, MaxName, unicode.IsControl) }

// paragraph is the rule for text that may span lines.
func paragraph(s string, most int) string {
	return text(s, most, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) })
}

func text(s string, most int, refused func(rune) bool) string {
	switch {
	case !strings.ContainsFunc(s, visible):
		return "must not be blank"
	case !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError):
		return "must not contain U+FFFD, which stands for what could not be read"
	case utf8.RuneCountInString(s) > most:
		return fmt.Sprintf("must have at most %d characters", most)
	case strings.ContainsFunc(s, refused):
		return "must not contain control characters"
	}
	return ""
}

// visible tells what a reader sees from spaces of any width, which come to nothing
// by themselves.
func visible(r rune) bool {
	return unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number, unicode.Punct, unicode.Symbol)
}

// optional applies a rule to what is not empty.
func optional(s string, rule func(string) string) string {
	if s == "" {
		return ""
	}
	return rule(s)
}

// slug is the rule for what names a site in a header. It must not look like the id
// that may stand there instead.
func slug(s string) string {
	if !regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`).MatchString(s) {
		return "must be 1 to 63 lower-case letters, digits and inner hyphens"
	}
	if _, err := uuid.Parse(s); err == nil {
		return "must not look like a UUID"
	}
	return ""
}

// campaignID is the rule for the id of a campaign, which ends up in URLs.
func campaignID(s string) string {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$`).MatchString(s) {
		return "must be 1 to 100 letters, digits, dots, underscores, tildes and hyphens, the first a letter or digit"
	}
	return ""
}

func webURL(s string) string {
	if consent.CheckURL("", s) != nil {
		return fmt.Sprintf("must be an absolute http or https URL of at most %d characters", consent.MaxURL)
	}
	return ""
}

func emailAddress(s string) string {
	if a, err := consent.ParseEmail("", s); err != nil || a.String() != s {
		return "must be a valid e-mail address"
	}
	return ""
}

// region is the rule for ISO 3166-1 alpha-2 codes of which telephone numbers are
// known.
func region(s string) string {
	if phonenumbers.GetCountryCodeForRegion(s) == 0 {
		return "must be a country code in capitals (ISO 3166-1 alpha-2)"
	}
	return ""
}

func locale(s string) string {
	if _, err := language.Parse(s); err != nil || strings.Contains(s, "_") {
		return "must be a language tag (BCP 47)"
	}
	return ""
}

func colour(s string) string {
	if !regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(s) {
		return "must have the form #rrggbb"
	}
	return ""
}

// host brings the name of a host into the form that requests are compared with:
// ASCII in lower case. Empty: it is none.
func host(s string) string {
	if ip := net.ParseIP(s); ip != nil {
		return ip.String()
	}
	lookup := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))
	ascii, err := lookup.ToASCII(s)
	if err != nil || !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return ""
	}
	return strings.TrimRight(ascii, ".")
}
