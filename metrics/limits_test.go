package metrics

import (
	"strings"
	"testing"
	"time"

	"assent/ratelimit"

	"github.com/redis/go-redis/v9"
)

func TestRefusalsAreCountedByBucketAndKeyFromTheStart(t *testing.T) {
	m := New()
	want(t, read(t, m), `assent_rate_limit_attempts_total{bucket="MARKETING_TOKEN"} 0`,
		`assent_rate_limit_refusals_total{bucket="MARKETING_TOKEN",key="network"} 0`)
	m.Limited(ratelimit.Attempt{Decision: ratelimit.Decision{Allowed: true, Bucket: ratelimit.SignUp, Key: ratelimit.KeyIP}})
	m.Limited(ratelimit.Attempt{Decision: ratelimit.Decision{Bucket: ratelimit.SignUp, Key: ratelimit.KeyContact}})
	want(t, read(t, m), `assent_rate_limit_attempts_total{bucket="MARKETING_MATERIAL_SIGN_UP"} 2`,
		`assent_rate_limit_refusals_total{bucket="MARKETING_MATERIAL_SIGN_UP",key="contact"} 1`,
		`assent_rate_limit_refusals_total{bucket="MARKETING_MATERIAL_SIGN_UP",key="ip"} 0`)
}

func TestRedisIsShownOnlyWhereThereIsToBeOne(t *testing.T) {
	m := New()
	if page := read(t, m); strings.Contains(page, "assent_redis_") || strings.Contains(page, "assent_rate_limit_fallbacks_total") {
		t.Error("it is shown without Redis")
	}
	up := true
	m.WatchRedis(Redis{Up: func() bool { return up }, Pool: func() *redis.PoolStats { return &redis.PoolStats{TotalConns: 5, IdleConns: 2} }})
	want(t, read(t, m), "assent_redis_up 1", `assent_redis_connections{state="idle"} 2`, `assent_redis_connections{state="used"} 3`)
	up = false
	want(t, read(t, m), "assent_redis_up 0")
}

func TestAttemptsWithoutRedisAreCounted(t *testing.T) {
	m := New()
	m.WatchRedis(Redis{Up: func() bool { return false }, Pool: func() *redis.PoolStats { return &redis.PoolStats{} }})
	m.Limited(ratelimit.Attempt{Decision: ratelimit.Decision{Allowed: true, Bucket: ratelimit.Token}, Redis: 100 * time.Millisecond, Fallback: true})
	m.Limited(ratelimit.Attempt{Decision: ratelimit.Decision{Allowed: true, Bucket: ratelimit.Token}, Fallback: true})
	want(t, read(t, m), `assent_rate_limit_fallbacks_total{bucket="MARKETING_TOKEN"} 2`, `assent_rate_limit_fallbacks_total{bucket="CAPTCHA"} 0`,
		`assent_redis_duration_seconds_bucket{le="0.05"} 0`, `assent_redis_duration_seconds_bucket{le="0.1"} 1`, "assent_redis_duration_seconds_count 1")
}
