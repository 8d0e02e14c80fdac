package ratelimit

import (
	"context"
	"time"

	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/common"
	"github.com/ulule/limiter/v3/drivers/store/memory"
)

const cleanInterval = time.Minute

// localStore counts in this process. It is ulule's memory cache with a cleaner
// of our own: the one in ulule's store stops only when the garbage collector
// finds the store, so no caller can wait for it.
type localStore struct {
	cache *memory.CacheWrapper
	stop  func()
}

func newLocalStore() *localStore {
	cache := memory.NewCache(0)
	clean := func(context.Context) { cache.Clean() }
	return &localStore{cache: cache, stop: every(cleanInterval, clean)}
}

// add implements store. It never fails.
func (s *localStore) add(_ context.Context, windows []window, n int64) ([]limiter.Context, error) {
	counts := make([]limiter.Context, len(windows))
	for i, w := range windows {
		count, end := s.cache.Increment(w.key, n, w.rate.Period)
		counts[i] = common.GetContextFromState(time.Now(), w.rate, end, count)
	}
	return counts, nil
}

func (s *localStore) close() { s.stop() }
