package auth_test

import (
	"strings"
	"testing"

	"assent/auth"

	"github.com/golang-jwt/jwt/v5"
)

func TestClaimsBecomeTheCustomer(t *testing.T) {
	long := strings.Repeat("ä", 255)
	for name, test := range map[string]struct {
		claims jwt.MapClaims
		want   auth.Customer
	}{
		"only a subject":            {nil, auth.Customer{ID: "c-1"}},
		"subject of 255 characters": {jwt.MapClaims{"sub": long}, auth.Customer{ID: long}},
		"e-mail, phone and name": {
			jwt.MapClaims{"email": "A@x.org", "phone_number": "+491", "name": "Ada"},
			auth.Customer{ID: "c-1", Email: "A@x.org", PhoneNumber: "+491", Name: "Ada"},
		},
		"claims in another case": {jwt.MapClaims{"SUB": "c-2", "Email": "A@x.org"}, auth.Customer{ID: "c-1"}},
		"verified addresses": {
			jwt.MapClaims{"email": "A@x.org", "email_verified": true, "phone_number": "+491", "phone_number_verified": true},
			auth.Customer{ID: "c-1", Email: "A@x.org", PhoneNumber: "+491"},
		},
		"e-mail not verified":         {jwt.MapClaims{"email": "A@x.org", "email_verified": false}, auth.Customer{ID: "c-1"}},
		"phone not verified":          {jwt.MapClaims{"phone_number": "+491", "phone_number_verified": false}, auth.Customer{ID: "c-1"}},
		"address as a line of text":   {jwt.MapClaims{"address": "1 High Street"}, auth.Customer{ID: "c-1", HasAddress: true}},
		"address as an object":        {jwt.MapClaims{"address": jwt.MapClaims{"locality": "Bonn"}}, auth.Customer{ID: "c-1", HasAddress: true}},
		"address as a list":           {jwt.MapClaims{"address": []string{"1 High Street"}}, auth.Customer{ID: "c-1", HasAddress: true}},
		"address only said to exist":  {jwt.MapClaims{"address": true}, auth.Customer{ID: "c-1", HasAddress: true}},
		"address as a number":         {jwt.MapClaims{"address": 7}, auth.Customer{ID: "c-1", HasAddress: true}},
		"blank address":               {jwt.MapClaims{"address": " "}, auth.Customer{ID: "c-1"}},
		"empty address object":        {jwt.MapClaims{"address": jwt.MapClaims{}}, auth.Customer{ID: "c-1"}},
		"empty address list":          {jwt.MapClaims{"address": []string{}}, auth.Customer{ID: "c-1"}},
		"address said to be missing":  {jwt.MapClaims{"address": false}, auth.Customer{ID: "c-1"}},
		"claims present but set null": {jwt.MapClaims{"email": (*string)(nil), "address": (*string)(nil)}, auth.Customer{ID: "c-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := auth.CustomersBySecret(secret(), rules()).Authenticate(t.Context(), bySecret(t, claims(test.claims)))
			if err != nil {
				t.Fatal(err)
			}
			if *got != test.want {
				t.Errorf("got %+v, want %+v", *got, test.want)
			}
		})
	}
}
