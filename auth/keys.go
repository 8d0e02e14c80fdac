package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// minRSABits is the smallest RSA key that may sign (RFC 7518, section 3.3).
const minRSABits = 2048

func asymmetric() []string {
	return []string{
		"RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
		"ES256", "ES384", "ES512", "EdDSA",
	}
}

// parseKeys returns the usable keys of a JSON Web Key Set. Keys of unknown kinds
// and keys for other uses are skipped (RFC 7517, section 5). An empty set is a
// valid answer: the issuer has withdrawn every key.
func parseKeys(document []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys *[]json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, fmt.Errorf("parsing key set: %w", err)
	}
	if set.Keys == nil {
		return nil, errors.New(`parsing key set: no "keys"`)
	}
	var usable []jose.JSONWebKey
	for _, raw := range *set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil && canVerify(k) {
			usable = append(usable, k)
		}
	}
	return usable, nil
}

func canVerify(k jose.JSONWebKey) bool {
	if k.Use != "" && k.Use != "sig" {
		return false
	}
	if r, ok := k.Key.(*rsa.PublicKey); ok && r.N.BitLen() < minRSABits {
		return false
	}
	return slices.ContainsFunc(asymmetric(), func(alg string) bool { return fits(k, alg) })
}

// findKey returns the key a token names, or nil. A token that names none can
// only mean the one key there is.
func findKey(keys []jose.JSONWebKey, kid, alg string) any {
	for _, k := range keys {
		meant := k.KeyID == kid
		if kid == "" {
			meant = len(keys) == 1
		}
		if meant && fits(k, alg) {
			return k.Key
		}
	}
	return nil
}

// fits refuses a key of another type or curve than the algorithm asks for
// (RFC 7518, section 3.4): the JWT library does not look at the curve.
func fits(k jose.JSONWebKey, alg string) bool {
	if k.Algorithm != "" && k.Algorithm != alg {
		return false
	}
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
	case *ecdsa.PublicKey:
		return alg == map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[key.Curve.Params().BitSize]
	case ed25519.PublicKey:
		return alg == "EdDSA"
	default:
		return false
	}
}
