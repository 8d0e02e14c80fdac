package auth_test

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"assent/auth"

	"github.com/golang-jwt/jwt/v5"
)

func FuzzAuthenticateKnowsOnlyWhomTheIssuerSigned(f *testing.F) {
	for _, header := range []string{
		"", "Bearer", "Bearer ..", "Basic YTpi", "Bearer e30.e30.",
		bySecret(f, claims(nil)),
		bearer(f, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, claims(nil)),
	} {
		f.Add(header)
	}
	customers := auth.CustomersBySecret(secret(), rules())
	f.Fuzz(func(t *testing.T, header string) {
		got, err := customers.Authenticate(t.Context(), header)
		switch {
		case header == "" && (got != nil || err != nil):
			t.Errorf("got %v, %v; want an anonymous caller", got, err)
		case header != "" && err == nil && (got == nil || got.ID != "c-1"):
			t.Errorf("got %v; want c-1 or an error", got)
		case err != nil && !errors.Is(err, auth.ErrInvalidToken):
			t.Errorf("got %v; want %v", err, auth.ErrInvalidToken)
		}
	})
}

// rawClaims are signed as they are, well-formed or not.
type rawClaims struct {
	jwt.MapClaims
	payload json.RawMessage
}

func (r rawClaims) MarshalJSON() ([]byte, error) { return r.payload, nil }

func FuzzSignedClaimsNeverMakeABadCustomer(f *testing.F) {
	for _, payload := range []string{
		`{}`, `null`, `[]`, `{"sub":"c","exp":9e99}`,
		`{"sub":"c-1","exp":4e9,"iss":"shop","aud":["assent"],"address":{},"email":null}`,
		`{"sub":"\ud800","exp":4e9,"iss":"shop","aud":"assent"}`,
	} {
		f.Add([]byte(payload))
	}
	customers := auth.CustomersBySecret(secret(), rules())
	f.Fuzz(func(t *testing.T, payload []byte) {
		if !json.Valid(payload) {
			return // the signing side of the library cannot encode it
		}
		header := bearer(t, jwt.SigningMethodHS256, secret(), nil, rawClaims{payload: payload})
		got, err := customers.Authenticate(t.Context(), header)
		if err != nil {
			if got != nil || !errors.Is(err, auth.ErrInvalidToken) {
				t.Errorf("got %v, %v; want only %v", got, err, auth.ErrInvalidToken)
			}
			return
		}
		if n := utf8.RuneCountInString(got.ID); n < 1 || n > 255 {
			t.Errorf("id of %d characters", n)
		}
	})
}

func FuzzAnyKeySetDocumentIsReadSafely(f *testing.F) {
	key := ecKey(f)
	raw, err := published("a", key).MarshalJSON()
	if err != nil {
		f.Fatal(err)
	}
	for _, document := range []string{
		`{"keys":[` + string(raw) + `]}`,
		`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"}]}`,
		`{"keys":7}`,
		``,
	} {
		f.Add([]byte(document))
	}
	token, i := byKey(f, "a", key), newIssuer(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		i.serve(document)
		_, err := i.customers(noon).Authenticate(t.Context(), token)
		if err != nil && !errors.Is(err, auth.ErrInvalidToken) && !errors.Is(err, auth.ErrKeysUnavailable) {
			t.Errorf("got %v; want one of the two errors doors know", err)
		}
	})
}
