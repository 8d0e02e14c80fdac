package mail

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Errors name the field but never its value, which may be a person's address.
var (
	errNotOneLine = errors.New("must be one line of at most 320 characters")
	errNotAddress = errors.New("must be one e-mail address")
	errNotLink    = errors.New("must be an absolute http or https URL of at most 900 characters")
	errNotID      = errors.New("must be 1 to 64 letters, digits, dots, underscores or hyphens")
)

// headers expects a checked message.
func headers(m Message) map[string]string {
	from := netmail.Address{Name: sender(m.Site), Address: parseAddress(m.Site.SenderEmail)}
	domain := from.Address[strings.LastIndex(from.Address, "@"):]
	return map[string]string{
		"From":                  from.String(),
		"To":                    m.To,
		"Message-ID":            "<" + m.ID + domain + ">",
		"List-Unsubscribe":      "<" + m.Links.OneClick + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}
}

// check refuses a message that would make a broken mail or a forged header line, and reports every problem.
func check(m Message) error {
	problems := []error{
		field("id", m.ID, isID, errNotID),
		field("recipient", m.To, isAddress, errNotAddress),
		field("site name", m.Site.Name, isLine, errNotOneLine),
		field("sender name", sender(m.Site), isLine, errNotOneLine),
		field("sender e-mail", m.Site.SenderEmail, isAddress, errNotAddress),
		field("unsubscribe link", m.Links.Unsubscribe, isLink, errNotLink),
		field("one-click link", m.Links.OneClick, isLink, errNotLink),
	}
	if m.Kind == ConfirmSubscription {
		problems = append(problems,
			field("confirm link", m.Links.Confirm, isLink, errNotLink),
			field("reject link", m.Links.Reject, isLink, errNotLink))
	}
	return errors.Join(problems...)
}

func field(name, value string, valid func(string) bool, problem error) error {
	if valid(value) {
		return nil
	}
	return fmt.Errorf("%s: %w", name, problem)
}

func isID(s string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`).MatchString(s)
}

func isLine(s string) bool {
	return strings.TrimSpace(s) != "" && len(s) <= 320 && !strings.ContainsFunc(s, isBreak)
}

// isBreak reports what could end a header line or change how a line reads: control characters, Unicode line and
// paragraph separators, and the replacement for invalid UTF-8.
func isBreak(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}

func isAddress(s string) bool {
	return isLine(s) && parseAddress(s) != ""
}

// parseAddress returns the one address that s holds, without a name, a comment or a group around it, or "".
func parseAddress(s string) string {
	address, err := netmail.ParseAddress(s)
	if err != nil || address.Name != "" {
		return ""
	}
	return address.Address
}

// isLink refuses what would end the angle brackets of List-Unsubscribe.
func isLink(s string) bool {
	if len(s) > 900 || strings.ContainsAny(s, "<> \"") || strings.ContainsFunc(s, isBreak) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
