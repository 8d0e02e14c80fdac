package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"

	"github.com/emersion/go-msgauth/dkim"
)

// Signer signs mail with DKIM (RFC 6376). It is safe for concurrent use. Printing it does not show the key.
type Signer struct {
	options func() *dkim.SignOptions
}

// NewSigner takes the domain that vouches for the mail, the selector its public key is published under, and the
// private key in PEM: RSA (PKCS #1 or #8) of at least 1024 bits, better 2048 (RFC 8301), or Ed25519 (RFC 8463), which
// many receivers cannot verify yet. Errors never quote the key.
func NewSigner(domain, selector, privateKeyPEM string) (*Signer, error) {
	domain, err := parseHost(domain)
	if err != nil {
		return nil, errors.New("the DKIM domain is not a domain")
	}
	if !regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`).MatchString(selector) {
		return nil, errors.New("the DKIM selector must be letters, digits, dots and hyphens")
	}
	key, err := parseKey(privateKeyPEM)
	if err != nil {
		return nil, err
	}
	return &Signer{options: func() *dkim.SignOptions {
		return &dkim.SignOptions{
			Domain: domain, Selector: selector, Signer: key,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed,
			BodyCanonicalization:   dkim.CanonicalizationRelaxed,
			// RFC 8058, section 4: without both List-Unsubscribe headers there is no one-click button.
			HeaderKeys: []string{"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
				"List-Unsubscribe", "List-Unsubscribe-Post"},
		}
	}}, nil
}

func parseKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the DKIM key is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if block.Type == "RSA PRIVATE KEY" {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, errors.New("the DKIM key cannot be read: it must be an unencrypted PKCS #1 or PKCS #8 private key")
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if key.N.BitLen() < 1024 {
			return nil, errors.New("the DKIM key must have at least 1024 bits")
		}
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errors.New("the DKIM key must be RSA or Ed25519")
}

// sign returns the mail with its signature in front.
func (s *Signer) sign(content []byte) ([]byte, error) {
	var signed bytes.Buffer
	if err := dkim.Sign(&signed, bytes.NewReader(content), s.options()); err != nil {
		return nil, fmt.Errorf("signing a mail: %w", err)
	}
	return signed.Bytes(), nil
}
