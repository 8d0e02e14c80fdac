package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var (
	// ErrInvalidToken means that the Authorization header is there but proves
	// nobody. Its text names the reason and holds nothing of the token.
	ErrInvalidToken = errors.New("invalid customer token")

	// ErrKeysUnavailable means that the token can not be judged now, because the
	// issuer's keys can not be had. The token may well be good.
	ErrKeysUnavailable = errors.New("customer key set unavailable")
)

// maxToken is in bytes. Real tokens stay under 4 KB; servers accept headers of 1 MB.
const maxToken = 8 << 10

// Rules are what a token must satisfy besides its signature and its mandatory exp.
type Rules struct {
	Issuer   string           // required iss; empty: not checked
	Audience string           // one of the values of aud; empty: not checked
	Leeway   time.Duration    // clock difference forgiven for exp and nbf
	Now      func() time.Time // nil: time.Now
}

// Customers checks customer tokens. It is safe for concurrent use.
type Customers struct {
	parser  *jwt.Parser
	key     keyFinder
	leeway  time.Duration
	trusted *trusted
}

type keyFinder func(ctx context.Context, kid, alg string) (any, error)

// CustomersBySecret accepts tokens signed with the shared secret (HS256 only).
// An empty secret accepts no token.
func CustomersBySecret(secret []byte, r Rules) *Customers {
	find := func(context.Context, string, string) (any, error) {
		if len(secret) == 0 {
			return nil, errNoSecret
		}
		return secret, nil
	}
	return newCustomers(find, []string{jwt.SigningMethodHS256.Alg()}, r)
}

// CustomersByKeySet accepts tokens signed with one of the issuer's keys. HS256
// is never accepted here: the secret would be the issuer's public key.
func CustomersByKeySet(keys *KeySet, r Rules) *Customers {
	return newCustomers(keys.find, asymmetric(), r)
}

func newCustomers(key keyFinder, algorithms []string, r Rules) *Customers {
	options := []jwt.ParserOption{
		jwt.WithValidMethods(algorithms),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(r.Leeway),
		jwt.WithTimeFunc(r.Now),
	}
	if r.Issuer != "" {
		options = append(options, jwt.WithIssuer(r.Issuer))
	}
	if r.Audience != "" {
		options = append(options, jwt.WithAudience(r.Audience))
	}
	return &Customers{parser: jwt.NewParser(options...), key: key, leeway: r.Leeway, trusted: newTrusted(r.Now)}
}

// Authenticate judges the value of an Authorization header (RFC 6750). No header
// is an anonymous caller: nil without an error. Anything but a valid bearer token
// is ErrInvalidToken, or ErrKeysUnavailable when it can not be judged.
func (c *Customers) Authenticate(ctx context.Context, authorization string) (*Customer, error) {
	if authorization == "" {
		return nil, nil
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.TrimLeft(token, " ")
	if !strings.EqualFold(scheme, "Bearer") || len(token) > maxToken {
		return nil, fmt.Errorf("%w: not a bearer token of at most %d bytes", ErrInvalidToken, maxToken)
	}
	if known := c.trusted.find(token); known != nil {
		return known, nil
	}
	return c.check(ctx, token)
}

// check judges a token and remembers a good one.
func (c *Customers) check(ctx context.Context, token string) (*Customer, error) {
	claims := jwt.MapClaims{}
	_, err := c.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return c.keyOf(ctx, t) })
	if errors.Is(err, ErrKeysUnavailable) {
		return nil, err
	}
	if err != nil {
		return nil, refusal(err)
	}
	customer, err := customerOf(claims)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidToken, err)
	}
	if expires, err := claims.GetExpirationTime(); err == nil && expires != nil {
		c.trusted.add(token, customer, expires.Add(c.leeway))
	}
	return customer, nil
}

func (c *Customers) keyOf(ctx context.Context, t *jwt.Token) (any, error) {
	// RFC 7515, section 4.1.11: who does not understand a critical extension must
	// refuse the token. The library ignores the header; we know no extension.
	if _, critical := t.Header["crit"]; critical {
		return nil, errCritical
	}
	kid, ok := text(t.Header["kid"])
	if !ok {
		return nil, errNoFittingKey
	}
	return c.key(ctx, kid, t.Method.Alg())
}
