package mail

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"assent/mail/mailtest"
)

func pkcs8(t *testing.T, key crypto.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func pkcs1(key *rsa.PrivateKey) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func ed25519Key(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newSigner(t *testing.T, key string) *Signer {
	t.Helper()
	signer, err := NewSigner("shop.example", "s1", key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// record is what the DNS would hold.
func record(t *testing.T, key crypto.Signer) string {
	t.Helper()
	if public, ok := key.Public().(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
}

// verify returns what a receiver finds out about the one signature.
func verify(t *testing.T, raw []byte, record string) *dkim.Verification {
	t.Helper()
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		LookupTXT: func(domain string) ([]string, error) {
			if domain != "s1._domainkey.shop.example" {
				return nil, fmt.Errorf("asked for %s", domain)
			}
			return []string{record}, nil
		},
	})
	if err != nil || len(found) != 1 {
		t.Fatalf("%d signatures, %v", len(found), err)
	}
	return found[0]
}

func TestTheSignatureHoldsForWhatArrives(t *testing.T) {
	private := rsaKey(t)
	edwards := ed25519Key(t)
	for name, key := range map[string]struct {
		pem     string
		private crypto.Signer
	}{
		"RSA in PKCS #1": {pkcs1(private), private},
		"RSA in PKCS #8": {pkcs8(t, private), private},
		"Ed25519":        {pkcs8(t, edwards), edwards},
	} {
		server := mailtest.NewServer(t, mailtest.Options{})
		m := sample(ConfirmSubscription, "de")
		m.Site.SenderName = strings.Repeat("Bücher und Größen ", 10) + "ß"
		m.Links.OneClick = "https://shop.example/u?t=" + strings.Repeat("u", 850)
		rendered := render(t, m)
		rendered.Text += "\n.\n..two\nlast without a line end  "
		rendered.HTML += "\n\n\n"
		send(t, senderTo(t, server, Options{Signer: newSigner(t, key.pem)}), rendered)
		mail := server.Next()

		found := verify(t, mail.Raw, record(t, key.private))
		if found.Err != nil || found.Domain != "shop.example" {
			t.Errorf("%s: %v\n%s", name, found.Err, mail.Raw)
		}
		signed := strings.ToLower(strings.Join(found.HeaderKeys, " ")) + " "
		for _, header := range []string{"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
			"List-Unsubscribe", "List-Unsubscribe-Post"} {
			if !strings.Contains(signed, strings.ToLower(header)+" ") {
				t.Errorf("%s: %s is not signed", name, header)
			}
		}
	}
}

func TestTamperingBreaksTheSignature(t *testing.T) {
	key := ed25519Key(t)
	server := mailtest.NewServer(t, mailtest.Options{})
	send(t, senderTo(t, server, Options{Signer: newSigner(t, pkcs8(t, key))}), confirmation(t))
	raw := server.Next().Raw
	for name, after := range map[string]string{
		"another unsubscribe link":  "List-Unsubscribe: <https://",
		"another one-click command": "List-Unsubscribe-Post: List-Unsubscribe=One",
		"another recipient":         "To: ada",
		"another text":              "Content-Type: text/plain; charset=utf-8\r\n\r\n",
	} {
		tampered := bytes.Replace(raw, []byte(after), []byte(after+"x"), 1)
		if bytes.Equal(tampered, raw) {
			t.Fatalf("%s: no %q in\n%s", name, after, raw)
		}
		if verify(t, tampered, record(t, key)).Err == nil {
			t.Errorf("%s goes unnoticed", name)
		}
	}
}

func TestASignerRefusesWhatItCannotUseWithoutRepeatingIt(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := pkcs8(t, ed25519Key(t))
	for name, test := range map[string]struct{ domain, selector, key, about string }{
		"no domain":                      {"", "s1", good, "domain"},
		"a domain that forges a tag":     {"tabu.example; l=0", "s1", good, "domain"},
		"no selector":                    {"shop.example", "", good, "selector"},
		"a selector that forges a tag":   {"shop.example", "tabu; l=0", good, "selector"},
		"no key":                         {"shop.example", "s1", "", "key"},
		"a key that is not PEM":          {"shop.example", "s1", "tabu", "PEM"},
		"a PEM that is no key":           {"shop.example", "s1", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----", "key"},
		"a key of a kind DKIM knows not": {"shop.example", "s1", pkcs8(t, ec), "RSA or Ed25519"},
	} {
		_, err := NewSigner(test.domain, test.selector, test.key)
		if err == nil || !strings.Contains(err.Error(), test.about) {
			t.Errorf("%s: the error must tell about the %s: %v", name, test.about, err)
		} else if strings.Contains(err.Error(), "tabu") {
			t.Errorf("%s: the error repeats the setting: %v", name, err)
		}
	}
}

func TestASignerNeverPrintsItsKey(t *testing.T) {
	key := ed25519Key(t)
	signer := newSigner(t, pkcs8(t, key))
	secret := strings.Trim(fmt.Sprintf("%d", key[:8]), "[]")
	for _, value := range []any{signer, *signer, Options{Signer: signer}, NewSender(Options{Signer: signer})} {
		if text := fmt.Sprintf("%v %+v", value, value); strings.Contains(text, secret) {
			t.Error(text)
		}
	}
}

func FuzzNewSigner(f *testing.F) {
	f.Add("shop.example", "s1", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----")
	f.Add("shop.example", "s1", "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----")
	f.Fuzz(func(t *testing.T, domain, selector, key string) {
		signer, err := NewSigner(domain, selector, key)
		if err == nil && signer == nil {
			t.Error("neither a signer nor an error")
		}
	})
}
