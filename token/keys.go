package token

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"

	"assent/consent"
)

// MinSecret is the least length of the secret, in bytes.
const MinSecret = 32

// Keys holds the keys derived from the secret, one per use (HKDF, RFC 5869).
type Keys struct {
	address     signer
	confirm     signer
	reject      signer
	unsubscribe signer
	limits      []byte
	form        signer
	seal        cipher.AEAD
}

// NewKeys derives the keys. The same secret always gives the same ones: losing it
// makes every link and every stored address hash useless.
func NewKeys(secret []byte) (*Keys, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("the secret must have at least %d bytes, not %d", MinSecret, len(secret))
	}
	k := &Keys{}
	var seal []byte
	uses := map[string]*[]byte{
		"contact": &k.address.key, "confirm": &k.confirm.key, "reject": &k.reject.key,
		"unsubscribe": &k.unsubscribe.key, "limits": &k.limits, "form": &k.form.key, "seal": &seal,
	}
	for use, key := range uses {
		derived, err := hkdf.Key(sha256.New, secret, nil, "assent/"+use, sha256.Size)
		if err != nil {
			return nil, fmt.Errorf("deriving the %s key: %w", use, err)
		}
		*key = derived
	}
	var err error
	if k.seal, err = newSeal(seal); err != nil {
		return nil, err
	}
	return k, nil
}

// Limits is the key for hashing rate-limit keys.
func (k *Keys) Limits() []byte { return k.limits }

// HashAddress is the keyed hash of an address within its organisation. Without
// the key nobody can test whether an address is known.
func (k *Keys) HashAddress(org consent.OrganisationID, a consent.Address) consent.AddressHash {
	return consent.AddressHash(k.address.sign(org.UUID[:], []byte(a.Kind()), []byte{0}, []byte(a.Normalised())))
}
