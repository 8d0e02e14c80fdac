package consent

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// text is the rule for one free-text input: what it is called outside, how many
// characters it may have, and whether it may span lines.
type text struct {
	field     string
	max       int
	multiline bool
}

// check refuses blank and over-long text, invalid UTF-8 and control characters
// (NUL above all, which PostgreSQL cannot store).
func (t text) check(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return Invalid(t.field, "must not be blank")
	case !utf8.ValidString(s):
		return Invalid(t.field, "must be valid UTF-8")
	case utf8.RuneCountInString(s) > t.max:
		return Invalid(t.field, "must have at most %d characters", t.max)
	case strings.ContainsFunc(s, t.refusedControl):
		return Invalid(t.field, "must not contain control characters")
	}
	return nil
}

func (t text) refusedControl(r rune) bool {
	if t.multiline && (r == '\n' || r == '\r' || r == '\t') {
		return false
	}
	return unicode.IsControl(r)
}

// CleanName is a person's name as a login tells it, or nothing when it cannot be
// kept.
func CleanName(name string) string {
	if err := (text{field: "name", max: MaxName}).check(name); err != nil {
		return ""
	}
	return name
}
