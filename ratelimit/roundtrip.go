package ratelimit

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
)

// maxTrip is how many windows one round trip counts in at most: the script puts them all on Lua's
// stack, which has room for 8,000.
const maxTrip = 4000

// redisStore counts whatever waits in one round trip: while one is on its way, others gather for
// the next. It exists only while Redis answers.
type redisStore struct {
	client  redis.UniversalClient
	cluster bool
	script  *redis.Script

	mu      sync.Mutex
	waiting []*fare
	under   bool // a trip is under way
}

// fare is one attempt to count, or to give back, and somebody who waits for the answer.
type fare struct {
	windows []window
	n       int64 // 1, or -1 to give back
	counts  []counted
	err     error
	done    chan struct{} // closed once there is an answer
}

func newFare(windows []window, n int64) *fare {
	return &fare{windows: windows, n: n, done: make(chan struct{})}
}

func (f *fare) wait(ctx context.Context) ([]counted, error) {
	select {
	case <-f.done:
		return f.counts, f.err
	case <-ctx.Done():
		return nil, fmt.Errorf("counting in Redis: %w", ctx.Err())
	}
}

// newRedisStore talks to Redis: it loads the script.
func newRedisStore(ctx context.Context, client redis.UniversalClient) (*redisStore, error) {
	_, cluster := client.(*redis.ClusterClient)
	s := &redisStore{client: client, cluster: cluster, script: redis.NewScript(countScript)}
	if err := s.script.Load(ctx, client).Err(); err != nil {
		return nil, fmt.Errorf("loading the script: %w", err)
	}
	return s, nil
}

// take counts an attempt in all windows, or in none when one is full.
func (s *redisStore) take(ctx context.Context, windows []window) ([]counted, error) {
	if len(windows) == 0 {
		return nil, nil
	}
	if s.cluster {
		return s.takeByStage(ctx, windows)
	}
	f := newFare(windows, 1)
	s.board(f)
	return f.wait(ctx)
}

func (s *redisStore) board(fares ...*fare) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, fares...)
	if !s.under {
		s.under = true
		go s.travel()
	}
}

// travel makes trips until nobody waits.
func (s *redisStore) travel() {
	for fares := s.next(); len(fares) > 0; fares = s.next() {
		s.trip(context.Background(), fares)
	}
}

// next takes those who wait. Whoever is about to come does so first, which on a machine that is not
// busy is nobody.
func (s *redisStore) next() []*fare {
	runtime.Gosched()
	s.mu.Lock()
	defer s.mu.Unlock()
	n, windows := 0, 0
	for n < len(s.waiting) && (n == 0 || windows+len(s.waiting[n].windows) <= maxTrip) {
		windows += len(s.waiting[n].windows)
		n++
	}
	fares := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	s.under = n > 0
	return fares
}

// check makes a trip of its own, to count in a window that is never full: only that has Redis write.
func (s *redisStore) check(ctx context.Context) error {
	never := limiter.Rate{Limit: math.MaxInt32, Period: time.Minute}
	f := newFare([]window{{rule: &rule{rate: never, script: [3]any{never.Limit, never.Period.Milliseconds(), 0}}, key: keyPrefix + "check"}}, 1)
	s.trip(ctx, []*fare{f})
	return f.err
}

// trip has Redis count for all of them, and tells each.
func (s *redisStore) trip(ctx context.Context, fares []*fare) {
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	calls := s.calls(fares)
	s.send(ctx, calls)
	if forgotten := withoutScript(calls); len(forgotten) > 0 {
		_ = s.script.Load(ctx, s.client).Err() // which shows in what comes next
		s.send(ctx, forgotten)
	}
	for _, c := range calls {
		c.answer()
	}
}

// calls is one for all of them; in a cluster one for each, since a script runs on one node.
func (s *redisStore) calls(fares []*fare) (calls []*call) {
	if !s.cluster {
		return []*call{newCall(s.script, 1, fares...)}
	}
	for _, f := range fares {
		calls = append(calls, newCall(s.script, f.n, f))
	}
	return calls
}

func (s *redisStore) send(ctx context.Context, calls []*call) {
	pipe := s.client.Pipeline()
	for _, c := range calls {
		_ = pipe.Process(ctx, c.cmd) // which only notes it
	}
	_, _ = pipe.Exec(ctx)
}

// withoutScript are those that met a Redis, or a node of it, that had forgotten the script, as after
// a restart.
func withoutScript(calls []*call) (forgotten []*call) {
	for _, c := range calls {
		if redis.HasErrorPrefix(c.cmd.Err(), "NOSCRIPT") {
			forgotten = append(forgotten, c)
		}
	}
	return forgotten
}
