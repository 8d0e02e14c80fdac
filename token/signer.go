package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// signer makes message authentication codes (HMAC-SHA256) under one key.
type signer struct {
	key  []byte
	macs sync.Pool // setting one up takes longer than using it
}

func (s *signer) sign(parts ...[]byte) (sum [sha256.Size]byte) {
	mac, ok := s.macs.Get().(hash.Hash)
	if !ok {
		mac = hmac.New(sha256.New, s.key)
	}
	defer s.macs.Put(mac)
	mac.Reset()
	for _, p := range parts {
		mac.Write(p)
	}
	mac.Sum(sum[:0])
	return sum
}
