package ratelimit

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
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
	for _, w := range l.windows(SignUp, subject) {
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

func TestAnAdmittedAttemptIsOneRoundTrip(t *testing.T) {
	l := openOnRedis(t, redisURL(t), DefaultLimits(), newHashKey())
	l.shared.stop() // its check would be counted too
	var counter tripCounter
	l.shared.client.AddHook(&counter)
	subject := Subject{IP: netip.MustParseAddr("192.0.2.1"), Contact: "c", Site: "s"}
	for range 5 {
		mustAdmit(t, l, SignUp, subject)
	}
	if got := counter.trips.Load(); got > 5+3 { // a fresh connection introduces itself
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

func TestWhileRedisIsAwayThisProcessCounts(t *testing.T) {
	wire, address := newWire(t, redisURL(t))
	var log logBuffer
	client, err := OpenRedis(address, "single")
	if err != nil {
		t.Fatal(err)
	}
	limits := only(KeyIP, Window{2, time.Hour})
	l := closing(t, NewRedis(client, limits, newHashKey(), slog.New(slog.NewTextHandler(&log, nil))))
	l.shared.stop() // this test calls check itself

	l.Take(t.Context(), SignUp, ip("192.0.2.1"))
	wire.cut()
	for i, want := range []bool{true, true, false, false} {
		if got := l.Take(t.Context(), SignUp, ip("192.0.2.1")); got.Allowed != want {
			t.Errorf("attempt %d without Redis: got %+v, want allowed %t", i+1, got, want)
		}
	}
	if l.Healthy() || l.shared.check(t.Context()) == nil {
		t.Error("the outage is not noticed")
	}
	wire.restore(t)
	if err := l.shared.check(t.Context()); err != nil || !l.Healthy() {
		t.Fatalf("Redis is back but not used: %v", err)
	}
	if got := l.Take(t.Context(), SignUp, ip("192.0.2.1")); !got.Allowed || got.Remaining != 0 {
		t.Errorf("got %+v, want the second attempt counted by Redis", got)
	}
	if n := strings.Count(log.String(), "Redis fails"); n != 1 {
		t.Errorf("the outage is logged %d times:\n%s", n, log.String())
	}
	if n := strings.Count(log.String(), "counted in Redis"); n != 2 {
		t.Errorf("start and return are logged %d times, want 2:\n%s", n, log.String())
	}
}

func TestStartsWithoutRedis(t *testing.T) {
	closed := listen(t, "127.0.0.1:0")
	_ = closed.Close()
	silent := listen(t, "127.0.0.1:0") // accepts, never answers
	for name, l := range map[string]net.Listener{"nobody listens": closed, "the server is silent": silent} {
		for _, mode := range []string{"single", "sentinel", "cluster"} {
			t.Run(name+", "+mode, func(t *testing.T) {
				address := "redis://" + l.Addr().String()
				if mode == "sentinel" {
					address += "?master_name=main"
				}
				checkStartsWithoutRedis(t, address, mode)
			})
		}
	}
}

func checkStartsWithoutRedis(t *testing.T, address, mode string) {
	client, err := OpenRedis(address, mode)
	if err != nil {
		t.Fatal(err)
	}
	var log logBuffer
	start := time.Now()
	l := closing(t, NewRedis(client, only(KeyIP, Window{1, time.Hour}), newHashKey(), slog.New(slog.NewTextHandler(&log, nil))))
	l.shared.stop()
	t.Logf("starting took %s", time.Since(start))
	start = time.Now()
	first, second := l.Take(t.Context(), SignUp, ip("192.0.2.1")), l.Take(t.Context(), SignUp, ip("192.0.2.1"))
	if took := time.Since(start); took > takeTimeout/2 {
		t.Errorf("callers were held up for %s", took)
	}
	if !first.Allowed || second.Allowed || l.Healthy() {
		t.Errorf("got %+v, %+v, healthy %t; want counting in this process, not healthy", first, second, l.Healthy())
	}
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("want one line of log, got:\n%s", log.String())
	}
}
