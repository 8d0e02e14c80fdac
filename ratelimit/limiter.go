package ratelimit

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// takeTimeout bounds what one Take can spend on a Redis that has just stopped
// answering. Later calls do not ask it at all until it is back.
const takeTimeout = 250 * time.Millisecond

// Limiter decides whether an attempt is within the limits. It is safe for
// concurrent use.
type Limiter struct {
	rules   map[Bucket][]rule
	hashKey []byte
	local   *localStore
	shared  *sharedStore // nil: count in this process only
}

// NewMemory returns a limiter that counts in this process. hashKey is the
// secret under which counted values are hashed, 32 bytes or more.
func NewMemory(limits Limits, hashKey []byte) *Limiter {
	return &Limiter{rules: limits.rules(), hashKey: hashKey, local: newLocalStore()}
}

// NewRedis returns a limiter that counts in Redis, and in this process while
// Redis does not answer, now or later; logger is told once of each change.
// The limiter owns client, which should come from OpenRedis, and closes it.
// hashKey must be the same in all processes that share the limits.
func NewRedis(client redis.UniversalClient, limits Limits, hashKey []byte, logger *slog.Logger) *Limiter {
	l := NewMemory(limits, hashKey)
	l.shared = newSharedStore(client, logger)
	return l
}

// Take counts one attempt of subject in bucket and decides on it. It never
// fails: without Redis it counts in this process. A caller that has gone away
// is counted too, or hanging up early would be a way around the limits.
func (l *Limiter) Take(ctx context.Context, bucket Bucket, subject Subject) Decision {
	windows := l.windows(bucket, subject)
	if len(windows) == 0 {
		return Decision{Allowed: true, Bucket: bucket}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeTimeout)
	defer cancel()
	decision, ok := l.takeShared(ctx, windows)
	if !ok {
		decision, _ = take(ctx, l.local, windows) // counting in this process cannot fail
	}
	decision.Bucket = bucket
	return decision
}

// takeShared counts in Redis; ok is false when this process has to count.
func (l *Limiter) takeShared(ctx context.Context, windows []window) (decision Decision, ok bool) {
	if l.shared == nil {
		return Decision{}, false
	}
	store := l.shared.current()
	if store == nil {
		return Decision{}, false
	}
	decision, err := take(ctx, store, windows)
	if err != nil {
		l.shared.lost(store, err)
		return Decision{}, false
	}
	return decision, true
}

// Healthy reports whether counts are where they should be: always true for a
// limiter in memory, false for one on Redis while Redis does not answer.
func (l *Limiter) Healthy() bool {
	return l.shared == nil || l.shared.current() != nil
}

// Close stops the background work and closes the Redis client.
func (l *Limiter) Close() error {
	l.local.close()
	if l.shared == nil {
		return nil
	}
	return l.shared.close()
}
