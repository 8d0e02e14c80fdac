package token_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/token"

	"github.com/google/uuid"
)

func stamp() token.Stamp {
	return token.Stamp{
		At:   time.Date(2026, 3, 1, 12, 0, 0, int(250*time.Millisecond), time.UTC),
		Site: consent.SiteID{UUID: uuid.UUID{15: 3}}, Wording: consent.HashText("Sign up"),
	}
}

func TestAStampComesBackAsItWasMade(t *testing.T) {
	k := keys(t, "s")
	for name, want := range map[string]token.Stamp{
		"of a form": stamp(), "of before 1970": {At: time.UnixMilli(-1).UTC()}, "of nothing": {At: time.UnixMilli(0).UTC()},
	} {
		if got, ok := k.ParseStamp(k.Stamp(want)); !ok || got != want {
			t.Errorf("one %s comes back as %+v, %t", name, got, ok)
		}
	}
}

func TestAStampThatWeDidNotMakeIsNone(t *testing.T) {
	k, made := keys(t, "s"), keys(t, "s").Stamp(stamp())
	link := linksOf(t, k).verification
	for name, text := range map[string]string{
		"nothing": "", "nonsense": "\x00\xff", "half of one": made[:len(made)/2], "one and more": made + "AAAA",
		"one in two lines": made[:8] + "\n" + made[8:], "one of another secret": keys(t, "t").Stamp(stamp()),
		"a link": k.Confirm(link), "padding": made + "=", "a very long one": strings.Repeat("A", 1<<20),
	} {
		if _, ok := k.ParseStamp(text); ok {
			t.Errorf("%s is taken for a stamp", name)
		}
	}
}

func FuzzParseStamp(f *testing.F) {
	k := keys(f, "s")
	f.Add(k.Stamp(stamp()), uint16(0))
	f.Add(k.Stamp(token.Stamp{}), uint16(77))
	f.Add("", uint16(1))
	f.Fuzz(func(t *testing.T, text string, bit uint16) {
		if got, ok := k.ParseStamp(text); ok && k.Stamp(got) != text {
			t.Errorf("%q opens as %+v", text, got)
		}
		made, err := base64.RawURLEncoding.DecodeString(k.Stamp(stamp()))
		if err != nil {
			t.Fatal(err)
		}
		made[int(bit)/8%len(made)] ^= 1 << (bit % 8)
		if _, ok := k.ParseStamp(base64.RawURLEncoding.EncodeToString(made)); ok {
			t.Errorf("it opens with bit %d flipped", bit)
		}
	})
}
