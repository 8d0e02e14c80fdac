package e2e

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assent/store/storetest"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// issuer is a login service that publishes its keys.
type issuer struct {
	*httptest.Server
	keys  []jose.JSONWebKey
	down  atomic.Bool
	asked atomic.Int64
}

func newIssuer(t *testing.T, keys ...jose.JSONWebKey) *issuer {
	t.Helper()
	i := &issuer{keys: keys}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		i.asked.Add(1)
		if i.down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: i.keys}) // the program sees what went wrong
	}))
	t.Cleanup(i.Close)
	return i
}

// settings make the program trust the issuer and nobody else.
func (i *issuer) settings() []string {
	return []string{"JWT_SECRET=", "JWT_JWKS_URL=" + i.URL + "/keys", "JWT_ISSUER=https://login.example", "JWT_AUDIENCE=shop"}
}

// TestKeySet checks logins against the published keys of an issuer.
func TestKeySet(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	i := newIssuer(t, published("one", "EdDSA", public), published("two", "ES256", curve.Public()))
	s := openProduction(t, storetest.SQLite(t), i.settings()...)
	defer s.close(t)

	good := lasting(time.Hour, claims{"sub": "c-1", "iss": "https://login.example", "aud": "shop"})
	i.down.Store(true)
	if got := s.visitor(t).with("Authorization", "Bearer "+sign(t, jwt.SigningMethodEdDSA, private, good, "one")).send(siteName, nil); got.status != http.StatusServiceUnavailable ||
		!strings.Contains(got.body, `"code":"INTERNAL","errorId":"`) {
		t.Errorf("without keys nobody can be judged, but the answer is %d %s", got.status, got.body)
	}
	i.down.Store(false)
	s.restart(t) // a key set that failed is asked for again only after a while
	for name, login := range map[string]string{
		"the first key":  sign(t, jwt.SigningMethodEdDSA, private, good, "one"),
		"the second key": sign(t, jwt.SigningMethodES256, curve, good, "two"),
		"many audiences": sign(t, jwt.SigningMethodEdDSA, private, with(good, "aud", []string{"app", "shop"}), "one"),
	} {
		t.Run(name, func(t *testing.T) {
			s.visitor(t).with("Authorization", "Bearer "+login).sees(`{ customer { id } }`, `{"customer":{"id":"c-1"}}`)
		})
	}
	for name, login := range map[string]string{
		"a key nobody published":     sign(t, jwt.SigningMethodEdDSA, private, good, "three"),
		"the name of another key":    sign(t, jwt.SigningMethodEdDSA, private, good, "two"),
		"no name, with several keys": sign(t, jwt.SigningMethodEdDSA, private, good, ""),
		"the public key as secret":   sign(t, jwt.SigningMethodHS256, []byte(public), good, "one"),
		"the former secret":          sign(t, jwt.SigningMethodHS256, []byte(s.jwtSecret), good, ""),
		"another issuer":             sign(t, jwt.SigningMethodEdDSA, private, with(good, "iss", "https://else.example"), "one"),
		"another audience":           sign(t, jwt.SigningMethodEdDSA, private, with(good, "aud", "app"), "one"),
		"an end in the past":         sign(t, jwt.SigningMethodEdDSA, private, lasting(-time.Hour, good), "one"),
	} {
		t.Run(name, func(t *testing.T) { s.visitor(t).with("Authorization", "Bearer "+login).isUnauthorised() })
	}
	if asked := i.asked.Load(); asked > 4 {
		t.Errorf("the issuer was asked %d times: made-up key ids must not turn us against it", asked)
	}
}

func published(kid, algorithm string, key crypto.PublicKey) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: algorithm, Use: "sig"}
}

// TestKeySetInEmbeddedMode is a developer who tries the service with the logins
// of a real shop.
func TestKeySetInEmbeddedMode(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	i := newIssuer(t, published("one", "EdDSA", public))
	s := &shop{process: start(t, append(i.settings(), "DATA_DIR="+t.TempDir())...)}
	defer s.stop(t)
	login := sign(t, jwt.SigningMethodEdDSA, private, lasting(time.Hour, claims{"sub": "c-1", "iss": "https://login.example", "aud": "shop"}), "one")
	got := s.visitor(t).with("Authorization", "Bearer "+login).send(`{ customer { id } }`, nil)
	got.wants(t, `{"data":{"customer":{"id":"c-1"}}}`)
}
