package ratelimit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"slices"
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
	l.Take(t.Context(), SignUp, subject)
	for _, w := range l.rules.windows(SignUp, subject, l.hasher) {
		key := w.key
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

func TestARefusedAttemptLeavesNoTraceInRedis(t *testing.T) {
	tests := map[string]struct {
		limits Limits
		want   []string
	}{
		"by the first window": {
			Limits{SignUp: {KeyIP: {{1, time.Hour}, {9, day}}, KeySite: {{9, time.Hour}}}}, []string{"1", "1", ""},
		},
		"by the last window": {Limits{SignUp: {KeyIP: {{9, time.Hour}}, KeyNetwork: {{1, time.Hour}}}}, []string{"1", "1"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l := openOnRedis(t, redisURL(t), tt.limits, newHashKey())
			client := netip.MustParseAddr("192.0.2.1")
			l.Take(t.Context(), SignUp, Subject{IP: client})
			l.Take(t.Context(), SignUp, Subject{IP: client, Site: "s"})
			var counts []string
			for _, w := range l.rules.windows(SignUp, Subject{IP: client, Site: "s"}, l.hasher) {
				counts = append(counts, l.shared.client.Get(t.Context(), w.key).Val())
			}
			if !slices.Equal(counts, tt.want) {
				t.Errorf("counters are %q, want %q", counts, tt.want)
			}
		})
	}
}

// Processes of this release and of earlier ones count together while one replaces the other.
func TestTheFormOfACounterInRedisIsKept(t *testing.T) {
	hashKey := newHashKey()
	l := openOnRedis(t, redisURL(t), only(KeyIP, Window{3, time.Hour}), hashKey)
	name := string(SignUp) + ":ip:3/1h0m0s:"
	mac := hmac.New(sha256.New, hashKey)
	mac.Write([]byte(string(SignUp) + ":ip:192.0.2.1/32"))
	key := "assent:limit:" + name + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
	if err := l.shared.client.Set(t.Context(), key, 1, time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
	if got := l.Take(t.Context(), SignUp, ip("192.0.2.1")); got.Remaining != 1 {
		t.Errorf("got %+v, want the count to be gone on with", got)
	}
	if got := l.shared.client.Get(t.Context(), key).Val(); got != "2" {
		t.Errorf("the counter is %q, want 2", got)
	}
}

func TestACounterThatWouldNeverEndGetsAnEnd(t *testing.T) {
	for name, limit := range map[string]int64{"refusing": 1, "admitting": 2} {
		t.Run(name, func(t *testing.T) {
			l := openOnRedis(t, redisURL(t), only(KeyIP, Window{limit, time.Hour}), newHashKey())
			mustAdmit(t, l, SignUp, ip("192.0.2.1"))
			key := l.rules.windows(SignUp, ip("192.0.2.1"), l.hasher)[0].key
			if err := l.shared.client.Persist(t.Context(), key).Err(); err != nil {
				t.Fatal(err)
			}
			if got := untimed(t, l.Take(t.Context(), SignUp, ip("192.0.2.1"))); got.Allowed != (limit > 1) {
				t.Errorf("got %+v", got)
			}
			if ttl := l.shared.client.PTTL(t.Context(), key).Val(); ttl <= 59*time.Minute || ttl > time.Hour {
				t.Errorf("it ends in %s, want just under an hour", ttl)
			}
		})
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

func TestACounterThatIsNoNumberIsBegunAnew(t *testing.T) {
	l := openOnRedis(t, redisURL(t), only(KeyIP, Window{1, time.Hour}), newHashKey())
	key := l.rules.windows(SignUp, ip("192.0.2.1"), l.hasher)[0].key
	for _, junk := range []string{"", "1.5", "inf", "many"} {
		if err := l.shared.client.Set(t.Context(), key, junk, 0).Err(); err != nil {
			t.Fatal(err)
		}
		mustAdmit(t, l, SignUp, ip("192.0.2.1"))
		if got := l.shared.client.Get(t.Context(), key).Val(); got != "1" {
			t.Errorf("%q became %q, want 1", junk, got)
		}
	}
}

// Attempts that share a trip are judged one after the other, as if each had come alone.
func TestAttemptsOfOneTripSeeThoseBeforeThem(t *testing.T) {
	limits := Limits{SignUp: {KeyContact: {{1, time.Hour}}, KeySite: {{2, time.Hour}}}}
	l := openOnRedis(t, redisURL(t), limits, newHashKey())
	var fares []*fare
	for _, contact := range []string{"ann", "ann", "bob", "eve"} {
		fares = append(fares, newFare(l.rules.windows(SignUp, Subject{Contact: contact, Site: "s"}, l.hasher), 1))
	}
	l.shared.current().trip(t.Context(), fares)
	var got []Decision
	for _, f := range fares {
		counts, err := f.wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, decide(counts))
	}
	if !got[0].Allowed || got[1].Allowed || got[1].Key != KeyContact {
		t.Errorf("ann: %+v, want her second attempt refused for her address", got[:2])
	}
	if !got[2].Allowed || got[3].Allowed || got[3].Key != KeySite {
		t.Errorf("bob, eve: %+v, want bob to find the room ann's refused attempt left, and eve none", got[2:])
	}
}
