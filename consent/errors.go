package consent

import (
	"errors"
	"fmt"
)

// Code classifies an error for the doors, which map it to their protocol.
type Code string

// The codes a door has to know. Anything else is an internal failure.
const (
	BadInput        Code = "BAD_USER_INPUT"
	Unauthenticated Code = "UNAUTHENTICATED"
	SiteNotFound    Code = "SITE_NOT_FOUND"
)

// Error is a refusal that may be shown to the caller. Message never contains
// what the caller sent.
type Error struct {
	Code    Code
	Field   string // the input field at fault; empty when there is none
	Message string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// ErrNotFound is returned by a Store for a site or campaign it does not have.
var ErrNotFound = errors.New("not found")

// Invalid returns the BadInput error for one field.
func Invalid(field, format string, args ...any) error {
	return &Error{Code: BadInput, Field: field, Message: fmt.Sprintf(format, args...)}
}
