package token_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"assent/consent"
	"assent/token"

	"github.com/google/uuid"
)

// links are one of each kind, for one address.
type links struct {
	verification consent.ConfirmLink
	email, sms   consent.UnsubscribeLink
}

func linksOf(t testing.TB, k *token.Keys) links {
	t.Helper()
	hash := k.HashAddress(org, mailbox(t, "anna@example.com"))
	site := consent.SiteID{UUID: uuid.MustParse("0197a1b2-0000-7000-8000-000000000003")}
	verification := consent.EventID{UUID: uuid.MustParse("0197a1b2-0000-7000-8000-000000000004")}
	return links{
		verification: consent.ConfirmLink{Address: hash, Site: site, Verification: verification},
		email:        consent.UnsubscribeLink{Address: hash, Site: site, Channel: consent.Email},
		sms:          consent.UnsubscribeLink{Address: hash, Site: site, Channel: consent.SMS},
	}
}

// door reads one kind of link.
type door struct {
	name  string
	token string // the token it is for
	opens func(token, address string) bool
}

func doors(k *token.Keys, l links) []door {
	return []door{
		{"confirm", k.Confirm(l.verification), func(token, address string) bool {
			got, ok := k.ParseConfirm(token, address)
			return ok && got == l.verification
		}},
		{"reject", k.Reject(l.verification), func(token, address string) bool {
			got, ok := k.ParseReject(token, address)
			return ok && got == l.verification
		}},
		{"unsubscribe from e-mail", k.Unsubscribe(l.email), func(token, address string) bool {
			got, ok := k.ParseUnsubscribe(token, address)
			return ok && got == l.email
		}},
		{"unsubscribe from text messages", k.Unsubscribe(l.sms), func(token, address string) bool {
			got, ok := k.ParseUnsubscribe(token, address)
			return ok && got == l.sms
		}},
	}
}

func TestEveryTokenOpensItsOwnDoorOnly(t *testing.T) {
	k := keys(t, "s")
	l := linksOf(t, k)
	address := token.FormatAddress(l.verification.Address)
	for _, from := range doors(k, l) {
		for _, door := range doors(k, l) {
			if opens := door.opens(from.token, address); opens != (from.name == door.name) {
				t.Errorf("a token to %s, taken to %s: %t", from.name, door.name, opens)
			}
		}
	}
}

func TestLinkOpensForItsAddressOnly(t *testing.T) {
	k := keys(t, "s")
	l := linksOf(t, k)
	own := token.FormatAddress(l.verification.Address)
	bob := k.HashAddress(org, mailbox(t, "bob@example.com"))
	for _, door := range doors(k, l) {
		for name, address := range map[string]string{
			"another address":                 token.FormatAddress(bob),
			"the address at another company":  token.FormatAddress(k.HashAddress(otherOrg, mailbox(t, "anna@example.com"))),
			"the address in the clear":        "anna@example.com",
			"no address":                      "",
			"half of the hash":                own[:len(own)/2],
			"the hash and more":               own + "AAAA",
			"the hash in another alphabet":    base64.StdEncoding.EncodeToString(l.verification.Address[:]),
			"the hash with a line break":      own[:10] + "\n" + own[10:],
			"the hash with a line feed after": own + "\r\n",
		} {
			if door.opens(door.token, address) {
				t.Errorf("%s: it opens for %s", door.name, name)
			}
		}
	}
}

func TestTokenOfAnotherSecretOpensNothing(t *testing.T) {
	ours, theirs := keys(t, "s"), keys(t, "t")
	l := linksOf(t, ours)
	address := token.FormatAddress(l.verification.Address)
	forged := doors(theirs, l)
	for i, door := range doors(ours, l) {
		if door.opens(forged[i].token, address) {
			t.Errorf("%s: it opens", door.name)
		}
	}
}

func TestAnySingleBitFlipFails(t *testing.T) {
	k := keys(t, "s")
	l := linksOf(t, k)
	address := token.FormatAddress(l.verification.Address)
	for _, door := range doors(k, l) {
		for i := range len(door.token) * 8 {
			if flipped := flip(door.token, i); opensAny(k, flipped, address) {
				t.Errorf("%s: token bit %d", door.name, i)
			}
		}
		for i := range len(address) * 8 {
			if opensAny(k, door.token, flip(address, i)) {
				t.Errorf("%s: address bit %d", door.name, i)
			}
		}
	}
}

func flip(s string, bit int) string {
	b := []byte(s)
	b[bit/8] ^= 1 << (bit % 8)
	return string(b)
}

func opensAny(k *token.Keys, tok, address string) bool {
	_, confirms := k.ParseConfirm(tok, address)
	_, rejects := k.ParseReject(tok, address)
	_, unsubscribes := k.ParseUnsubscribe(tok, address)
	return confirms || rejects || unsubscribes
}

func TestMalformedTokensOpenNothing(t *testing.T) {
	k := keys(t, "s")
	l := linksOf(t, k)
	address, good := token.FormatAddress(l.verification.Address), k.Confirm(l.verification)
	for name, tok := range map[string]string{
		"nothing": "", "a word": "token", "padding": good + "=", "a line break": good[:9] + "\n" + good[9:],
		"a blank": good + " ", "less": good[:len(good)-4], "more": good + "AAAA", "twice": good + good,
		"the code alone": good[len(good)-43:], "a megabyte": strings.Repeat("A", 1<<20),
	} {
		if opensAny(k, tok, address) {
			t.Errorf("%s: it opens", name)
		}
	}
}

func TestLinksNeedNoEscapingAndNameNobody(t *testing.T) {
	k := keys(t, "s")
	l := linksOf(t, k)
	for _, s := range []string{token.FormatAddress(l.verification.Address), k.Confirm(l.verification), k.Reject(l.verification), k.Unsubscribe(l.email)} {
		raw, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil || url.QueryEscape(s) != s || strings.Contains(string(raw), "anna") {
			t.Errorf("%s", s)
		}
	}
}

func TestUnsubscribeTokenIsTheSameInEveryMessage(t *testing.T) {
	l := linksOf(t, keys(t, "s"))
	first, again := keys(t, "s").Unsubscribe(l.email), keys(t, "s").Unsubscribe(l.email)
	if first != again {
		t.Error("it is not, so a later one may not outlive an earlier one")
	}
}
