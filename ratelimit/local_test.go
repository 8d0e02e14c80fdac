package ratelimit

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestEndedWindowsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := closing(t, NewMemory(only(KeyIP, Window{1, time.Second}), newHashKey()))
		l.Take(t.Context(), SignUp, ip("192.0.2.1"))
		<-time.After(2*cleanInterval + time.Second)
		synctest.Wait()
		if n := l.local.counters.Len(); n > 0 {
			t.Errorf("%d counters are still there", n)
		}
	})
}

func TestWhoGoesOnIsRememberedHoweverManyOthersThereAre(t *testing.T) {
	const size = 100
	l := NewMemory(only(KeyContact, Window{3, time.Hour}), newHashKey())
	l.local.close()
	l.local = newLocalStore(size)
	closing(t, l)
	admitted := 0
	for n := range 50 * size {
		l.Take(t.Context(), SignUp, Subject{Contact: fmt.Sprint(n)})
		if n%10 == 0 && l.Take(t.Context(), SignUp, Subject{Contact: "goes on"}).Allowed {
			admitted++
		}
	}
	if admitted != 3 {
		t.Errorf("admitted %d, want 3", admitted)
	}
	if n := l.local.counters.Len(); n > size {
		t.Errorf("%d counters, want at most %d", n, size)
	}
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
