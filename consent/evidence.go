package consent

import (
	"crypto/sha256"
	"errors"
	"net/url"
)

// Limits of audit data, in characters.
const (
	MaxMessageShown   = 10_000
	MaxFormIdentifier = 200
	MaxFormLocation   = 2_048
	MaxURL            = 2_048

	// maxPageShown is more than a page of ours can say: hundreds of consent texts.
	maxPageShown = 200_000
)

// AuditData is what a form says about itself: the wording the person read, which
// form it was and where. The functions below are the only ways to one.
type AuditData struct {
	messageShown   string
	formIdentifier string
	formLocation   string
	landingURL     string
}

// NewAuditData checks the audit data of a form. The message may hold HTML and is
// kept verbatim. It returns an Invalid error for each field at fault, joined.
func NewAuditData(messageShown, formIdentifier, formLocation string) (AuditData, error) {
	return newFormData(MaxMessageShown, messageShown, formIdentifier, formLocation)
}

// NewSignUpPageData is NewAuditData for our own form, which may say more.
func NewSignUpPageData(messageShown, formIdentifier, formLocation string) (AuditData, error) {
	return newFormData(maxPageShown, messageShown, formIdentifier, formLocation)
}

func newFormData(maxMessage int, messageShown, formIdentifier, formLocation string) (AuditData, error) {
	rules := []struct {
		rule  text
		value string
	}{
		{text{field: "messageShown", max: maxMessage, multiline: true}, messageShown},
		{text{field: "formIdentifier", max: MaxFormIdentifier}, formIdentifier},
		{text{field: "formLocation", max: MaxFormLocation}, formLocation},
	}
	var problems []error
	for _, r := range rules {
		problems = append(problems, r.rule.check(r.value))
	}
	if err := errors.Join(problems...); err != nil {
		return AuditData{}, err
	}
	return AuditData{messageShown: messageShown, formIdentifier: formIdentifier, formLocation: formLocation}, nil
}

// NewLandingData checks the audit data of a link. It returns an Invalid error
// naming the field.
func NewLandingData(landingURL string) (AuditData, error) {
	if err := CheckURL("landingUrl", landingURL); err != nil {
		return AuditData{}, err
	}
	return AuditData{landingURL: landingURL}, nil
}

// NewPageData is the audit data of a page of ours that a link led to: what it
// said, and its URL without the parameters, which are as good as a key.
func NewPageData(messageShown, formIdentifier, pageURL string) (AuditData, error) {
	data, err := newFormData(maxPageShown, messageShown, formIdentifier, pageURL)
	if err != nil {
		return AuditData{}, err
	}
	data.formLocation, data.landingURL = "", pageURL
	return data, CheckURL("landingUrl", pageURL)
}

// NewOneClickData is the audit data of a mail client that unsubscribes by itself
// (RFC 8058): nobody is shown anything.
func NewOneClickData(pageURL string) AuditData {
	return AuditData{formIdentifier: "List-Unsubscribe=One-Click", landingURL: pageURL}
}

// OperationAuditData is the audit data of an operation that no form describes.
func OperationAuditData(name string) AuditData { return AuditData{formIdentifier: name} }

// CheckURL accepts absolute http and https URLs of at most MaxURL characters. It
// returns an Invalid error for field.
func CheckURL(field, s string) error {
	if err := (text{field: field, max: MaxURL}).check(s); err != nil {
		return err
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return Invalid(field, "must be an absolute http or https URL")
	}
	return nil
}

// TextHash is the SHA-256 of a wording. Audit records hold it in place of the
// text, which is stored once and for ever. The zero hash means no wording.
type TextHash [sha256.Size]byte

// HashText returns the hash under which a wording is stored.
func HashText(s string) TextHash {
	if s == "" {
		return TextHash{}
	}
	return sha256.Sum256([]byte(s))
}

// IsZero reports whether there is no wording.
func (h TextHash) IsZero() bool { return h == TextHash{} }

// ActorKind says who gave a command.
type ActorKind string

// The actors.
const (
	Visitor    ActorKind = "VISITOR"     // an anonymous person at a form
	Customer   ActorKind = "CUSTOMER"    // a logged-in customer
	Link       ActorKind = "LINK"        // whoever holds a link from a message
	BackOffice ActorKind = "BACK_OFFICE" // staff, for a customer who answered elsewhere
)

// Actor is who gave a command. ID is a contact id, never an address; the Editor
// for BackOffice.
type Actor struct {
	Kind ActorKind
	ID   string
}

// Origin is where a request came from. IP is shortened to its network before it
// gets here (data minimisation, GDPR article 5).
type Origin struct {
	IP        string
	UserAgent string
}

// Event is one command as it will be remembered: its identity, who gave it, and
// the evidence. Personal data in it (location, URL, origin) is stored apart from
// the audit record.
type Event struct {
	ID     EventID
	Actor  Actor
	Data   AuditData
	Origin Origin
}

// MessageShown is the wording the person read; empty for a link.
func (d AuditData) MessageShown() string { return d.messageShown }

// FormIdentifier is the storefront's name for the form.
func (d AuditData) FormIdentifier() string { return d.formIdentifier }

// FormLocation is the page the form was on.
func (d AuditData) FormLocation() string { return d.formLocation }

// LandingURL is the page a link led to; empty for a form.
func (d AuditData) LandingURL() string { return d.landingURL }
