package ratelimit

import (
	"testing"
	"time"
)

func TestWaitingAsToldIsEnough(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeyIP, Window{1, time.Minute}))
		for _, offset := range []time.Duration{0, time.Millisecond, 500 * time.Millisecond, 999 * time.Millisecond} {
			p.pass(offset) // start within a second
			mustAdmit(t, l, SignUp, ip("192.0.2.1"))
			p.pass(20 * time.Second)
			refused := l.Take(t.Context(), SignUp, ip("192.0.2.1"))
			if refused.Allowed || refused.Reset > 41*time.Second || refused.Reset < 38*time.Second {
				t.Fatalf("got %+v, want a refusal for about 40 s", refused)
			}
			p.pass(refused.Reset)
			if got := l.Take(t.Context(), SignUp, ip("192.0.2.1")); !got.Allowed {
				t.Errorf("refused again after waiting %s: %+v", refused.Reset, got)
			}
			p.pass(time.Minute + time.Second)
		}
	})
}

func TestWaitingForAWholeWindowIsEnough(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeyIP, Window{1, time.Minute}))
		mustAdmit(t, l, SignUp, ip("192.0.2.1"))
		p.pass(time.Minute)
		mustAdmit(t, l, SignUp, ip("192.0.2.1"))
	})
}

func TestAWindowIsNotProlongedByRefusals(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeyIP, Window{1, time.Minute}))
		l.Take(t.Context(), SignUp, ip("192.0.2.1"))
		for range 5 {
			p.pass(10 * time.Second)
			l.Take(t.Context(), SignUp, ip("192.0.2.1"))
		}
		p.pass(11 * time.Second)
		mustAdmit(t, l, SignUp, ip("192.0.2.1"))
	})
}

// The bound that the package description states: twice the limit around an edge, and in the long run what the longest
// window admits, however cleverly a client waits.
func TestAClientThatWaitsForEveryEdgeGainsNoMoreThanTheLongerWindow(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeyIP, Window{10, time.Minute}, Window{35, time.Hour}))
		admitted := func(attempts int) (n int) {
			for range attempts {
				if l.Take(t.Context(), SignUp, ip("192.0.2.1")).Allowed {
					n++
				}
			}
			return n
		}
		first := admitted(1)
		p.pass(58 * time.Second)
		if around := admitted(30); first+around != 10 {
			t.Errorf("%d in the first minute, want 10", first+around)
		}
		p.pass(3 * time.Second)
		if got := admitted(30); got != 10 {
			t.Errorf("%d just after the edge, want 10", got)
		}
		total := 20
		for range 56 {
			p.pass(time.Minute + time.Second)
			total += admitted(12)
		}
		if total != 35 {
			t.Errorf("%d in an hour of waiting for edges, want 35", total)
		}
		p.pass(3 * time.Minute)
		mustAdmit(t, l, SignUp, ip("192.0.2.1"))
	})
}
