package metrics

import (
	"log/slog"
	"strings"
	"testing"

	"assent/ratelimit"
)

func TestRefusalsAreCountedByBucketAndKeyFromTheStart(t *testing.T) {
	m := New(outbox(nil, nil), slog.New(slog.DiscardHandler))
	want(t, read(t, m), `assent_rate_limit_attempts_total{bucket="MARKETING_TOKEN"} 0`,
		`assent_rate_limit_refusals_total{bucket="MARKETING_TOKEN",key="network"} 0`)
	m.Limited(ratelimit.Decision{Allowed: true, Bucket: ratelimit.SignUp, Key: ratelimit.KeyIP})
	m.Limited(ratelimit.Decision{Bucket: ratelimit.SignUp, Key: ratelimit.KeyContact})
	want(t, read(t, m), `assent_rate_limit_attempts_total{bucket="MARKETING_MATERIAL_SIGN_UP"} 2`,
		`assent_rate_limit_refusals_total{bucket="MARKETING_MATERIAL_SIGN_UP",key="contact"} 1`,
		`assent_rate_limit_refusals_total{bucket="MARKETING_MATERIAL_SIGN_UP",key="ip"} 0`)
}

func TestRedisIsShownOnlyWhereThereIsToBeOne(t *testing.T) {
	m := New(outbox(nil, nil), slog.New(slog.DiscardHandler))
	if strings.Contains(read(t, m), "assent_redis_up") {
		t.Error("it is shown without Redis")
	}
	up := true
	m.WatchRedis(func() bool { return up })
	want(t, read(t, m), "assent_redis_up 1")
	up = false
	want(t, read(t, m), "assent_redis_up 0")
}
