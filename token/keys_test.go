package token_test

import (
	"bytes"
	"strings"
	"testing"

	"assent/consent"
	"assent/token"

	"github.com/google/uuid"
)

var (
	org      = consent.OrganisationID{UUID: uuid.UUID{15: 1}}
	otherOrg = consent.OrganisationID{UUID: uuid.UUID{15: 2}}
)

func keys(t testing.TB, letter string) *token.Keys {
	t.Helper()
	k, err := token.NewKeys([]byte(strings.Repeat(letter, token.MinSecret)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func mailbox(t testing.TB, s string) consent.Address {
	t.Helper()
	a, err := consent.ParseEmail("email", s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSecretOfFewerThan32BytesIsRefused(t *testing.T) {
	for length, ok := range map[int]bool{0: false, 31: false, 32: true, 33: true, 1000: true} {
		secret := bytes.Repeat([]byte("s"), length)
		_, err := token.NewKeys(secret)
		if ok != (err == nil) {
			t.Errorf("%d bytes give %v", length, err)
		}
		if err != nil && length > 0 && strings.Contains(err.Error(), string(secret)) {
			t.Error("the secret is part of the error")
		}
	}
}

func TestSameSecretGivesTheSameKeys(t *testing.T) {
	anna := mailbox(t, "anna@example.com")
	first, again := keys(t, "s").HashAddress(org, anna), keys(t, "s").HashAddress(org, anna)
	if first != again {
		t.Error("an address is not recognised after a restart")
	}
	if !bytes.Equal(keys(t, "s").Limits(), keys(t, "s").Limits()) || bytes.Equal(keys(t, "s").Limits(), keys(t, "t").Limits()) {
		t.Error("the key for limits does not follow from the secret")
	}
}

func TestHashAddressIsTheSameForOneContact(t *testing.T) {
	k := keys(t, "s")
	want := k.HashAddress(org, mailbox(t, "anna@bücher.example"))
	for _, typed := range []string{"ANNA@Bücher.example", " anna@xn--bcher-kva.example "} {
		if got := k.HashAddress(org, mailbox(t, typed)); got != want || got.ContactID() != want.ContactID() {
			t.Errorf("%q is another contact", typed)
		}
	}
}

func TestHashAddressTellsContactsApart(t *testing.T) {
	k := keys(t, "s")
	number, err := consent.ParsePhone("phoneNumber", "+447400123456", "GB")
	if err != nil {
		t.Fatal(err)
	}
	anna := mailbox(t, "anna@example.com")
	site := consent.SiteID{UUID: uuid.UUID{15: 3}}
	hashes := map[string]consent.AddressHash{
		"an address":                        k.HashAddress(org, anna),
		"the address with another secret":   keys(t, "t").HashAddress(org, anna),
		"the address at another company":    k.HashAddress(otherOrg, anna),
		"an address with a dot more":        k.HashAddress(org, mailbox(t, "an.na@example.com")),
		"an address with a tag":             k.HashAddress(org, mailbox(t, "anna+shop@example.com")),
		"a number":                          k.HashAddress(org, number),
		"an account":                        k.HashAddress(org, consent.CustomerAddress(site, "42")),
		"an account called like an address": k.HashAddress(org, consent.CustomerAddress(site, "anna@example.com")),
	}
	seen := map[consent.ContactID]string{}
	for name, hash := range hashes {
		if other, ok := seen[hash.ContactID()]; ok {
			t.Errorf("%s is the same contact as %s", name, other)
		}
		seen[hash.ContactID()] = name
	}
}
