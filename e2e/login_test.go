package e2e

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// claims are what a login says about a customer.
type claims map[string]any

// login signs claims as the shop's login service does, for an hour.
func (s *shop) login(t *testing.T, c claims) string {
	t.Helper()
	return sign(t, jwt.SigningMethodHS256, []byte(s.jwtSecret), lasting(time.Hour, c), "")
}

// lasting are the claims of a login that ends after the time.
func lasting(d time.Duration, c claims) claims {
	c = maps.Clone(c)
	c["exp"] = time.Now().Add(d).Unix()
	return c
}

// sign signs claims with a key, which kid names unless it is empty.
func sign(t *testing.T, method jwt.SigningMethod, key any, c claims, kid string) string {
	t.Helper()
	login := jwt.NewWithClaims(method, jwt.MapClaims(c))
	if kid != "" {
		login.Header["kid"] = kid
	}
	signed, err := login.SignedString(key)
	if err != nil {
		t.Fatalf("signing a login: %v", err)
	}
	return signed
}

// TestLogins sends logins that prove nothing. Taking them for no login at all
// would carry the sign-up out.
func TestLogins(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		secret, other := []byte(s.jwtSecret), []byte("another secret of thirty-two bytes")
		ada := claims{"sub": "c-1", "email": s.email("ada")}
		hour := lasting(time.Hour, ada)
		for name, authorization := range map[string]string{
			"that has expired":             "Bearer " + sign(t, jwt.SigningMethodHS256, secret, lasting(-time.Hour, ada), ""),
			"that never expires":           "Bearer " + sign(t, jwt.SigningMethodHS256, secret, ada, ""),
			"that is not valid yet":        "Bearer " + sign(t, jwt.SigningMethodHS256, secret, with(hour, "nbf", time.Now().Add(time.Hour).Unix()), ""),
			"signed by somebody else":      "Bearer " + sign(t, jwt.SigningMethodHS256, other, hour, ""),
			"signed with another method":   "Bearer " + sign(t, jwt.SigningMethodHS512, secret, hour, ""),
			"that is not signed":           "Bearer " + sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, hour, ""),
			"of nobody":                    "Bearer " + sign(t, jwt.SigningMethodHS256, secret, with(hour, "sub", ""), ""),
			"whose customer is a number":   "Bearer " + sign(t, jwt.SigningMethodHS256, secret, with(hour, "sub", 7), ""),
			"whose address is a list":      "Bearer " + sign(t, jwt.SigningMethodHS256, secret, with(hour, "email", []string{"a"}), ""),
			"of another scheme":            "Basic YWRhOnNlY3JldA==",
			"that is empty":                "Bearer ",
			"that is no token":             "Bearer not.a.token",
			"with something in front":      "x Bearer " + s.login(t, ada),
			"with the damage of one digit": "Bearer " + flip(s.login(t, ada)),
		} {
			t.Run("a login "+name, func(t *testing.T) { s.visitor(t).with("Authorization", authorization).isUnauthorised() })
		}
		s.customer(t, ada).sees(`{ customer { id } }`, `{"customer":{"id":"c-1"}}`)
	})
}

func with(c claims, name string, value any) claims {
	c = maps.Clone(c)
	c[name] = value
	return c
}

// isUnauthorised wants the client to be sent away whatever it asks.
func (c *client) isUnauthorised() {
	c.t.Helper()
	before := c.shop.tables(c.t)
	op := signUp("EMAIL", c.shop.email("eve"))
	for _, got := range []reply{
		c.send(op.document, op.variables), c.send(emailAndSMS, nil), c.send(siteName, nil), c.do(http.MethodPost, "/graphql", "["),
	} {
		if got.status != http.StatusUnauthorized || !got.isError("UNAUTHENTICATED", "") || len(got.Data) > 0 {
			c.t.Errorf("answered with %d %s, want 401 UNAUTHENTICATED", got.status, got.body)
		}
		if got.header.Get("WWW-Authenticate") == "" {
			c.t.Error("no WWW-Authenticate, which RFC 9110 demands")
		}
	}
	c.shop.wantUnchanged(c.t, before)
}
