package ratelimit

import (
	"context"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/common"
	"github.com/ulule/limiter/v3/drivers/store/memory"
)

const (
	cleanInterval = time.Minute

	// maxCounters bounds the memory of this process, to about 100 MB. Beyond it the counter that was used
	// longest ago is forgotten: never that of a client that goes on and on.
	maxCounters = 400_000
)

// localStore counts in this process. Its counters are ulule's; its map is not, because ulule's grows without bound and
// its cleaner stops only when the garbage collector finds it.
type localStore struct {
	counters *lru.Cache[string, *memory.Counter]
	stop     func()
}

// newLocalStore wants size to be positive.
func newLocalStore(size int) *localStore {
	counters, err := lru.New[string, *memory.Counter](size)
	if err != nil {
		panic(fmt.Sprintf("a place for %d counters: %v", size, err))
	}
	s := &localStore{counters: counters}
	s.stop = every(cleanInterval, func(context.Context) { s.clean(time.Now()) })
	return s
}

// add implements store. It never fails.
func (s *localStore) add(_ context.Context, windows []window, n int64) ([]limiter.Context, error) {
	counts := make([]limiter.Context, len(windows))
	for i, w := range windows {
		now := time.Now()
		count, end := s.counter(w.key).Increment(n, now.Add(w.rate.Period).UnixNano())
		counts[i] = common.GetContextFromState(now, w.rate, time.Unix(0, end), count)
	}
	return counts, nil
}

func (s *localStore) counter(key string) *memory.Counter {
	if c, ok := s.counters.Get(key); ok {
		return c
	}
	fresh := &memory.Counter{}
	if c, ok, _ := s.counters.PeekOrAdd(key, fresh); ok { // somebody was faster
		return c
	}
	return fresh
}

// clean forgets windows that ended a while ago: one that has just ended may be about to begin anew.
func (s *localStore) clean(now time.Time) {
	for _, key := range s.counters.Keys() {
		if c, ok := s.counters.Peek(key); ok && c.Expiration() < now.Add(-cleanInterval).UnixNano() {
			s.counters.Remove(key)
		}
	}
}

func (s *localStore) close() { s.stop() }
