package ratelimit

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
)

// place is where a specification has its attempts counted. Limiters opened in one run share their counts only if they
// are on Redis. No time is really waited for: pass makes it pass.
type place struct {
	open func(Limits) *Limiter
	pass func(time.Duration)
}

// onEachStore runs one specification on every place where counts are kept. Within it subtests are not possible.
func onEachStore(t *testing.T, spec func(*testing.T, place)) {
	t.Run("memory", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			open := func(limits Limits) *Limiter { return closing(t, NewMemory(limits, newHashKey())) }
			spec(t, place{open, func(d time.Duration) { <-time.After(d) }})
		})
	})
	t.Run("redis", func(t *testing.T) {
		url, key := redisURL(t), newHashKey()
		var opened []*Limiter
		open := func(limits Limits) *Limiter {
			opened = append(opened, openOnRedis(t, url, limits, key))
			return opened[len(opened)-1]
		}
		pass := func(d time.Duration) {
			age(t, url, d)
			for _, l := range opened { // in their processes time passes too
				l.shared.refusals.byKey.Purge()
			}
		}
		spec(t, place{open, pass})
	})
}

// age makes everything in a real Redis d older.
func age(t *testing.T, url string, d time.Duration) {
	t.Helper()
	client := dial(t, url)
	defer client.Close()
	keys := client.Scan(t.Context(), 0, keyPrefix+"*", 1000).Iterator()
	for keys.Next(t.Context()) {
		left, err := client.PTTL(t.Context(), keys.Val()).Result()
		if err != nil {
			t.Fatal(err)
		}
		if err := client.PExpire(t.Context(), keys.Val(), left-d).Err(); err != nil { // a time gone by removes the key
			t.Fatal(err)
		}
	}
	if err := keys.Err(); err != nil {
		t.Fatal(err)
	}
}

// newHashKey also keeps tests apart that share one Redis.
func newHashKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}

// redisURL is a database of TEST_REDIS_URL that nobody else uses, and in which time may be tampered with.
func redisURL(t *testing.T) string {
	t.Helper()
	text := os.Getenv("TEST_REDIS_URL")
	if text == "" {
		t.Skip("TEST_REDIS_URL is not set; `make test` starts Redis for you")
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal("TEST_REDIS_URL cannot be read")
	}
	u.Path = "/9" // with whatever password it asks for
	return u.String()
}

func dial(t *testing.T, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return redis.NewClient(o)
}

func openOnRedis(t *testing.T, url string, limits Limits, key []byte) *Limiter {
	t.Helper()
	client, err := OpenRedis(url, "single")
	if err != nil {
		t.Fatal(err)
	}
	l := closing(t, NewRedis(client, limits, key, slog.New(slog.DiscardHandler)))
	for range 100 { // a machine that is busy with other tests may be slow at first
		if l.Healthy() {
			return l
		}
		_ = l.shared.check(context.WithoutCancel(t.Context()))
	}
	t.Fatal("Redis at TEST_REDIS_URL does not answer")
	return nil
}

func closing(t *testing.T, l *Limiter) *Limiter {
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("closing the limiter: %v", err)
		}
	})
	return l
}

// only limits one key of the sign-up bucket.
func only(kind string, windows ...Window) Limits {
	return Limits{SignUp: {kind: windows}}
}

func ip(text string) Subject { return Subject{IP: netip.MustParseAddr(text)} }
