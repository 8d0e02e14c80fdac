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

// maxTrip is how many commands one round trip carries at most.
const maxTrip = 256

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

// fare is one command, and somebody who waits for its answer.
type fare struct {
	windows []window
	cmd     *redis.Cmd
	done    chan struct{}
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
	f := s.fare(windows, 1)
	s.board(f)
	return f.wait(ctx)
}

// fare is for counting in windows: n is 1 for an attempt, -1 to give one back.
func (s *redisStore) fare(windows []window, n int64) *fare {
	return &fare{windows, countCommand(s.script, windows, n), make(chan struct{})}
}

func (f *fare) wait(ctx context.Context) ([]counted, error) {
	select {
	case <-f.done:
		return readCounts(f.windows, f.cmd)
	case <-ctx.Done():
		return nil, fmt.Errorf("counting in Redis: %w", ctx.Err())
	}
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
	n := min(len(s.waiting), maxTrip)
	fares := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	s.under = n > 0
	return fares
}

// check makes a trip of its own, to count in a window that is never full: only that has Redis write.
func (s *redisStore) check(ctx context.Context) error {
	never := limiter.Rate{Limit: math.MaxInt32, Period: time.Minute}
	f := s.fare([]window{{rule: &rule{rate: never}, key: keyPrefix + "check"}}, 1)
	s.trip(ctx, []*fare{f})
	return f.cmd.Err()
}

// trip sends the commands of all of them and tells each. Each command holds its own error.
func (s *redisStore) trip(ctx context.Context, fares []*fare) {
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	s.send(ctx, fares)
	if forgotten := withoutScript(fares); len(forgotten) > 0 {
		_ = s.script.Load(ctx, s.client).Err() // which shows in what comes next
		s.send(ctx, forgotten)
	}
	for _, f := range fares {
		close(f.done)
	}
}

func (s *redisStore) send(ctx context.Context, fares []*fare) {
	pipe := s.client.Pipeline()
	for _, f := range fares {
		_ = pipe.Process(ctx, f.cmd) // which only notes it
	}
	_, _ = pipe.Exec(ctx)
}

// withoutScript are those that met a Redis, or a node of it, that had forgotten the script, as after
// a restart.
func withoutScript(fares []*fare) (forgotten []*fare) {
	for _, f := range fares {
		if redis.HasErrorPrefix(f.cmd.Err(), "NOSCRIPT") {
			forgotten = append(forgotten, f)
		}
	}
	return forgotten
}
