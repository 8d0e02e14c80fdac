package ratelimit

import (
	"cmp"
	"context"
	"sync"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
	ululeredis "github.com/ulule/limiter/v3/drivers/store/redis"
)

// redisStore is ulule's Redis store, made to count many windows in one round
// trip. It exists only while Redis answers.
type redisStore struct {
	limiter.Store
	client redis.UniversalClient
}

// newRedisStore talks to Redis: ulule's constructor loads its scripts.
func newRedisStore(client redis.UniversalClient) (*redisStore, error) {
	s, err := ululeredis.NewStoreWithOptions(tripClient{client}, limiter.StoreOptions{Prefix: keyPrefix})
	return &redisStore{Store: s, client: client}, err
}

// add implements store.
func (s *redisStore) add(ctx context.Context, windows []window, n int64) ([]limiter.Context, error) {
	shared := &trip{pipe: s.client.Pipeline(), missing: len(windows), sent: make(chan struct{})}
	ctx = context.WithValue(ctx, tripKey{}, shared)
	counts, errs := make([]limiter.Context, len(windows)), make([]error, len(windows))
	var wg sync.WaitGroup
	for i, w := range windows {
		wg.Go(func() { counts[i], errs[i] = s.Increment(ctx, w.key, n, w.rate) })
	}
	wg.Wait()
	return counts, cmp.Or(errs...)
}

type tripKey struct{}

// tripClient sends the scripts that ulule's store runs under one trip together.
// The store waits for each result, so each has to be run by its own goroutine.
type tripClient struct{ redis.UniversalClient }

// EvalSha shadows the method of the client. A script that comes after its trip
// is over, because Redis had forgotten it and it was loaded again, goes alone.
func (c tripClient) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	if t, ok := ctx.Value(tripKey{}).(*trip); ok {
		if cmd := t.join(ctx, sha, keys, args); cmd != nil {
			return cmd
		}
	}
	return c.UniversalClient.EvalSha(ctx, sha, keys, args...)
}

// trip is one round trip that starts when everybody is there.
type trip struct {
	mu      sync.Mutex
	pipe    redis.Pipeliner
	missing int
	sent    chan struct{}
}

// join adds a script and returns it with its result, nil if the trip is over.
func (t *trip) join(ctx context.Context, sha string, keys []string, args []any) *redis.Cmd {
	t.mu.Lock()
	if t.missing == 0 {
		t.mu.Unlock()
		return nil
	}
	cmd := t.pipe.EvalSha(ctx, sha, keys, args...)
	t.missing--
	last := t.missing == 0
	t.mu.Unlock()
	if last {
		_, _ = t.pipe.Exec(ctx) // each command holds its own error
		close(t.sent)
	}
	<-t.sent
	return cmd
}
