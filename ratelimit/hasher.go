package ratelimit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"sync"
)

// hasher hides values: whoever can read Redis must learn no address from it, and IPv4 addresses are
// few enough to reverse any hash without a secret key.
type hasher struct {
	macs sync.Pool // setting one up takes longer than using it
}

func newHasher(secret []byte) *hasher {
	return &hasher{sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}}
}

// key is that of the counter of a rule for a value. The name of the rule is hashed too, so that
// equal values differ from rule to rule.
func (h *hasher) key(name, value string) string {
	mac, _ := h.macs.Get().(hash.Hash)
	defer h.macs.Put(mac)
	var buffer [256]byte
	mac.Reset()
	mac.Write(append(append(buffer[:0], name[len(keyPrefix):]...), value...))
	sum := mac.Sum(buffer[:0])
	return string(base64.RawURLEncoding.AppendEncode(append(buffer[len(sum):len(sum)], name...), sum))
}
