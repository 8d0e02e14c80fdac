package ratelimit

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// takeTimeout bounds what one Take can spend on a Redis that has just stopped
// answering. Soon it is not asked at all until it is back.
const takeTimeout = 100 * time.Millisecond

// Limiter decides whether an attempt is within the limits. It is safe for
// concurrent use.
type Limiter struct {
	rules    rules
	fallback rules // while shared is away
	hasher   *hasher
	local    *localStore
	shared   *sharedStore // nil: count in this process only
	observe  func(Attempt)
}

// NewMemory returns a limiter that counts in this process. hashKey is the
// secret under which counted values are hashed, 32 bytes or more.
func NewMemory(limits Limits, hashKey []byte) *Limiter {
	return &Limiter{rules: limits.rules(), hasher: newHasher(hashKey), local: newLocalStore(maxCounters), observe: func(Attempt) {}}
}

// NewRedis returns a limiter that counts in Redis. While Redis does not answer,
// now or later, it counts in this process and admits half as much; logger is told
// once of each change. The limiter owns client, which should come from OpenRedis,
// and closes it. hashKey must be the same in all processes that share the limits.
func NewRedis(client redis.UniversalClient, limits Limits, hashKey []byte, logger *slog.Logger) *Limiter {
	l := NewMemory(limits, hashKey)
	l.fallback = limits.halved().rules()
	l.shared = newSharedStore(client, logger)
	return l
}

// Attempt is what an observer is told of one Take.
type Attempt struct {
	Decision
	Fallback bool          // counted in this process because Redis is away
	Redis    time.Duration // waited for Redis, in vain or not; 0: it was not asked
}

// Observe has f told of every attempt. It is to be called before the first Take.
func (l *Limiter) Observe(f func(Attempt)) { l.observe = f }

// Pool tells how the connections to Redis are used; nil when there is to be none.
func (l *Limiter) Pool() *redis.PoolStats {
	if l.shared == nil {
		return nil
	}
	return l.shared.client.PoolStats()
}

// Take counts one attempt of subject in bucket and decides on it. It never
// fails: without Redis it counts in this process. A caller that has gone away
// is counted too, or hanging up early would be a way around the limits.
func (l *Limiter) Take(ctx context.Context, bucket Bucket, subject Subject) Decision {
	a, ok := l.takeShared(ctx, bucket, subject)
	if !ok {
		a.Decision, a.Fallback = l.takeLocal(bucket, subject), l.shared != nil
	}
	a.Bucket = bucket
	l.observe(a)
	return a.Decision
}

// takeShared counts in Redis; ok is false when this process has to count.
func (l *Limiter) takeShared(ctx context.Context, bucket Bucket, subject Subject) (a Attempt, ok bool) {
	if l.shared == nil {
		return a, false
	}
	store := l.shared.current()
	if store == nil {
		return a, false
	}
	windows := l.rules.windows(bucket, subject, l.hasher)
	asked := time.Now()
	if refused, ok := l.shared.refusals.find(windows, asked); ok {
		return Attempt{Decision: refused}, true
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeTimeout)
	defer cancel()
	counts, err := store.take(ctx, windows)
	answered := time.Now()
	a.Redis = answered.Sub(asked)
	if err != nil {
		l.shared.failed(store, err)
		return a, false
	}
	l.shared.worked()
	a.Decision = decide(counts)
	l.shared.refusals.note(windows, a.Decision, answered)
	return a, true
}

func (l *Limiter) takeLocal(bucket Bucket, subject Subject) Decision {
	rules := l.rules
	if l.shared != nil {
		rules = l.fallback
	}
	return decide(l.local.take(rules.windows(bucket, subject, l.hasher)))
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
