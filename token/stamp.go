package token

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"time"

	"assent/consent"

	"github.com/google/uuid"
)

// Stamp is what a form of ours carries: when it was shown, for which site, and the hash of all that it said. Whoever sends
// the form cannot have made it up.
type Stamp struct {
	At      time.Time // kept to the millisecond
	Site    consent.SiteID
	Wording consent.TextHash
}

const (
	timeSize  = 8
	stampSize = timeSize + idSize + len(consent.TextHash{})
)

// Stamp returns the stamp as a form carries it: of letters, digits, "-" and "_".
func (k *Keys) Stamp(s Stamp) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(s.At.UnixMilli()))
	body = append(append(body, s.Site.UUID[:]...), s.Wording[:]...)
	mac := k.form.sign(body)
	return base64.RawURLEncoding.EncodeToString(append(body, mac[:]...))
}

// ParseStamp reads a stamp; false unless we made it.
func (k *Keys) ParseStamp(text string) (Stamp, bool) {
	raw, err := decode(text)
	if err != nil || len(raw) != stampSize+macSize {
		return Stamp{}, false
	}
	body, mac := raw[:stampSize], raw[stampSize:]
	if want := k.form.sign(body); !hmac.Equal(mac, want[:]) {
		return Stamp{}, false
	}
	return Stamp{
		At:      time.UnixMilli(int64(binary.BigEndian.Uint64(body))).UTC(),
		Site:    consent.SiteID{UUID: uuid.UUID(body[timeSize : timeSize+idSize])},
		Wording: consent.TextHash(body[timeSize+idSize:]),
	}, true
}
