package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/common"
	ululeredis "github.com/ulule/limiter/v3/drivers/store/redis"
)

// maxTrip is how many attempts one round trip counts at most.
const maxTrip = 256

// redisStore is ulule's Redis store, made to count whatever waits in one round
// trip: while one is on its way, others gather for the next. It exists only while
// Redis answers.
type redisStore struct {
	limiter.Store
	client redis.UniversalClient
	script script

	mu      sync.Mutex
	waiting []*fare
	under   bool // a trip is under way
}

// fare is what one caller has counted.
type fare struct {
	windows []window
	n       int64
	counts  []limiter.Context
	err     error
	done    chan struct{}
}

// newRedisStore talks to Redis: ulule's constructor loads its scripts.
func newRedisStore(client redis.UniversalClient) (*redisStore, error) {
	scripts := &scriptNotes{UniversalClient: client}
	s, err := ululeredis.NewStoreWithOptions(scripts, limiter.StoreOptions{Prefix: keyPrefix})
	if err != nil {
		return nil, fmt.Errorf("loading the scripts: %w", err)
	}
	return &redisStore{Store: s, client: client, script: scripts.first}, nil
}

// script is the one of ulule's that counts.
type script struct{ text, sha string }

// scriptNotes notes the first script that ulule loads: that is the one.
type scriptNotes struct {
	redis.UniversalClient
	first script
}

// ScriptLoad shadows the method of the client.
func (c *scriptNotes) ScriptLoad(ctx context.Context, text string) *redis.StringCmd {
	cmd := c.UniversalClient.ScriptLoad(ctx, text)
	if c.first == (script{}) {
		c.first = script{text, cmd.Val()}
	}
	return cmd
}

// add implements store.
func (s *redisStore) add(ctx context.Context, windows []window, n int64) ([]limiter.Context, error) {
	if len(windows) == 0 {
		return nil, nil
	}
	f := &fare{windows: windows, n: n, done: make(chan struct{})}
	s.board(f)
	select {
	case <-f.done:
		return f.counts, f.err
	case <-ctx.Done():
		return nil, fmt.Errorf("counting in Redis: %w", ctx.Err())
	}
}

func (s *redisStore) board(f *fare) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, f)
	if !s.under {
		s.under = true
		go s.travel()
	}
}

// travel makes trips until nobody waits.
func (s *redisStore) travel() {
	for fares := s.next(); len(fares) > 0; fares = s.next() {
		s.trip(fares)
	}
}

func (s *redisStore) next() []*fare {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.waiting), maxTrip)
	fares := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	s.under = n > 0
	return fares
}

// trip counts for all of them and tells each.
func (s *redisStore) trip(fares []*fare) {
	ctx, cancel := context.WithTimeout(context.Background(), takeTimeout)
	defer cancel()
	pipe := s.client.Pipeline()
	cmds := make([][]*redis.Cmd, len(fares))
	for i, f := range fares {
		for _, w := range f.windows {
			cmds[i] = append(cmds[i], s.count(ctx, pipe, w, f.n))
		}
	}
	if _, err := pipe.Exec(ctx); err != nil { // each command holds its own error
		s.again(ctx, fares, cmds)
	}
	now := time.Now()
	for i, f := range fares {
		f.counts, f.err = countsOf(f.windows, cmds[i], now)
		close(f.done)
	}
}

func (s *redisStore) count(ctx context.Context, pipe redis.Pipeliner, w window, n int64) *redis.Cmd {
	return pipe.EvalSha(ctx, s.script.sha, []string{keyPrefix + ":" + w.key}, n, w.rate.Period.Milliseconds())
}

// again sends once more what met a Redis, or a node of it, that had forgotten the
// script, as after a restart.
func (s *redisStore) again(ctx context.Context, fares []*fare, cmds [][]*redis.Cmd) {
	pipe := s.client.Pipeline()
	for i, f := range fares {
		for j, cmd := range cmds[i] {
			if err := cmd.Err(); err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
				cmds[i][j] = s.count(ctx, pipe, f.windows[j], f.n)
			}
		}
	}
	if pipe.Len() == 0 {
		return
	}
	_ = s.client.ScriptLoad(ctx, s.script.text).Err() // which shows in what comes next
	_, _ = pipe.Exec(ctx)
}

// countsOf reads what ulule's script answers: the count, and in how many
// milliseconds the window ends.
func countsOf(windows []window, cmds []*redis.Cmd, now time.Time) ([]limiter.Context, error) {
	counts := make([]limiter.Context, len(windows))
	for i, cmd := range cmds {
		pair, err := cmd.Int64Slice()
		if err != nil {
			return nil, fmt.Errorf("counting in Redis: %w", err)
		}
		if len(pair) != 2 {
			return nil, errors.New("counting in Redis: an answer that is none")
		}
		end := now.Add(time.Duration(pair[1]) * time.Millisecond)
		if pair[1] <= 0 { // it ends right now
			end = now.Add(windows[i].rate.Period)
		}
		counts[i] = common.GetContextFromState(now, windows[i].rate, end, pair[0])
	}
	return counts, nil
}
