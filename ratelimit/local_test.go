package ratelimit

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ulule/limiter/v3/drivers/store/memory"
)

func TestWaitingAsToldIsEnough(t *testing.T) {
	offsets := []time.Duration{0, time.Millisecond, 500 * time.Millisecond, 999 * time.Millisecond}
	for _, offset := range offsets {
		t.Run(offset.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pass(offset) // start within a second
				l := closing(t, NewMemory(only(KeyIP, Window{1, time.Minute}), newHashKey()))
				l.Take(t.Context(), SignUp, ip("192.0.2.1"))
				pass(20 * time.Second)
				refused := l.Take(t.Context(), SignUp, ip("192.0.2.1"))
				if refused.Allowed || refused.RetryAfter > 41*time.Second {
					t.Fatalf("got %+v, want a refusal for about 40 s", refused)
				}
				pass(refused.RetryAfter)
				if got := l.Take(t.Context(), SignUp, ip("192.0.2.1")); !got.Allowed {
					t.Errorf("refused again after waiting %s: %+v", refused.RetryAfter, got)
				}
			})
		})
	}
}

func TestAWindowIsNotProlongedByRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := closing(t, NewMemory(only(KeyIP, Window{1, time.Minute}), newHashKey()))
		l.Take(t.Context(), SignUp, ip("192.0.2.1"))
		for range 5 {
			pass(10 * time.Second)
			l.Take(t.Context(), SignUp, ip("192.0.2.1"))
		}
		pass(11 * time.Second)
		if !l.Take(t.Context(), SignUp, ip("192.0.2.1")).Allowed {
			t.Error("still refused after the window has ended")
		}
	})
}

func TestEndedWindowsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := closing(t, NewMemory(only(KeyIP, Window{1, time.Second}), newHashKey()))
		l.Take(t.Context(), SignUp, ip("192.0.2.1"))
		pass(cleanInterval + time.Second)
		synctest.Wait()
		l.local.cache.Range(func(key string, _ *memory.Counter) { t.Errorf("%s is still there", key) })
	})
}

func TestAMemoryLimiterIsHealthyAndClosesTwice(t *testing.T) {
	l := NewMemory(DefaultLimits(), newHashKey())
	if !l.Healthy() {
		t.Error("not healthy")
	}
	for range 2 {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// pass lets time pass inside a synctest bubble.
func pass(d time.Duration) {
	<-time.After(d)
}
