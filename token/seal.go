package token

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"

	"assent/consent"
)

// errSeal stands for everything that can be wrong with a seal, so that no error
// tells of what is inside.
var errSeal = errors.New("the seal is of another ASSENT_SECRET or another site, or broken")

// newSeal encrypts with a 256-bit key and a random nonce for each message
// (AES-GCM, NIST SP 800-38D). Secrets are set so seldom that nonces never repeat.
func newSeal(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("preparing the seal: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("preparing the seal: %w", err)
	}
	return seal, nil
}

// Seal encrypts a secret of a site. The same secret never looks the same twice,
// and what is copied to another site does not open there.
func (k *Keys) Seal(site consent.SiteID, secret string) consent.SealedSecret {
	sealed := k.seal.Seal(nil, nil, []byte(secret), site.UUID[:]) //nolint:gosec // it makes its nonce itself
	return consent.SealedSecret(base64.RawStdEncoding.EncodeToString(sealed))
}

// Open is the secret that Seal was given for the site. It fails when the seal was
// made under another secret of ours, for another site, or was tampered with.
func (k *Keys) Open(site consent.SiteID, sealed consent.SealedSecret) (string, error) {
	raw, err := base64.RawStdEncoding.DecodeString(string(sealed))
	if err != nil {
		return "", errSeal
	}
	secret, err := k.seal.Open(nil, nil, raw, site.UUID[:])
	if err != nil {
		return "", errSeal
	}
	return string(secret), nil
}
