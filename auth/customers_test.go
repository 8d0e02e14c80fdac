package auth_test

import (
	"strings"
	"testing"
	"time"

	"assent/auth"

	"github.com/golang-jwt/jwt/v5"
)

func TestNoHeaderIsAnAnonymousCaller(t *testing.T) {
	got, err := auth.CustomersBySecret(secret(), rules()).Authenticate(t.Context(), "")
	if got != nil || err != nil {
		t.Errorf("got %v, %v; want nobody and no error", got, err)
	}
}

func TestAcceptedTokens(t *testing.T) {
	good := bySecret(t, claims(nil))
	_, token, _ := strings.Cut(good, " ")
	for name, header := range map[string]string{
		"as signed":                     good,
		"scheme in lower case":          "bearer " + token,
		"scheme in upper case":          "BEARER " + token,
		"several spaces":                "Bearer   " + token,
		"audience among others":         bySecret(t, claims(jwt.MapClaims{"aud": []string{"web", "assent"}})),
		"expired within the leeway":     bySecret(t, claims(jwt.MapClaims{"exp": noon().Add(-29 * time.Second).Unix()})),
		"valid soon, within the leeway": bySecret(t, claims(jwt.MapClaims{"nbf": noon().Add(29 * time.Second).Unix()})),
	} {
		t.Run(name, func(t *testing.T) {
			wantCustomer(t, auth.CustomersBySecret(secret(), rules()), header)
		})
	}
}

func TestRefusedTokens(t *testing.T) {
	good := bySecret(t, claims(nil))
	with := func(change jwt.MapClaims) string { return bySecret(t, claims(change)) }
	parts := strings.Split(good, ".")
	other := strings.Split(with(jwt.MapClaims{"sub": "c-2"}), ".")
	for name, header := range map[string]string{
		"algorithm none":              bearer(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, claims(nil)),
		"another HMAC algorithm":      bearer(t, jwt.SigningMethodHS512, secret(), nil, claims(nil)),
		"an asymmetric algorithm":     bearer(t, jwt.SigningMethodES256, ecKey(t), nil, claims(nil)),
		"another secret":              bearer(t, jwt.SigningMethodHS256, []byte("another secret"), nil, claims(nil)),
		"a critical header":           bearer(t, jwt.SigningMethodHS256, secret(), map[string]any{"crit": []string{"b64"}}, claims(nil)),
		"a numeric key id":            bearer(t, jwt.SigningMethodHS256, secret(), map[string]any{"kid": 7}, claims(nil)),
		"tampered claims":             parts[0] + "." + other[1] + "." + parts[2],
		"no signature":                parts[0] + "." + parts[1] + ".",
		"four parts":                  good + ".x",
		"no token":                    "Bearer ",
		"scheme only":                 "Bearer",
		"token without scheme":        strings.TrimPrefix(good, "Bearer "),
		"another scheme":              "Basic " + strings.TrimPrefix(good, "Bearer "),
		"two tokens":                  good + ", " + good,
		"not a token":                 "Bearer hello",
		"longer than 8 KB":            with(jwt.MapClaims{"name": strings.Repeat("n", 8<<10)}),
		"wrong issuer":                with(jwt.MapClaims{"iss": "elsewhere"}),
		"no issuer":                   with(jwt.MapClaims{"iss": nil}),
		"wrong audience":              with(jwt.MapClaims{"aud": "web"}),
		"no audience":                 with(jwt.MapClaims{"aud": nil}),
		"expired":                     with(jwt.MapClaims{"exp": noon().Add(-30 * time.Second).Unix()}),
		"no expiry":                   with(jwt.MapClaims{"exp": nil}),
		"expiry as text":              with(jwt.MapClaims{"exp": "tomorrow"}),
		"not valid yet":               with(jwt.MapClaims{"nbf": noon().Add(31 * time.Second).Unix()}),
		"no subject":                  with(jwt.MapClaims{"sub": nil}),
		"subject in the wrong case":   with(jwt.MapClaims{"sub": nil, "Sub": "c-1"}),
		"empty subject":               with(jwt.MapClaims{"sub": ""}),
		"numeric subject":             with(jwt.MapClaims{"sub": 7}),
		"subject of 256 characters":   with(jwt.MapClaims{"sub": strings.Repeat("ä", 256)}),
		"subject with a line break":   with(jwt.MapClaims{"sub": "c\n1"}),
		"subject with a NUL":          with(jwt.MapClaims{"sub": "c\x001"}),
		"subject that is not Unicode": with(jwt.MapClaims{"sub": "c\ufffd1"}),
		"numeric e-mail":              with(jwt.MapClaims{"email": 7}),
		"list of phone numbers":       with(jwt.MapClaims{"phone_number": []string{"+4915100000000"}}),
		"name as an object":           with(jwt.MapClaims{"name": jwt.MapClaims{"first": "Ada"}}),
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, auth.CustomersBySecret(secret(), rules()), header, auth.ErrInvalidToken)
		})
	}
}

func TestRefusalNamesTheReasonAndNothingOfTheToken(t *testing.T) {
	const address = "ada@example.com"
	for want, change := range map[string]jwt.MapClaims{
		"expired":         {"email": address, "exp": noon().Add(-time.Hour).Unix()},
		"issuer":          {"email": address, "iss": address},
		"audience":        {"email": address, "aud": address},
		"required claim":  {"email": address, "exp": nil},
		"claim email":     {"email": []string{address}},
		"sub must be":     {"email": address, "sub": address + "\n"},
		"not a bearer to": {"email": address, "name": strings.Repeat(address, 1000)},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := auth.CustomersBySecret(secret(), rules()).Authenticate(t.Context(), bySecret(t, claims(change)))
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), address) {
				t.Errorf("got %v; want a text with %q and without the address", err, want)
			}
		})
	}
}

func TestRulesLeftEmptyAreNotChecked(t *testing.T) {
	customers := auth.CustomersBySecret(secret(), auth.Rules{})
	wantCustomer(t, customers, bySecret(t, jwt.MapClaims{"sub": "c-1", "exp": time.Now().Add(time.Hour).Unix()}))
	wantError(t, customers, bySecret(t, jwt.MapClaims{"sub": "c-1", "exp": time.Now().Add(-time.Second).Unix()}), auth.ErrInvalidToken)
}

func TestAnEmptySecretAcceptsNoToken(t *testing.T) {
	forged := bearer(t, jwt.SigningMethodHS256, []byte{}, nil, claims(nil))
	wantError(t, auth.CustomersBySecret(nil, rules()), forged, auth.ErrInvalidToken)
}

func TestContextCarriesTheCustomer(t *testing.T) {
	if got := auth.CustomerFrom(t.Context()); got != nil {
		t.Errorf("got %v from an empty context, want nobody", got)
	}
	ada := &auth.Customer{ID: "c-1"}
	if got := auth.CustomerFrom(auth.WithCustomer(t.Context(), ada)); got != ada {
		t.Errorf("got %v, want %v", got, ada)
	}
}
