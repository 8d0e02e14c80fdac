package ratelimit

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAdmitsTheLimitAndRefusesTheNextAttempt(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeyIP, Window{3, time.Hour}))
		for remaining := int64(2); remaining >= 0; remaining-- {
			want := Decision{Allowed: true, Bucket: SignUp, Key: KeyIP, Limit: 3, Period: time.Hour, Remaining: remaining}
			if got := untimed(t, l.Take(t.Context(), SignUp, ip("192.0.2.1"))); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
		got := untimed(t, l.Take(t.Context(), SignUp, ip("192.0.2.1")))
		if want := (Decision{Bucket: SignUp, Key: KeyIP, Limit: 3, Period: time.Hour}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// untimed is a decision on a window of an hour that has just begun, but for the time until it ends.
func untimed(t *testing.T, d Decision) Decision {
	t.Helper()
	if d.Reset < 59*time.Minute || d.Reset > time.Hour || d.Reset%time.Second != 0 {
		t.Errorf("Reset is %s, want whole seconds and just under an hour", d.Reset)
	}
	d.Reset = 0
	return d
}

func TestAdmitsExactlyTheLimitOfSimultaneousAttempts(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeyContact, Window{20, time.Hour}))
		var admitted atomic.Int64
		var wg sync.WaitGroup
		for range 60 {
			wg.Go(func() {
				if l.Take(t.Context(), SignUp, Subject{Contact: "c"}).Allowed {
					admitted.Add(1)
				}
			})
		}
		wg.Wait()
		if admitted.Load() != 20 {
			t.Errorf("admitted %d, want 20", admitted.Load())
		}
		if !l.Healthy() {
			t.Error("counting failed under load")
		}
	})
}

func TestWhoIsCountedTogether(t *testing.T) {
	tests := []struct {
		name          string
		kind          string
		first, second Subject
		together      bool
	}{
		{"one IPv4 address", KeyIP, ip("192.0.2.1"), ip("192.0.2.1"), true},
		{"two IPv4 addresses of one network, by address", KeyIP, ip("192.0.2.1"), ip("192.0.2.2"), false},
		{"two IPv4 addresses of one network, by network", KeyNetwork, ip("192.0.2.1"), ip("192.0.2.2"), true},
		{"two IPv4 networks", KeyNetwork, ip("192.0.2.1"), ip("192.0.3.1"), false},
		{"an IPv4 address and its IPv4-mapped form", KeyIP, ip("192.0.2.1"), ip("::ffff:192.0.2.1"), true},
		{"two IPv4-mapped addresses", KeyIP, ip("::ffff:192.0.2.1"), ip("::ffff:192.0.2.2"), false},
		{"two addresses of one IPv6 subscriber", KeyIP, ip("2001:db8::1"), ip("2001:db8::ffff:2"), true},
		{"two IPv6 subscribers of one site, by address", KeyIP, ip("2001:db8:0:1::1"), ip("2001:db8:0:2::1"), false},
		{"two IPv6 subscribers of one site, by network", KeyNetwork, ip("2001:db8:0:1::1"), ip("2001:db8:0:2::1"), true},
		{"two IPv6 sites", KeyNetwork, ip("2001:db8:1::1"), ip("2001:db8:2::1"), false},
		{"an IPv6 address with and without zone", KeyIP, ip("fe80::1%eth0"), ip("fe80::1"), true},
		{"one contact from two addresses", KeyContact, Subject{IP: netip.MustParseAddr("192.0.2.1"), Contact: "a"},
			Subject{IP: netip.MustParseAddr("198.51.100.1"), Contact: "a"}, true},
		{"two contacts", KeyContact, Subject{Contact: "a"}, Subject{Contact: "b"}, false},
		{"two contacts at one site", KeySite, Subject{Contact: "a", Site: "s"}, Subject{Contact: "b", Site: "s"}, true},
		{"two sites", KeySite, Subject{Site: "s"}, Subject{Site: "t"}, false},
		{"nobody", KeyIP, Subject{}, Subject{}, false},
	}
	onEachStore(t, func(t *testing.T, p place) {
		for i, tt := range tests {
			l := p.open(only(tt.kind, Window{1, time.Hour + time.Duration(i)*time.Minute})) // a key of its own
			if !l.Take(t.Context(), SignUp, tt.first).Allowed {
				t.Errorf("%s: the first attempt was refused", tt.name)
			}
			if refused := !l.Take(t.Context(), SignUp, tt.second).Allowed; refused != tt.together {
				t.Errorf("%s: second attempt refused: %t, want %t", tt.name, refused, tt.together)
			}
		}
	})
}

func TestBucketsAndKindsDoNotShareCounts(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		one := []Window{{1, time.Hour}}
		l := p.open(Limits{SignUp: {KeyContact: one, KeySite: one}, Token: {KeyContact: one}})
		attempts := []struct {
			bucket  Bucket
			subject Subject
		}{{SignUp, Subject{Contact: "x"}}, {Token, Subject{Contact: "x"}}, {SignUp, Subject{Site: "x"}}}
		for _, a := range attempts {
			if !l.Take(t.Context(), a.bucket, a.subject).Allowed {
				t.Errorf("%s of %+v was refused", a.bucket, a.subject)
			}
		}
	})
}

func TestTheLongerWindowRefusesWhatTheShorterAdmits(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeySite, Window{5, time.Hour}, Window{2, 24 * time.Hour}))
		var last Decision
		for range 3 {
			last = l.Take(t.Context(), SignUp, Subject{Site: "s"})
		}
		if last.Allowed || last.Limit != 2 || last.Reset <= time.Hour {
			t.Errorf("got %+v, want a refusal by the window of a day", last)
		}
	})
}

func TestARefusedAttemptUsesUpNothingElse(t *testing.T) { onEachStore(t, refusedUsesUpNothing) }

func refusedUsesUpNothing(t *testing.T, p place) {
	l := p.open(Limits{SignUp: {KeyIP: {{1, time.Hour}, {2, 24 * time.Hour}}, KeySite: {{3, time.Hour}}}})
	attacker := Subject{IP: netip.MustParseAddr("192.0.2.1"), Site: "s"}
	for range 20 {
		l.Take(t.Context(), SignUp, attacker)
	}
	shopper := Subject{IP: netip.MustParseAddr("198.51.100.1"), Site: "s"}
	got := l.Take(t.Context(), SignUp, shopper)
	if !got.Allowed {
		t.Errorf("got %+v: one address used up the allowance of its site", got)
	}
	if got := l.Take(t.Context(), SignUp, attacker); got.Reset > time.Hour {
		t.Errorf("got %+v: refused attempts used up the day", got)
	}
}

func TestTheStrictestWindowIsReported(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(Limits{SignUp: {KeyIP: {{9, time.Minute}, {6, time.Hour}}, KeyNetwork: {{7, time.Hour}}}})
		got := untimed(t, l.Take(t.Context(), SignUp, ip("192.0.2.1")))
		if want := (Decision{Allowed: true, Bucket: SignUp, Key: KeyIP, Limit: 6, Period: time.Hour, Remaining: 5}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestHowBusyAnAddressOrASiteIsStaysUntoldUntilItRefuses(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(Limits{SignUp: {KeyIP: {{9, time.Hour}}, KeyContact: {{1, time.Hour}}, KeySite: {{8, time.Hour}}}})
		client := Subject{IP: netip.MustParseAddr("192.0.2.1"), Contact: "c", Site: "s"}
		if got := l.Take(t.Context(), SignUp, client); !got.Allowed || got.Key != KeyIP || got.Remaining != 8 {
			t.Errorf("got %+v, want an admission described by the client's own window", got)
		}
		if got := l.Take(t.Context(), SignUp, client); got.Allowed || got.Key != KeyContact || got.Remaining != 0 {
			t.Errorf("got %+v, want a refusal by the address", got)
		}
		if got := l.Take(t.Context(), SignUp, Subject{Site: "s"}); got != (Decision{Allowed: true, Bucket: SignUp}) {
			t.Errorf("got %+v, want nothing told", got)
		}
	})
}

func TestAClientBeyondItsLimitsLearnsNothingAboutAnAddress(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(Limits{SignUp: {KeyIP: {{1, time.Hour}}, KeyContact: {{1, day}}}})
		client := Subject{IP: netip.MustParseAddr("192.0.2.1"), Contact: "c"}
		mustAdmit(t, l, SignUp, client)
		if got := l.Take(t.Context(), SignUp, client); got.Allowed || got.Key != KeyIP {
			t.Errorf("got %+v, want to be told of the client's own window", got)
		}
	})
}

// What an attacker makes up must not fill the store, nor stand in the way of others.
func TestAFloodFromOneNetworkCountsNowhereElse(t *testing.T) { onEachStore(t, floodCountsNowhereElse) }

func floodCountsNowhereElse(t *testing.T, p place) {
	l := p.open(Limits{SignUp: {KeyNetwork: {{1, time.Hour}}, KeyContact: {{1, time.Hour}}, KeySite: {{2, time.Hour}}}})
	from := func(address, contact string) Subject {
		return Subject{IP: netip.MustParseAddr(address), Contact: contact, Site: "s"}
	}
	for n := range 50 {
		l.Take(t.Context(), SignUp, from("192.0.2.1", fmt.Sprint("made up ", n)))
	}
	mustAdmit(t, l, SignUp, from("198.51.100.1", "made up 7"))
}

// What is refused must not be taken for used up: the day of an address would be spent in a minute.
func TestACrowdOfRefusedAttemptsLeavesTheLongWindowsAlone(t *testing.T) {
	onEachStore(t, crowdLeavesLongWindowsAlone)
}

func crowdLeavesLongWindowsAlone(t *testing.T, p place) {
	l := p.open(Limits{SignUp: {
		KeyIP: {{60, time.Minute}, {600, day}}, KeyNetwork: {{240, time.Minute}, {4000, day}},
		KeyContact: {{40, day}, {10, 10 * time.Minute}}, // in any order
	}})
	var crowd sync.WaitGroup
	var admitted atomic.Int64
	for n := range 60 {
		crowd.Go(func() {
			client := Subject{IP: netip.AddrFrom4([4]byte{192, 0, 2, byte(n % 3)}), Contact: "victim"}
			for range 5 {
				if d := l.Take(t.Context(), SignUp, client); d.Allowed {
					admitted.Add(1)
				} else if d.Reset > 10*time.Minute {
					t.Errorf("got %+v, want to be told of the short window", d)
				}
			}
		})
	}
	crowd.Wait()
	if admitted.Load() > 10 {
		t.Errorf("admitted %d, want at most 10", admitted.Load())
	}
	mustAdmit(t, l, SignUp, ip("192.0.2.77")) // a neighbour
	for range 3 {
		p.pass(10*time.Minute + 3*time.Second)
		for range 10 {
			mustAdmit(t, l, SignUp, Subject{IP: netip.MustParseAddr("198.51.100.1"), Contact: "victim"})
		}
	}
}

func TestNothingIsRefusedWhenLimitsAreOff(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		limits, err := ParseLimits("off")
		if err != nil {
			t.Fatal(err)
		}
		l := p.open(limits)
		for range 2000 {
			if got := l.Take(t.Context(), SignUp, ip("192.0.2.1")); got != (Decision{Allowed: true, Bucket: SignUp}) {
				t.Fatalf("got %+v", got)
			}
		}
	})
}

func TestHangingUpIsNoWayAroundTheLimits(t *testing.T) {
	onEachStore(t, func(t *testing.T, p place) {
		l := p.open(only(KeyIP, Window{1, time.Hour}))
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		l.Take(gone, SignUp, ip("192.0.2.1"))
		if l.Take(t.Context(), SignUp, ip("192.0.2.1")).Allowed {
			t.Error("the attempt of a caller that hung up was not counted")
		}
		if !l.Healthy() {
			t.Error("a caller that hung up made the limiter unhealthy")
		}
	})
}

func TestAnHonestShopperNeverMeetsTheDefaults(t *testing.T) {
	for name, limits := range map[string]Limits{"as they are": DefaultLimits(), "halved while Redis is away": DefaultLimits().halved()} {
		t.Run(name, func(t *testing.T) {
			onEachStore(t, func(t *testing.T, p place) { honestShoppers(t, p.open(limits)) })
		})
	}
}

func honestShoppers(t *testing.T, l *Limiter) {
	shop := func(address string, person int) Subject {
		return Subject{IP: netip.MustParseAddr(address), Contact: fmt.Sprint("person ", person), Site: "s"}
	}
	for range 5 { // one person, mistyping
		mustAdmit(t, l, SignUp, shop("192.0.2.1", 0))
		mustAdmit(t, l, Preferences, shop("192.0.2.1", 0))
	}
	for colleague := range 10 { // ten at once behind the address of their office
		mustAdmit(t, l, SignUp, shop("198.51.100.1", 1+colleague))
		mustAdmit(t, l, Preferences, shop("198.51.100.1", 1+colleague))
	}
	for person := range 150 { // customers of one mail provider, unsubscribing with one click
		mustAdmit(t, l, Token, shop("203.0.113.1", person))
	}
}

func mustAdmit(t *testing.T, l *Limiter, bucket Bucket, subject Subject) {
	t.Helper()
	if got := l.Take(t.Context(), bucket, subject); !got.Allowed {
		t.Fatalf("%+v is refused: %+v", subject, got)
	}
}
