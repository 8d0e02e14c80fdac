package ratelimit

import (
	"context"
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
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
	mu       sync.Mutex // so that nothing happens between looking and counting
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

// take counts an attempt in all windows, or in none when one is full.
func (s *localStore) take(windows []window) []counted {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	all := s.look(windows, now)
	if anyFull(all) {
		return all
	}
	for _, w := range windows {
		s.counter(w.key).Increment(1, lastMoment(w, now))
	}
	return all
}

func (s *localStore) look(windows []window, now time.Time) []counted {
	all := make([]counted, 0, len(windows))
	for i, w := range windows {
		if i > 0 && w.stage != windows[i-1].stage && anyFull(all) {
			break
		}
		count, last := int64(0), lastMoment(w, now)
		if c, ok := s.counters.Get(w.key); ok {
			count, last = c.Load(last)
		}
		all = append(all, counted{w, count + 1, time.Unix(0, last+1).Sub(now)})
	}
	return all
}

// lastMoment is the last nanosecond of a window that begins now: ulule's counters live through it.
func lastMoment(w window, now time.Time) int64 { return now.Add(w.rate.Period).UnixNano() - 1 }

func (s *localStore) counter(key string) *memory.Counter {
	if c, ok := s.counters.Get(key); ok {
		return c
	}
	fresh := &memory.Counter{}
	s.counters.Add(key, fresh)
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
