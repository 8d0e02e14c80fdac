package graph

import (
	"encoding/json"
	"errors"
	"io"
	"time"

	"assent/consent"
)

// landingURL is the only input of type URL.
const landingURL = "landingUrl"

// URL is the scalar of the same name. Reading one that is not an absolute http
// or https URL gives an Invalid error.
type URL string

// UnmarshalGQL implements graphql.Unmarshaler.
func (u *URL) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return consent.Invalid(landingURL, "must be a string")
	}
	if err := consent.CheckURL(landingURL, s); err != nil {
		return err
	}
	*u = URL(s)
	return nil
}

// MarshalGQL implements graphql.Marshaler.
func (u URL) MarshalGQL(w io.Writer) { writeJSONString(w, string(u)) }

// MarketingToken is the scalar of the same name.
type MarketingToken string

// UnmarshalGQL implements graphql.Unmarshaler.
func (t *MarketingToken) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return consent.Invalid("token", "must be a string")
	}
	*t = MarketingToken(s)
	return nil
}

// MarshalGQL implements graphql.Marshaler.
func (t MarketingToken) MarshalGQL(w io.Writer) { writeJSONString(w, string(t)) }

// Timestamp is the scalar of the same name.
type Timestamp time.Time

// UnmarshalGQL implements graphql.Unmarshaler.
func (t *Timestamp) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return errors.New("a Timestamp is a string")
	}
	parsed, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return errors.New("a Timestamp is RFC 3339")
	}
	*t = Timestamp(parsed.UTC())
	return nil
}

// MarshalGQL implements graphql.Marshaler.
func (t Timestamp) MarshalGQL(w io.Writer) {
	writeJSONString(w, time.Time(t).UTC().Format(time.RFC3339Nano))
}

func writeJSONString(w io.Writer, s string) {
	quoted, _ := json.Marshal(s) // a string always encodes
	_, _ = w.Write(quoted)       // gqlgen's buffer does not fail
}
