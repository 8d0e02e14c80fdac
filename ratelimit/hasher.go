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

type mac struct {
	hash.Hash
	buffer []byte
}

func newHasher(secret []byte) *hasher {
	return &hasher{sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, secret)} }}}
}

// hashed is how many bytes of a hash make two values differ for sure.
const hashed = 16

// hide is what stands for a value in the keys of a bucket. Equal values differ from bucket to bucket
// and from kind to kind.
func (h *hasher) hide(bucket Bucket, kind, value string) string {
	m, _ := h.macs.Get().(*mac)
	defer h.macs.Put(m)
	m.Reset()
	m.buffer = append(append(append(m.buffer[:0], bucket...), ':'), kind...)
	m.buffer = append(append(m.buffer, ':'), value...)
	m.Write(m.buffer)
	m.buffer = m.Sum(m.buffer[:0])
	return base64.RawURLEncoding.EncodeToString(m.buffer[:hashed])
}
