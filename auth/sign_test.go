package auth_test

import (
	"testing"
	"time"

	"assent/auth"
)

func TestASignedTokenIsAcceptedUntilItExpires(t *testing.T) {
	for name, want := range map[string]auth.Customer{
		"with all facts":   {ID: "c-1", Email: "a@x.org", PhoneNumber: "+491", Name: "Ada", HasAddress: true},
		"with an id alone": {ID: "c-1"},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := auth.Sign(secret(), want, rules(), noon().Add(-time.Hour), 2*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			got, err := auth.CustomersBySecret(secret(), rules()).Authenticate(t.Context(), "Bearer "+token)
			if err != nil || *got != want {
				t.Errorf("got %+v, %v; want %+v", got, err, want)
			}
			later := rules()
			later.Now = func() time.Time { return noon().Add(2 * time.Hour) }
			wantError(t, auth.CustomersBySecret(secret(), later), "Bearer "+token, auth.ErrInvalidToken)
		})
	}
}

func TestSignRefusesATokenNobodyWouldAccept(t *testing.T) {
	for name, test := range map[string]struct {
		secret []byte
		id     string
	}{
		"no secret":                 {nil, "c-1"},
		"no id":                     {secret(), ""},
		"id with control character": {secret(), "c\t1"},
	} {
		t.Run(name, func(t *testing.T) {
			if token, err := auth.Sign(test.secret, auth.Customer{ID: test.id}, rules(), noon(), time.Hour); err == nil {
				t.Errorf("got %q, want an error", token)
			}
		})
	}
}
