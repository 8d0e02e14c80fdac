package auth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"assent/auth"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

func noon() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }

func secret() []byte { return []byte("a secret of thirty-two bytes....") }

func rules() auth.Rules {
	return auth.Rules{Issuer: "shop", Audience: "assent", Leeway: 30 * time.Second, Now: noon}
}

// claims are those of a good token, changed; a nil value removes the claim.
func claims(change jwt.MapClaims) jwt.MapClaims {
	c := jwt.MapClaims{"sub": "c-1", "iss": "shop", "aud": "assent", "exp": noon().Add(time.Hour).Unix()}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func bearer(t testing.TB, method jwt.SigningMethod, key any, header map[string]any, c jwt.Claims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, c)
	maps.Copy(token.Header, header)
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return "Bearer " + signed
}

func bySecret(t testing.TB, c jwt.MapClaims) string {
	t.Helper()
	return bearer(t, jwt.SigningMethodHS256, secret(), nil, c)
}

func wantCustomer(t *testing.T, c *auth.Customers, authorization string) {
	t.Helper()
	got, err := c.Authenticate(t.Context(), authorization)
	if err != nil || got == nil || got.ID != "c-1" {
		t.Errorf("got %v, %v; want customer c-1", got, err)
	}
}

func wantError(t *testing.T, c *auth.Customers, authorization string, want error) {
	t.Helper()
	got, err := c.Authenticate(t.Context(), authorization)
	if got != nil || !errors.Is(err, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// issuer serves a key set over HTTP and signs tokens with its keys.
type issuer struct {
	*httptest.Server
	mu       sync.Mutex
	document []byte // nil: answers 500
	fetches  int
	hold     chan struct{} // when set, an answer waits to receive from it
}

func newIssuer(t testing.TB, keys ...jose.JSONWebKey) *issuer {
	t.Helper()
	i := &issuer{}
	i.publish(t, keys...)
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.Server.Close)
	return i
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	i.fetches++
	document, hold := i.document, i.hold
	i.mu.Unlock()
	if hold != nil {
		<-hold
	}
	if document == nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
	_, _ = w.Write(document) // a caller that left misses nothing
}

func (i *issuer) publish(t testing.TB, keys ...jose.JSONWebKey) {
	t.Helper()
	document, err := json.Marshal(jose.JSONWebKeySet{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	i.serve(document)
}

func (i *issuer) serve(document []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.document = document
}

func (i *issuer) pause() chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.hold = make(chan struct{})
	return i.hold
}

func (i *issuer) breakDown() { i.serve(nil) }

func (i *issuer) wantFetches(t *testing.T, want int) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fetches != want {
		t.Errorf("issuer saw %d fetches, want %d", i.fetches, want)
	}
}

func (i *issuer) customers(now func() time.Time) *auth.Customers {
	keys := auth.NewKeySet(i.URL, slog.New(slog.DiscardHandler), now)
	r := rules()
	r.Now = now
	return auth.CustomersByKeySet(keys, r)
}

func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func published(kid string, key crypto.Signer) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key.Public(), KeyID: kid, Use: "sig"}
}

func byKey(t testing.TB, kid string, key *ecdsa.PrivateKey) string {
	t.Helper()
	return bearer(t, jwt.SigningMethodES256, key, map[string]any{"kid": kid}, claims(nil))
}

// announced tells when the caller begins to wait.
type announced struct {
	context.Context
	waiting chan<- struct{}
}

func (a announced) Done() <-chan struct{} {
	a.waiting <- struct{}{}
	return a.Context.Done()
}
