package ratelimit

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestRedisKeysNameNobodyAndAlwaysEnd(t *testing.T) {
	l := openOnRedis(t, redisURL(t), Limits{SignUp: {
		KeyIP: {{1, time.Hour}}, KeyNetwork: {{5, time.Hour}}, KeyContact: {{5, time.Hour}}, KeySite: {{5, time.Hour}},
	}}, newHashKey())
	subject := Subject{IP: netip.MustParseAddr("192.0.2.77"), Contact: "jane@example.org", Site: "shop-1"}
	l.Take(t.Context(), SignUp, subject)
	l.Take(t.Context(), SignUp, subject) // refused by ip, so given back to the others
	for _, w := range l.rules.windows(SignUp, subject, l.hashKey) {
		key := keyPrefix + ":" + w.key
		for _, secret := range []string{"192.0.2", "jane", "shop-1"} {
			if strings.Contains(key, secret) {
				t.Errorf("key %s contains %s", key, secret)
			}
		}
		for _, part := range []string{string(SignUp), w.kind, "/1h0m0s"} {
			if !strings.Contains(key, part) {
				t.Errorf("key %s does not contain %s", key, part)
			}
		}
		ttl, err := l.shared.client.PTTL(t.Context(), key).Result()
		if err != nil || ttl <= 59*time.Minute || ttl > time.Hour {
			t.Errorf("key %s ends in %s (%v), want just under an hour", key, ttl, err)
		}
	}
}

func TestProcessesShareCountsInRedis(t *testing.T) {
	address, key, limits := redisURL(t), newHashKey(), only(KeyIP, Window{1, time.Hour})
	one, two := openOnRedis(t, address, limits, key), openOnRedis(t, address, limits, key)
	other := openOnRedis(t, address, limits, newHashKey())
	one.Take(t.Context(), SignUp, ip("192.0.2.1"))
	if two.Take(t.Context(), SignUp, ip("192.0.2.1")).Allowed {
		t.Error("the second process did not see the count of the first")
	}
	if !other.Take(t.Context(), SignUp, ip("192.0.2.1")).Allowed {
		t.Error("an installation with another key saw the count")
	}
}

func TestChangedLimitsStartAtZero(t *testing.T) {
	address, key := redisURL(t), newHashKey()
	before := openOnRedis(t, address, only(KeyIP, Window{1, time.Hour}), key)
	before.Take(t.Context(), SignUp, ip("192.0.2.1"))
	for _, changed := range []Window{{2, time.Hour}, {1, 2 * time.Hour}} {
		after := openOnRedis(t, address, only(KeyIP, changed), key)
		if got := after.Take(t.Context(), SignUp, ip("192.0.2.1")); got.Remaining != changed.Count-1 {
			t.Errorf("%+v: got %+v, want a fresh count", changed, got)
		}
	}
}

// tripCounter counts what a client sends.
type tripCounter struct{ trips atomic.Int64 }

func (*tripCounter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *tripCounter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.trips.Add(1)
		return next(ctx, cmd)
	}
}

func (c *tripCounter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.trips.Add(1)
		return next(ctx, cmds)
	}
}

func TestAnAdmittedAttemptIsThreeRoundTrips(t *testing.T) {
	l := openOnRedis(t, redisURL(t), DefaultLimits(), newHashKey())
	l.shared.stop() // its check would be counted too
	var counter tripCounter
	l.shared.client.AddHook(&counter)
	subject := Subject{IP: netip.MustParseAddr("192.0.2.1"), Contact: "c", Site: "s"}
	for range 5 {
		mustAdmit(t, l, SignUp, subject)
	}
	if got := counter.trips.Load(); got > stages*5+3 { // a fresh connection introduces itself
		t.Errorf("5 attempts took %d round trips", got)
	}
}

func TestScriptsLostByRedisAreLoadedAgain(t *testing.T) {
	l := openOnRedis(t, redisURL(t), only(KeyIP, Window{1, time.Hour}), newHashKey())
	if err := l.shared.client.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	l.Take(t.Context(), SignUp, ip("192.0.2.1"))
	if !l.Healthy() || l.Take(t.Context(), SignUp, ip("192.0.2.1")).Allowed {
		t.Error("the attempt was not counted in Redis")
	}
}

func BenchmarkTakeOnRedis(b *testing.B) {
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		b.Skip("TEST_REDIS_URL is not set")
	}
	client, err := OpenRedis(url, "single")
	if err != nil {
		b.Fatal(err)
	}
	l := NewRedis(client, DefaultLimits(), newHashKey(), slog.New(slog.DiscardHandler))
	defer l.Close()
	for n := 0; b.Loop(); n++ {
		l.Take(b.Context(), SignUp, Subject{IP: netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), Contact: fmt.Sprint(n), Site: "s"})
	}
}
