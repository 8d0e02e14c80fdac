package backoffice

import (
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
)

// MaxPage is the most items a part of a list has.
const MaxPage = 500

// Page asks for a part of a list.
type Page struct {
	Limit int    // items, from 1 to MaxPage
	After Cursor // zero: from the beginning
}

// Cursor is a place in a list: that of the last item seen. A list is ordered by
// the fields it uses, in this order.
type Cursor struct {
	At   time.Time // when it was created, to the microsecond
	ID   uuid.UUID
	Name string
}

// List is a part of a list.
type List[T any] struct {
	Items []T
	Next  string // cursor of the next part; empty when there is none
}

var errCursor = errors.New("not a cursor")

// String is what a client sends back to get the next part of the list.
func (c Cursor) String() string {
	text := c.At.UTC().Format(time.RFC3339Nano) + " " + c.ID.String() + " " + c.Name
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// maxCursor is more than any cursor of ours has, in bytes.
const maxCursor = 512

// ParseCursor reads what String wrote; Problems for "cursor" otherwise. Empty is
// the beginning.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	c, err := parseCursor(s)
	if err != nil || c.String() != s {
		return Cursor{}, Invalid("cursor", "must be taken from the Link header of the page before")
	}
	return c, nil
}

func parseCursor(s string) (c Cursor, err error) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(s) > maxCursor {
		return c, errCursor
	}
	parts := strings.SplitN(string(text), " ", 3)
	if len(parts) != 3 || optional(parts[2], campaignID) != "" {
		return c, errCursor
	}
	if c.At, err = time.Parse(time.RFC3339Nano, parts[0]); err != nil {
		return c, err
	}
	c.ID, err = uuid.Parse(parts[1])
	c.Name = parts[2]
	return c, err
}

// listed cuts a list that was read one item longer than the page, to know
// whether there is more.
func listed[T any](items []T, limit int, place func(T) Cursor) List[T] {
	if len(items) <= limit {
		return List[T]{Items: items}
	}
	items = items[:limit]
	return List[T]{Items: items, Next: place(items[limit-1]).String()}
}

// plusOne asks for the item that tells whether there is more.
func (p Page) plusOne() Page { return Page{p.Limit + 1, p.After} }
