package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"assent/consent"

	"github.com/google/uuid"
)

// The first byte of a token says what it is for. No token does two things.
const (
	purposeConfirm          = 'c'
	purposeReject           = 'r'
	purposeUnsubscribeEmail = 'e'
	purposeUnsubscribeSMS   = 's'
)

const (
	idSize  = len(uuid.UUID{})
	macSize = sha256.Size
)

// FormatAddress is an address hash as links carry it.
func FormatAddress(h consent.AddressHash) string { return base64.RawURLEncoding.EncodeToString(h[:]) }

// Confirm returns the token of a confirmation link.
func (k *Keys) Confirm(l consent.ConfirmLink) string {
	return verificationToken(&k.confirm, purposeConfirm, l)
}

// Reject returns the token of a "that wasn't me" link.
func (k *Keys) Reject(l consent.ConfirmLink) string {
	return verificationToken(&k.reject, purposeReject, l)
}

// Unsubscribe returns the token of an unsubscribe link.
func (k *Keys) Unsubscribe(l consent.UnsubscribeLink) string {
	purpose := byte(purposeUnsubscribeEmail)
	if l.Channel == consent.SMS {
		purpose = purposeUnsubscribeSMS
	}
	return seal(&k.unsubscribe, l.Address, purpose, l.Site.UUID[:])
}

// ParseConfirm reads a confirmation link; false unless we made it for this address.
func (k *Keys) ParseConfirm(token, address string) (consent.ConfirmLink, bool) {
	return parseVerification(&k.confirm, purposeConfirm, token, address)
}

// ParseReject reads a "that wasn't me" link; false unless we made it for this address.
func (k *Keys) ParseReject(token, address string) (consent.ConfirmLink, bool) {
	return parseVerification(&k.reject, purposeReject, token, address)
}

// ParseUnsubscribe reads an unsubscribe link; false unless we made it for this address.
func (k *Keys) ParseUnsubscribe(token, address string) (consent.UnsubscribeLink, bool) {
	hash, body, ok := open(&k.unsubscribe, token, address)
	if !ok || len(body) != 1+idSize {
		return consent.UnsubscribeLink{}, false
	}
	link := consent.UnsubscribeLink{Address: hash, Site: siteOf(body), Channel: consent.Email}
	if body[0] == purposeUnsubscribeSMS {
		link.Channel = consent.SMS
	}
	return link, true
}

func verificationToken(key *signer, purpose byte, l consent.ConfirmLink) string {
	return seal(key, l.Address, purpose, l.Site.UUID[:], l.Verification.UUID[:])
}

func parseVerification(key *signer, purpose byte, token, address string) (consent.ConfirmLink, bool) {
	hash, body, ok := open(key, token, address)
	if !ok || len(body) != 1+2*idSize || body[0] != purpose {
		return consent.ConfirmLink{}, false
	}
	verification := consent.EventID{UUID: uuid.UUID(body[1+idSize:])}
	return consent.ConfirmLink{Address: hash, Site: siteOf(body), Verification: verification}, true
}

func siteOf(body []byte) consent.SiteID {
	return consent.SiteID{UUID: uuid.UUID(body[1 : 1+idSize])}
}

// seal appends the authentication code, which covers the address as well.
func seal(key *signer, address consent.AddressHash, purpose byte, ids ...[]byte) string {
	body := []byte{purpose}
	for _, id := range ids {
		body = append(body, id...)
	}
	mac := key.sign(address[:], body)
	return base64.RawURLEncoding.EncodeToString(append(body, mac[:]...))
}

func open(key *signer, token, address string) (hash consent.AddressHash, body []byte, ok bool) {
	raw, err := decode(token)
	if err != nil || len(raw) <= macSize {
		return hash, nil, false
	}
	h, err := decode(address)
	if err != nil || len(h) != len(hash) {
		return hash, nil, false
	}
	hash = consent.AddressHash(h)
	body, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	want := key.sign(hash[:], body)
	return hash, body, hmac.Equal(mac, want[:])
}

// maxEncoded is more than any token or address hash needs.
const maxEncoded = 256

// decode accepts one spelling of every value only: the library would skip line
// breaks.
func decode(s string) ([]byte, error) {
	if len(s) > maxEncoded || strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("decoding a link: not one of ours")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("decoding a link: %w", err)
	}
	return raw, nil
}
