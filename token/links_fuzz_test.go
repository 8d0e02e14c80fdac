package token_test

import (
	"testing"

	"assent/consent"
	"assent/token"
)

// fuzzLinks gives a fuzz target good links, to mutate.
func fuzzLinks(f *testing.F) (*token.Keys, links) {
	k := keys(f, "s")
	l := linksOf(f, k)
	address := token.FormatAddress(l.verification.Address)
	for _, tok := range []string{k.Confirm(l.verification), k.Reject(l.verification), k.Unsubscribe(l.email), k.Unsubscribe(l.sms), "", "AAAA"} {
		f.Add(tok, address)
		f.Add(tok, "")
	}
	return k, l
}

// What opens is what we sealed: sealing it again gives the very same link.
func FuzzParseConfirm(f *testing.F) {
	k, _ := fuzzLinks(f)
	f.Fuzz(func(t *testing.T, tok, address string) {
		link, ok := k.ParseConfirm(tok, address)
		if ok && (k.Confirm(link) != tok || token.FormatAddress(link.Address) != address) {
			t.Errorf("%q for %q opens as %+v", tok, address, link)
		}
		rejects, isReject := k.ParseReject(tok, address)
		if isReject && (k.Reject(rejects) != tok || token.FormatAddress(rejects.Address) != address) {
			t.Errorf("%q for %q rejects %+v", tok, address, rejects)
		}
		if _, unsubscribes := k.ParseUnsubscribe(tok, address); ok && (isReject || unsubscribes) {
			t.Errorf("%q does two things", tok)
		}
	})
}

func FuzzParseUnsubscribe(f *testing.F) {
	k, _ := fuzzLinks(f)
	f.Fuzz(func(t *testing.T, tok, address string) {
		link, ok := k.ParseUnsubscribe(tok, address)
		if !ok {
			return
		}
		if k.Unsubscribe(link) != tok || token.FormatAddress(link.Address) != address {
			t.Errorf("%q for %q opens as %+v", tok, address, link)
		}
		if link.Channel != consent.Email && link.Channel != consent.SMS {
			t.Errorf("%q unsubscribes from %s", tok, link.Channel)
		}
	})
}

// FuzzSeal seals any link and expects it back, for its own address only.
func FuzzSeal(f *testing.F) {
	f.Add([]byte("site"), []byte("verification"), []byte("address"), uint16(0))
	k := keys(f, "s")
	f.Fuzz(func(t *testing.T, site, verification, address []byte, bit uint16) {
		var l consent.ConfirmLink
		copy(l.Site.UUID[:], site)
		copy(l.Verification.UUID[:], verification)
		copy(l.Address[:], address)
		tok, hash := k.Confirm(l), token.FormatAddress(l.Address)
		if got, ok := k.ParseConfirm(tok, hash); !ok || got != l {
			t.Errorf("%+v comes back as %+v", l, got)
		}
		whole := tok + hash
		flipped := flip(whole, int(bit)%(len(whole)*8))
		if opensAny(k, flipped[:len(tok)], flipped[len(tok):]) {
			t.Errorf("it opens with bit %d flipped", bit)
		}
	})
}
