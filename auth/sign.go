package auth

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Sign makes the HS256 token that CustomersBySecret accepts under the same
// secret and rules from now until now+ttl, in whole seconds. It fails without a
// secret and for an id that no token may carry.
func Sign(secret []byte, c Customer, r Rules, now time.Time, ttl time.Duration) (string, error) {
	if len(secret) == 0 {
		return "", fmt.Errorf("signing customer token: %w", errNoSecret)
	}
	if !IsSubject(c.ID) {
		return "", fmt.Errorf("signing customer token: %w", errSubject)
	}
	claims := claimsOf(c)
	claims["iat"] = now.Unix()
	claims["exp"] = now.Add(ttl).Unix()
	if r.Issuer != "" {
		claims["iss"] = r.Issuer
	}
	if r.Audience != "" {
		claims["aud"] = r.Audience
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(secret)
	if err != nil {
		return "", fmt.Errorf("signing customer token: %w", err)
	}
	return token, nil
}
