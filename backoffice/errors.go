package backoffice

import (
	"errors"
	"strings"
)

var (
	// ErrNotFound means that there is no such thing, or none the caller may see.
	ErrNotFound = errors.New("there is no such thing, or none that this key may see")

	// ErrForbidden means that the caller may not do this, whatever there is.
	ErrForbidden = errors.New("this key may not do that")
)

// Problem is what is wrong with one field.
type Problem struct {
	Field   string // path in the input, like "brand.colour" or "domains[0]"
	Message string // never quotes what was sent
}

// Problems are all that is wrong with an input.
type Problems []Problem //nolint:errname // what RFC 9457 calls them

func (p Problems) Error() string {
	texts := make([]string, len(p))
	for i, one := range p {
		texts[i] = one.Field + ": " + one.Message
	}
	return strings.Join(texts, "; ")
}

// Invalid is an input with one problem.
func Invalid(field, message string) error { return Problems{{field, message}} }

// Taken is an input with a value that must be unique and is not.
func Taken(field string) error { return Invalid(field, "is taken") }

// add notes a problem unless the message is empty.
func (p *Problems) add(field, message string) {
	if message != "" {
		*p = append(*p, Problem{field, message})
	}
}

// err is the problems as an error; nil when there are none.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}
