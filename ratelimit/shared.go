package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	checkInterval = time.Second

	// Redis is away when so many attempts in a row, or checks in a row, have failed: one may fail because this
	// machine is busy.
	maxFailures = 3
	maxMissed   = 2

	// backTimeout is what a Redis that was away has to answer a check in: with
	// room to spare for a Take, or one that is just too slow would come and go.
	backTimeout = takeTimeout / 4
)

// sharedStore is Redis behind a circuit breaker: there or away; being too busy to
// answer in time is being away. A few failures open it, and only check, in the
// background, closes it again. No caller ever waits for Redis to come back.
type sharedStore struct {
	client   redis.UniversalClient
	logger   *slog.Logger
	store    atomic.Pointer[redisStore] // nil while Redis is away
	failures atomic.Int32               // attempts in a row
	missed   int                        // checks in a row
	refusals refusals
	stop     func()
}

func newSharedStore(client redis.UniversalClient, logger *slog.Logger) *sharedStore {
	s := &sharedStore{client: client, logger: logger, refusals: newRefusals()}
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
	found, err := s.count(ctx, known)
	if ctx.Err() != nil {
		return ctx.Err() // stopped; says nothing about Redis
	}
	if err != nil {
		if s.missed++; s.missed >= maxMissed {
			s.lost(known, err)
		}
		return fmt.Errorf("asking Redis to count: %w", err)
	}
	s.missed = 0
	if s.store.CompareAndSwap(nil, found) {
		s.logger.Info("rate limits are counted in Redis")
	}
	return nil
}

// count counts once in known, or in a new store if there is none, in the time
// that it may take.
func (s *sharedStore) count(ctx context.Context, known *redisStore) (*redisStore, error) {
	patience, store := takeTimeout, known
	if known == nil {
		var err error
		if store, err = newRedisStore(ctx, s.client); err != nil { // connects too, which takes longer than to count
			return nil, err
		}
		patience = backTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := store.check(ctx); err != nil {
		return nil, err
	}
	if cluster, ok := s.client.(*redis.ClusterClient); ok { // which has answered with one of its nodes only
		return store, cluster.ForEachMaster(ctx, serves)
	}
	return store, nil
}

// serves wants a node to find its cluster whole.
func serves(ctx context.Context, node *redis.Client) error {
	info, err := node.ClusterInfo(ctx).Result()
	if err == nil && !strings.Contains(info, "cluster_state:ok") {
		err = errors.New("the cluster is not whole")
	}
	return err
}

// failed notes that an attempt could not be counted in a store.
func (s *sharedStore) failed(in *redisStore, err error) {
	if s.failures.Add(1) >= maxFailures {
		s.lost(in, err)
	}
}

// worked notes that one could.
func (s *sharedStore) worked() {
	if s.failures.Load() > 0 { // so that many at the same time need not write
		s.failures.Store(0)
	}
}

// lost notes that counting in failed has failed. Of many callers that notice
// at the same time, one logs it.
func (s *sharedStore) lost(failed *redisStore, err error) {
	if failed != nil && s.store.CompareAndSwap(failed, nil) {
		s.failures.Store(0)
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
