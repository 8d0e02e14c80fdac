package ratelimit

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestTwoAddressesAreAClusterOnlyInClusterMode(t *testing.T) {
	cluster, err := OpenRedis("redis://one.example:6379?addr=two.example:6379", "cluster")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Close() })
	if _, ok := cluster.(*redis.ClusterClient); !ok {
		t.Errorf("got %T", cluster)
	}
	if _, err := OpenRedis("redis://one.example:6379?addr=two.example:6379", "single"); err == nil {
		t.Error("single mode accepts two addresses")
	}
}

func TestASilentRedisCannotHoldUpCallers(t *testing.T) {
	client, err := OpenRedis("redis://cache.example:6379/3?read_timeout=300ms", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	single, ok := client.(*redis.Client)
	if !ok {
		t.Fatalf("got %T", client)
	}
	o := single.Options()
	if o.DialTimeout != redisTimeout || o.WriteTimeout != redisTimeout || o.PoolTimeout != redisTimeout {
		t.Errorf("timeouts are %s, %s, %s", o.DialTimeout, o.WriteTimeout, o.PoolTimeout)
	}
	if o.ReadTimeout != 300*time.Millisecond {
		t.Errorf("read timeout is %s, not what the URL asks for", o.ReadTimeout)
	}
	if !o.ContextTimeoutEnabled || o.MaxRetries > 0 || o.DialerRetries != 1 {
		t.Errorf("retries: %d, %d; context observed: %t", o.MaxRetries, o.DialerRetries, o.ContextTimeoutEnabled)
	}
	if o.DB != 3 {
		t.Errorf("database is %d", o.DB)
	}
}

func TestOpenRedisErrorsKeepThePassword(t *testing.T) {
	tests := []struct{ name, url, mode string }{
		{"unreadable", "redis://:p#ssw0rd@cache.example", "single"},
		{"slash in the password", "redis://:1/ssw0rd@cache.example", "single"},
		{"no scheme", "ssw0rd@cache.example", "cluster"},
		{"no master name", "redis://:ssw0rd@cache.example", "sentinel"},
		{"unknown mode", "redis://:ssw0rd@cache.example", "ring"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := OpenRedis(tt.url, tt.mode)
			if err == nil || strings.Contains(err.Error(), "ssw0rd") {
				t.Errorf("got error %v", err)
			}
		})
	}
}
