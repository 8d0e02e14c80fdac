package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// timeLayout is RFC 3339 with a fixed width, so that text order is time order.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Time is a moment as both databases keep it: in UTC, to the microsecond. The
// zero Time is NULL.
type Time struct{ time.Time }

// Value is text, which PostgreSQL reads as a timestamptz.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format(timeLayout), nil
}

// Scan reads what either driver returns.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
	case time.Time:
		t.Time = v.UTC()
	case string:
		return t.parse(v)
	case []byte:
		return t.parse(string(v))
	default:
		return fmt.Errorf("reading a time from a %T", src)
	}
	return nil
}

func (t *Time) parse(s string) error {
	parsed, err := time.Parse(timeLayout, s)
	if err != nil {
		return fmt.Errorf("reading a time: %w", err)
	}
	t.Time = parsed
	return nil
}

// orNil is nil for the zero time.
func (t Time) orNil() *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t.Time
}

// orNoTime is the zero time for nil.
func orNoTime(t *time.Time) Time {
	if t == nil {
		return Time{}
	}
	return Time{*t}
}
