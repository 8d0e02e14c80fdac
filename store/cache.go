package store

import (
	"sync"
	"time"
)

// forEver is for what never changes once it is there.
const forEver = 100 * 365 * 24 * time.Hour

// maxCached bounds a cache: one that is full forgets everything, which is simple
// and, at this size, rare.
const maxCached = 4096

// cache remembers values for a while.
type cache[K comparable, V any] struct {
	mu      sync.Mutex
	entries map[K]cached[V]
	ttl     time.Duration
	now     func() time.Time
	era     int // grows each time everything is forgotten
}

type cached[V any] struct {
	value V
	until time.Time
}

func newCache[K comparable, V any](ttl time.Duration, now func() time.Time) *cache[K, V] {
	return &cache[K, V]{entries: map[K]cached[V]{}, ttl: ttl, now: now}
}

// get returns what is remembered, if anything is, and the era it asked in.
func (c *cache[K, V]) get(key K) (value V, era int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok || !c.now().Before(e.until) {
		return value, c.era, false
	}
	return e.value, c.era, true
}

// put remembers a value that was read in an era, unless that is over: the value
// may be older than what made us forget.
func (c *cache[K, V]) put(key K, value V, era int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if era != c.era {
		return
	}
	if len(c.entries) >= maxCached {
		clear(c.entries)
	}
	c.entries[key] = cached[V]{value, c.now().Add(c.ttl)}
}

// forget makes everything be read again.
func (c *cache[K, V]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
	c.era++
}

// through returns the remembered value or reads and remembers it. Errors are not
// remembered.
func (c *cache[K, V]) through(key K, read func() (V, error)) (V, error) {
	v, era, ok := c.get(key)
	if ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		c.put(key, v, era)
	}
	return v, err
}
