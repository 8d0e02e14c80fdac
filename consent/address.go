package consent

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Limits of RFC 5321, section 4.5.3.1, in octets.
const (
	maxEmail      = 254
	maxEmailLocal = 64
	maxEmailHost  = 253
	maxEmailLabel = 63
)

const maxPhoneInput = 64

// Address is a valid way to reach, or recognise, one person. The zero value is
// no address.
type Address struct {
	kind       Kind
	text       string
	normalised string
}

// ParseEmail reads an e-mail address as a person types it. Two are the same
// contact when their local parts are equal without regard to case (after Unicode
// NFC) and their domains are equal in IDNA ASCII form; dots and plus tags count.
// Quoted local parts and address literals are refused: no shopper has one. It
// returns an Invalid error for field.
func ParseEmail(field, s string) (Address, error) {
	invalid := Invalid(field, "must be a valid e-mail address")
	typed := strings.TrimSpace(s)
	at := strings.LastIndexByte(typed, '@')
	if at < 1 || at > maxEmailLocal || len(typed) > maxEmail || strings.ContainsFunc(typed, refusedInEmail) {
		return Address{}, invalid
	}
	if parsed, err := mail.ParseAddress(typed); err != nil || parsed.Address != typed {
		return Address{}, invalid
	}
	host, err := idna.Lookup.ToASCII(typed[at+1:])
	if err != nil || !isMailHost(host) {
		return Address{}, invalid
	}
	local := norm.NFC.String(strings.ToLower(norm.NFC.String(typed[:at])))
	return Address{EmailContact, typed, local + "@" + strings.ToLower(host)}, nil
}

// refusedInEmail refuses what stands for text that could not be decoded, too: mail
// to it would reach nobody.
func refusedInEmail(r rune) bool {
	return unicode.IsControl(r) || unicode.IsSpace(r) || r == utf8.RuneError || strings.ContainsRune(`"<>()[]`, r)
}

// isMailHost wants at least two labels: nobody receives mail at a bare host.
func isMailHost(ascii string) bool {
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > maxEmailLabel {
			return false
		}
	}
	return len(ascii) <= maxEmailHost && strings.Contains(ascii, ".")
}

// refusedInPhone refuses letters too: the parser would find a number among words
// and dial the ones that letters stand for.
func refusedInPhone(r rune) bool { return unicode.IsControl(r) || unicode.IsLetter(r) }

// ParsePhone reads a telephone number as a person types it and keeps it in E.164
// form; without an international prefix it is taken to be in region (ISO 3166-1
// alpha-2). Extensions are refused, since a text message cannot reach one. It
// returns an Invalid error for field.
func ParsePhone(field, s, region string) (Address, error) {
	invalid := Invalid(field, "must be a valid telephone number")
	if len(s) > maxPhoneInput || strings.ContainsFunc(s, refusedInPhone) {
		return Address{}, invalid
	}
	n, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumber(n) || n.GetExtension() != "" {
		return Address{}, invalid
	}
	e164 := phonenumbers.Format(n, phonenumbers.E164)
	return Address{PhoneContact, e164, e164}, nil
}

// CustomerAddress stands for a customer account of a site.
func CustomerAddress(site SiteID, customerID string) Address {
	return Address{kind: CustomerContact, normalised: site.String() + "/" + customerID}
}

// Kind is what sort of address it is.
func (a Address) Kind() Kind { return a.kind }

// String is the address as it is kept: e-mail as typed, telephone in E.164,
// nothing for a customer account.
func (a Address) String() string { return a.text }

// Normalised is the form that addresses are compared and hashed by.
func (a Address) Normalised() string { return a.normalised }

// IsZero reports whether there is no address.
func (a Address) IsZero() bool { return a.kind == "" }
