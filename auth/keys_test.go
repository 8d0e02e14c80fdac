package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"assent/auth"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func edKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func curveKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestEveryAsymmetricAlgorithmIsAccepted(t *testing.T) {
	r, ed := rsaKey(t, 2048), edKey(t)
	p256, p384, p521 := ecKey(t), curveKey(t, elliptic.P384()), curveKey(t, elliptic.P521())
	customers := newIssuer(t, published("rsa", r), published("ed", ed),
		published("p256", p256), published("p384", p384), published("p521", p521)).customers(noon)
	for _, test := range []struct {
		kid, alg string
		key      crypto.Signer
	}{
		{"rsa", "RS256", r}, {"rsa", "RS384", r}, {"rsa", "RS512", r},
		{"rsa", "PS256", r}, {"rsa", "PS384", r}, {"rsa", "PS512", r},
		{"p256", "ES256", p256}, {"p384", "ES384", p384}, {"p521", "ES512", p521}, {"ed", "EdDSA", ed},
	} {
		t.Run(test.alg, func(t *testing.T) {
			method := jwt.GetSigningMethod(test.alg)
			wantCustomer(t, customers, bearer(t, method, test.key, map[string]any{"kid": test.kid}, claims(nil)))
		})
	}
}

func TestATokenIsRefusedWhenNoPublishedKeyFitsIt(t *testing.T) {
	r, weak, ec := rsaKey(t, 2048), rsaKey(t, 1024), ecKey(t)
	pinned := published("pinned", r)
	pinned.Algorithm = "RS512"
	encryption := published("encryption", ec)
	encryption.Use = "enc"
	customers := newIssuer(t, published("rsa", r), published("weak", weak), published("ec", ec),
		pinned, encryption, jose.JSONWebKey{Key: secret(), KeyID: "oct"},
		jose.JSONWebKey{Key: ec, KeyID: "private"}).customers(noon)

	der, err := x509.MarshalPKIXPublicKey(r.Public())
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	kid := func(id string) map[string]any { return map[string]any{"kid": id} }
	for name, header := range map[string]string{
		"public key as HMAC secret":           bearer(t, jwt.SigningMethodHS256, publicPEM, kid("rsa"), claims(nil)),
		"published symmetric key":             bearer(t, jwt.SigningMethodHS256, secret(), kid("oct"), claims(nil)),
		"algorithm none":                      bearer(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, kid("rsa"), claims(nil)),
		"no key id among several keys":        bearer(t, jwt.SigningMethodRS256, r, nil, claims(nil)),
		"empty key id among several keys":     bearer(t, jwt.SigningMethodRS256, r, kid(""), claims(nil)),
		"unknown key id":                      bearer(t, jwt.SigningMethodRS256, r, kid("other"), claims(nil)),
		"key id of another key":               bearer(t, jwt.SigningMethodRS256, r, kid("ec"), claims(nil)),
		"key of the id, made by someone else": bearer(t, jwt.SigningMethodES256, ecKey(t), kid("ec"), claims(nil)),
		"RSA key under 2,048 bits":            bearer(t, jwt.SigningMethodRS256, weak, kid("weak"), claims(nil)),
		"key pinned to another algorithm":     bearer(t, jwt.SigningMethodRS256, r, kid("pinned"), claims(nil)),
		"key for encryption":                  bearer(t, jwt.SigningMethodES256, ec, kid("encryption"), claims(nil)),
		"published private key":               bearer(t, jwt.SigningMethodES256, ec, kid("private"), claims(nil)),
		"curve of another algorithm":          bearer(t, crossed{jwt.SigningMethodES384}, ec, kid("ec"), claims(nil)),
	} {
		t.Run(name, func(t *testing.T) { wantError(t, customers, header, auth.ErrInvalidToken) })
	}
}

// crossed is ES384 with a P-256 key, well-formed but for the curve.
type crossed struct{ *jwt.SigningMethodECDSA }

func (c crossed) Sign(text string, key any) ([]byte, error) {
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, jwt.ErrInvalidKeyType
	}
	digest := sha512.Sum384([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
	if err != nil {
		return nil, err
	}
	signature := make([]byte, 2*c.KeySize)
	r.FillBytes(signature[:c.KeySize])
	s.FillBytes(signature[c.KeySize:])
	return signature, nil
}

func TestATokenWithoutKeyIDMeansTheOneKeyThereIs(t *testing.T) {
	key := ecKey(t)
	token := bearer(t, jwt.SigningMethodES256, key, nil, claims(nil))
	encryption := published("e", ecKey(t))
	encryption.Use = "enc"
	for name, keys := range map[string][]jose.JSONWebKey{
		"which has an id":               {published("a", key)},
		"which has none":                {published("", key)},
		"next to keys of another usage": {encryption, published("a", key)},
	} {
		t.Run(name, func(t *testing.T) { wantCustomer(t, newIssuer(t, keys...).customers(noon), token) })
	}
}

func TestKeysOfUnknownKindsDoNotSpoilTheSet(t *testing.T) {
	key := ecKey(t)
	raw, err := published("a", key).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	i := newIssuer(t)
	i.serve([]byte(`{"keys":[{"kty":"NEW","kid":"n"},7,{"kty":"RSA"},` + string(raw) + `]}`))
	wantCustomer(t, i.customers(noon), byKey(t, "a", key))
}
