package token_test

import (
	"strings"
	"testing"

	"assent/consent"
	"assent/token"

	"github.com/google/uuid"
)

var (
	teaShop    = consent.SiteID{UUID: uuid.UUID{15: 1}}
	coffeeShop = consent.SiteID{UUID: uuid.UUID{15: 2}}
)

const captchaSecret = "0x4AAAAAAA-the-secret-of-a-captcha"

func TestWhatIsSealedOpensForItsSite(t *testing.T) {
	for _, secret := range []string{captchaSecret, "", "é\x00", strings.Repeat("x", 10_000)} {
		sealed := keys(t, "s").Seal(teaShop, secret)
		if got, err := keys(t, "s").Open(teaShop, sealed); err != nil || got != secret {
			t.Errorf("%.20q opens as %.20q, %v", secret, got, err)
		}
	}
}

func TestASealDoesNotGiveItsSecretAway(t *testing.T) {
	k := keys(t, "s")
	first, second := k.Seal(teaShop, captchaSecret), k.Seal(teaShop, captchaSecret)
	if first == second {
		t.Error("the same secret looks the same twice")
	}
	if strings.Contains(string(first), captchaSecret) {
		t.Error("the seal contains the secret")
	}
}

func TestASealOpensNowhereElse(t *testing.T) {
	k := keys(t, "s")
	sealed := k.Seal(teaShop, captchaSecret)
	flipped := []byte(sealed)
	flipped[len(flipped)/2] ^= 1
	for name, open := range map[string]func() (string, error){
		"at another site":        func() (string, error) { return k.Open(coffeeShop, sealed) },
		"under another secret":   func() (string, error) { return keys(t, "t").Open(teaShop, sealed) },
		"tampered with":          func() (string, error) { return k.Open(teaShop, consent.SealedSecret(flipped)) },
		"cut short":              func() (string, error) { return k.Open(teaShop, sealed[:len(sealed)-4]) },
		"with something behind":  func() (string, error) { return k.Open(teaShop, sealed+"AAAA") },
		"empty":                  func() (string, error) { return k.Open(teaShop, "") },
		"as what it was made of": func() (string, error) { return k.Open(teaShop, captchaSecret) },
	} {
		got, err := open()
		if err == nil || got != "" || strings.Contains(err.Error(), captchaSecret) {
			t.Errorf("%s it gives %q, %v", name, got, err)
		}
	}
}

func FuzzOnlyWhatWasSealedOpens(f *testing.F) {
	k, err := token.NewKeys([]byte(strings.Repeat("s", token.MinSecret)))
	if err != nil {
		f.Fatal(err)
	}
	sealed := k.Seal(teaShop, captchaSecret)
	f.Add(string(sealed))
	f.Add(string(sealed[:20]))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := k.Open(teaShop, consent.SealedSecret(text))
		if err == nil && got != captchaSecret {
			t.Errorf("%q opens as %q", text, got)
		}
	})
}
