package auth

import (
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

var (
	errCritical     = errors.New("token has a critical header")
	errNoSecret     = errors.New("no secret is set")
	errNoFittingKey = errors.New("no key fits the token")
)

// refusal names why a token was refused, in fixed words only: the library's own
// texts quote the token.
func refusal(cause error) error {
	for _, reason := range []error{
		errCritical, errNoSecret, errNoFittingKey,
		jwt.ErrTokenExpired, jwt.ErrTokenNotValidYet,
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenInvalidAudience,
		jwt.ErrTokenRequiredClaimMissing, jwt.ErrInvalidType,
		jwt.ErrTokenSignatureInvalid, jwt.ErrTokenMalformed,
	} {
		if errors.Is(cause, reason) {
			return fmt.Errorf("%w: %w", ErrInvalidToken, reason)
		}
	}
	return ErrInvalidToken
}
