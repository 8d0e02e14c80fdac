package ratelimit

import (
	"bufio"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// BenchmarkTake is what an admitted sign-up costs where about a dozen share a trip to Redis. How long it takes says little
// on a machine that others use, so the processor time of this process and of Redis is reported as well.
func BenchmarkTake(b *testing.B) {
	everywhere := func(n uint32) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}) }
	together := func(uint32) netip.Addr { return everywhere(1) }
	b.Run("memory", func(b *testing.B) { benchmarkTake(b, NewMemory(wideLimits(), newHashKey()), everywhere) })
	b.Run("redis", func(b *testing.B) { benchmarkTake(b, wideOnRedis(b), everywhere) })
	b.Run("redis, one address", func(b *testing.B) { benchmarkTake(b, wideOnRedis(b), together) })
}

func wideOnRedis(b *testing.B) *Limiter {
	b.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		b.Skip("TEST_REDIS_URL is not set")
	}
	client, err := OpenRedis(url, "single")
	if err != nil {
		b.Fatal(err)
	}
	return NewRedis(client, wideLimits(), newHashKey(), slog.New(slog.DiscardHandler))
}

const wide = 1_000_000_000

// wideLimits have the windows of the default and refuse nobody.
func wideLimits() Limits {
	limits := DefaultLimits()
	for _, kinds := range limits {
		for _, windows := range kinds {
			for i := range windows {
				windows[i].Count = wide
			}
		}
	}
	return limits
}

func benchmarkTake(b *testing.B, l *Limiter, address func(visitor uint32) netip.Addr) {
	defer l.Close()
	var visitors, late atomic.Uint32
	own, redis := ownTime(b), redisTime(b, l)
	b.ReportAllocs()
	b.SetParallelism(8) // times GOMAXPROCS
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := visitors.Add(1)
			d := l.Take(b.Context(), SignUp, Subject{IP: address(n), Contact: strconv.Itoa(int(n)), Site: "s"})
			if d.Limit != wide {
				late.Add(1)
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(ownTime(b)-own)/float64(b.N), "own-ns/op")
	b.ReportMetric(float64(redisTime(b, l)-redis)/float64(b.N), "redis-ns/op")
	b.ReportMetric(float64(late.Load())/float64(b.N), "late/op") // which the process had to count itself
}

// ownTime is the processor time of this process.
func ownTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// redisTime is the processor time of Redis, none where it is not used.
func redisTime(b *testing.B, l *Limiter) (total time.Duration) {
	b.Helper()
	if l.shared == nil {
		return 0
	}
	info, err := l.shared.client.Info(b.Context(), "cpu").Result()
	if err != nil {
		b.Fatal(err)
	}
	for lines := bufio.NewScanner(strings.NewReader(info)); lines.Scan(); {
		name, seconds, _ := strings.Cut(lines.Text(), ":")
		if name == "used_cpu_user" || name == "used_cpu_sys" {
			spent, err := time.ParseDuration(fmt.Sprint(seconds, "s"))
			if err != nil {
				b.Fatal(err)
			}
			total += spent
		}
	}
	return total
}
