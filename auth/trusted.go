package auth

import (
	"crypto/sha256"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// trustFor is how long a token that proved good is not checked again: no longer
// than an issuer's withdrawn key is noticed late anyway.
const trustFor = time.Minute

// maxTrusted is how many tokens are remembered, the last that came.
const maxTrusted = 10_000

// trusted remembers tokens that proved good, by their hash: checking one takes as
// long as all the rest of a short request.
type trusted struct {
	tokens *lru.Cache[[sha256.Size]byte, trust]
	now    func() time.Time
}

type trust struct {
	customer *Customer
	until    time.Time
}

func newTrusted(now func() time.Time) *trusted {
	if now == nil {
		now = time.Now
	}
	tokens, err := lru.New[[sha256.Size]byte, trust](maxTrusted)
	if err != nil {
		panic(fmt.Sprintf("a place for %d tokens: %v", maxTrusted, err))
	}
	return &trusted{tokens, now}
}

// find returns nil for a token that has to be checked.
func (t *trusted) find(token string) *Customer {
	known, ok := t.tokens.Get(sha256.Sum256([]byte(token)))
	if !ok || !t.now().Before(known.until) {
		return nil
	}
	return known.customer
}

func (t *trusted) add(token string, c *Customer, expires time.Time) {
	until := t.now().Add(trustFor)
	if expires.Before(until) {
		until = expires
	}
	t.tokens.Add(sha256.Sum256([]byte(token)), trust{c, until})
}
