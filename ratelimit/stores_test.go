package ratelimit

import (
	"crypto/rand"
	"log/slog"
	"net/netip"
	"os"
	"testing"
)

// onEachStore runs one specification on every place where counts are kept.
// Limiters made in one run share their counts only if they are on Redis.
func onEachStore(t *testing.T, spec func(t *testing.T, open func(Limits) *Limiter)) {
	t.Run("memory", func(t *testing.T) {
		spec(t, func(limits Limits) *Limiter { return closing(t, NewMemory(limits, newHashKey())) })
	})
	t.Run("redis", func(t *testing.T) {
		url, key := redisURL(t), newHashKey()
		spec(t, func(limits Limits) *Limiter { return openOnRedis(t, url, limits, key) })
	})
}

// newHashKey also keeps tests apart that share one Redis.
func newHashKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}

func redisURL(t *testing.T) string {
	t.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		t.Skip("TEST_REDIS_URL is not set; `make test` starts Redis for you")
	}
	return url
}

func openOnRedis(t *testing.T, url string, limits Limits, key []byte) *Limiter {
	t.Helper()
	client, err := OpenRedis(url, "single")
	if err != nil {
		t.Fatal(err)
	}
	l := closing(t, NewRedis(client, limits, key, slog.New(slog.DiscardHandler)))
	if !l.Healthy() {
		t.Fatal("Redis at TEST_REDIS_URL does not answer")
	}
	return l
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
