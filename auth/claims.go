package auth

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
)

// maxSubject is the longest sub in characters (OpenID Connect Core, section 2).
const maxSubject = 255

var errSubject = errors.New("sub must be 1 to 255 characters without control characters")

// customerOf reads a map rather than a struct, because encoding/json matches
// struct fields in any letter case and "Sub" must not stand in for "sub".
func customerOf(claims jwt.MapClaims) (*Customer, error) {
	c := &Customer{HasAddress: present(claims["address"])}
	texts := []struct {
		name  string
		value *string
	}{
		{"sub", &c.ID},
		{"email", &c.Email},
		{"phone_number", &c.PhoneNumber},
		{"name", &c.Name},
	}
	for _, t := range texts {
		var ok bool
		if *t.value, ok = text(claims[t.name]); !ok {
			return nil, fmt.Errorf("claim %s is not a string", t.name)
		}
	}
	if !IsSubject(c.ID) {
		return nil, errSubject
	}
	// Who has not shown that an address is theirs must not decide for its owner
	// (OpenID Connect Core, section 5.1).
	if claims["email_verified"] == false {
		c.Email = ""
	}
	if claims["phone_number_verified"] == false {
		c.PhoneNumber = ""
	}
	return c, nil
}

func claimsOf(c Customer) jwt.MapClaims {
	claims := jwt.MapClaims{"sub": c.ID}
	for name, value := range map[string]string{
		"email": c.Email, "phone_number": c.PhoneNumber, "name": c.Name,
	} {
		if value != "" {
			claims[name] = value
		}
	}
	if c.HasAddress {
		claims["address"] = true
	}
	return claims
}

func text(claim any) (string, bool) {
	if claim == nil {
		return "", true
	}
	s, ok := claim.(string)
	return s, ok
}

// present accepts every shape of address: issuers send a line of text, the
// OpenID Connect object, or only say that there is one.
func present(claim any) bool {
	switch v := claim.(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(v) != ""
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	case bool:
		return v
	default:
		return true
	}
}

// IsSubject reports whether a text may name a customer: 1 to 255 characters. It
// refuses control characters, and U+FFFD: JSON decoding turns every broken sequence
// into it, so two different broken ids would become one customer.
func IsSubject(id string) bool {
	bad := func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
	return id != "" && utf8.RuneCountInString(id) <= maxSubject && !strings.ContainsFunc(id, bad)
}
