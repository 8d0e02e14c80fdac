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
}

type cached[V any] struct {
	value V
	until time.Time
}

func newCache[K comparable, V any](ttl time.Duration, now func() time.Time) *cache[K, V] {
	return &cache[K, V]{entries: map[K]cached[V]{}, ttl: ttl, now: now}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok || !c.now().Before(e.until) {
		var none V
		return none, false
	}
	return e.value, true
}

func (c *cache[K, V]) put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxCached {
		clear(c.entries)
	}
	c.entries[key] = cached[V]{value, c.now().Add(c.ttl)}
}

// through returns the remembered value or reads and remembers it. Errors are not
// remembered.
func (c *cache[K, V]) through(key K, read func() (V, error)) (V, error) {
	if v, ok := c.get(key); ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		c.put(key, v)
	}
	return v, err
}
