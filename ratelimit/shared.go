package ratelimit

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
)

const (
	checkInterval = time.Second
	keyPrefix     = "assent:limit"
)

// sharedStore is Redis, there or away; being too busy to answer in time is
// being away. Only check finds Redis; Take only notices that it is gone. No
// caller ever waits for it to come back.
type sharedStore struct {
	client redis.UniversalClient
	logger *slog.Logger
	store  atomic.Pointer[redisStore] // nil while Redis is away
	stop   func()
}

func newSharedStore(client redis.UniversalClient, logger *slog.Logger) *sharedStore {
	s := &sharedStore{client: client, logger: logger}
	if err := s.check(context.Background()); err != nil {
		s.warn(err)
	}
	s.stop = every(checkInterval, func(ctx context.Context) { _ = s.check(ctx) }) // check logs changes itself
	return s
}

// current returns the store to count in, nil while Redis is away.
func (s *sharedStore) current() *redisStore { return s.store.Load() }

// check has Redis count once, because a Redis that answers may still refuse to
// write, and notes the outcome.
func (s *sharedStore) check(ctx context.Context) error {
	known := s.current()
	found, err := s.connect(known)
	if err == nil {
		_, err = found.Increment(ctx, "check", 1, limiter.Rate{Limit: 1, Period: time.Minute})
	}
	if ctx.Err() != nil {
		return ctx.Err() // stopped; says nothing about Redis
	}
	if err != nil {
		s.lost(known, err)
		return fmt.Errorf("asking Redis to count: %w", err)
	}
	if s.store.CompareAndSwap(nil, found) {
		s.logger.Info("rate limits are counted in Redis")
	}
	return nil
}

// connect returns known, or a new store if there is none.
func (s *sharedStore) connect(known *redisStore) (*redisStore, error) {
	if known != nil {
		return known, nil
	}
	return newRedisStore(s.client)
}

// lost notes that counting in failed has failed. Of many callers that notice
// at the same time, one logs it.
func (s *sharedStore) lost(failed *redisStore, err error) {
	if failed != nil && s.store.CompareAndSwap(failed, nil) {
		s.warn(err)
	}
}

func (s *sharedStore) warn(err error) {
	s.logger.Warn("rate limits are counted in this process only: Redis fails", "error", err)
}

func (s *sharedStore) close() error {
	s.stop()
	if err := s.client.Close(); err != nil {
		return fmt.Errorf("closing the Redis client: %w", err)
	}
	return nil
}
