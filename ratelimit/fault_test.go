package ratelimit

import (
	"fmt"
	"net"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// What a failure of Redis may cost a caller, from the specification: until the breaker opens, and after.
const (
	costOfNoticing = 120 * time.Millisecond
	costWhileAway  = 2 * time.Millisecond
)

// outage is a Redis behind a wire and a limiter that uses it.
type outage struct {
	*server
	*wire
	limiter *Limiter
	log     *logBuffer
}

func newOutage(t *testing.T, limits Limits) *outage {
	t.Helper()
	o := &outage{server: newRedis(t), log: &logBuffer{}}
	o.wire = newWire(t, o.server.address)
	client, err := OpenRedis("redis://"+o.wire.address, "single")
	if err != nil {
		t.Fatal(err)
	}
	o.limiter = closing(t, NewRedis(client, limits, newHashKey(), o.log.logger()))
	o.limiter.shared.stop() // these tests call check themselves
	o.returns(t)
	return o
}

// returns waits until the limiter has noticed that Redis is there.
func (o *outage) returns(t *testing.T) {
	t.Helper()
	eventually(t, func() error { return o.limiter.shared.check(t.Context()) })
}

func (o *outage) take(t *testing.T, address string) Decision {
	return o.limiter.Take(t.Context(), SignUp, ip(address))
}

// maxRounds is how often an outage is staged. A busy machine only ever adds to what is measured, so the best round counts.
const maxRounds = 10

func cheap(noticing, away []time.Duration) bool {
	return slices.Min(noticing) <= costOfNoticing && slices.Min(away) <= costWhileAway
}

func TestRedisGoingAway(t *testing.T) {
	tests := []struct {
		name         string
		strike, mend func(*testing.T, *outage)
	}{
		{"refused", func(_ *testing.T, o *outage) { o.cut() }, nil},
		{"hanging, on the network", func(_ *testing.T, o *outage) { o.hang() }, nil},
		{"hanging, the process itself", func(t *testing.T, o *outage) { o.signal(t, syscall.SIGSTOP) },
			func(t *testing.T, o *outage) { o.signal(t, syscall.SIGCONT) }},
		{"slow", func(_ *testing.T, o *outage) { o.slow(60 * time.Millisecond) }, nil},
		{"read-only", func(t *testing.T, o *outage) { o.do(t, "REPLICAOF", "127.0.0.1", "1") },
			func(t *testing.T, o *outage) { o.do(t, "REPLICAOF", "NO", "ONE") }},
		{"full", func(t *testing.T, o *outage) { o.do(t, "CONFIG", "SET", "maxmemory", "1") },
			func(t *testing.T, o *outage) { o.do(t, "CONFIG", "SET", "maxmemory", "0") }},
		{"restarted", func(_ *testing.T, o *outage) { o.stop() }, func(t *testing.T, o *outage) { o.start(t) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOutage(t, only(KeyIP, Window{4, time.Hour}))
			var noticing, away []time.Duration
			rounds := 0
			for ; rounds < 2 || rounds < maxRounds && !cheap(noticing, away); rounds++ {
				o.take(t, "192.0.2.1")
				tt.strike(t, o)
				first, after := o.countsByItself(t, fmt.Sprintf("198.51.100.%d", rounds))
				noticing, away = append(noticing, first), append(away, after)
				if tt.mend != nil {
					tt.mend(t, o)
				}
				o.wire.mend(t)
				o.returns(t)
			}
			t.Logf("noticing took %v, each attempt while away %v", noticing, away)
			if !cheap(noticing, away) {
				t.Errorf("want at most %s and %s in one of %d rounds", costOfNoticing, costWhileAway, rounds)
			}
			if got := o.take(t, "192.0.2.1"); !got.Allowed || got.Limit != 4 {
				t.Errorf("got %+v, want an attempt counted by Redis", got)
			}
			if lost, back := o.log.count("Redis fails"), o.log.count("counted in Redis"); lost != rounds || back != rounds+1 {
				t.Errorf("%d outages are logged %d times, their end and the start %d times", rounds, lost, back)
			}
		})
	}
}

// countsByItself wants half the limit to be admitted, and tells how long attempts took that noticed the outage, at most,
// and those after.
func (o *outage) countsByItself(t *testing.T, address string) (noticing, others time.Duration) {
	t.Helper()
	admitted := 0
	timed := func() time.Duration {
		start := time.Now()
		if o.take(t, address).Allowed {
			admitted++
		}
		return time.Since(start)
	}
	for range maxFailures {
		noticing = max(noticing, timed())
	}
	const attempts = 99
	var times []time.Duration
	for range attempts {
		times = append(times, timed())
	}
	if admitted != 2 {
		t.Errorf("admitted %d without Redis, want 2", admitted)
	}
	if o.limiter.Healthy() || o.limiter.shared.check(t.Context()) == nil {
		t.Error("the outage is not noticed, or thought to be over")
	}
	slices.Sort(times)
	return noticing, times[attempts/2]
}

func TestCallersInACrowdWaitNoLongerThanOne(t *testing.T) {
	o := newOutage(t, only(KeyIP, Window{1, time.Hour}))
	var slowest []time.Duration
	for len(slowest) == 0 || len(slowest) < maxRounds && slices.Min(slowest) > costOfNoticing {
		o.hang()
		var crowd sync.WaitGroup
		times := make([]time.Duration, 100)
		for n := range times {
			crowd.Go(func() {
				start := time.Now()
				o.take(t, fmt.Sprintf("198.51.100.%d", n))
				times[n] = time.Since(start)
			})
		}
		crowd.Wait()
		slowest = append(slowest, slices.Max(times))
		o.wire.mend(t)
		o.returns(t)
	}
	if best := slices.Min(slowest); best > costOfNoticing {
		t.Errorf("noticing cost a caller %v, want at most %s", slowest, costOfNoticing)
	}
}

// On a busy machine a healthy Redis can be late once.
func TestASingleFailureIsNoOutage(t *testing.T) {
	o := newOutage(t, only(KeyIP, Window{2, time.Hour}))
	for range 2 * maxFailures {
		o.cut()
		if got := o.take(t, "198.51.100.1"); got.Limit != 1 {
			t.Errorf("got %+v, want an attempt counted by the process", got)
		}
		o.wire.mend(t)
		if got := o.take(t, "192.0.2.1"); got.Limit != 2 || !o.limiter.Healthy() {
			t.Errorf("got %+v, want an attempt counted by Redis", got)
		}
		o.limiter.shared.refusals.byKey.Purge()
	}
	if n := o.log.count("Redis fails"); n > 0 {
		t.Errorf("%d outages are logged", n)
	}
}

func TestAFloodFromOneClientIsNoFloodOnRedis(t *testing.T) {
	l := openOnRedis(t, redisURL(t), only(KeyIP, Window{1, time.Hour}), newHashKey())
	l.shared.stop() // its check would be counted too
	var counter tripCounter
	l.shared.client.AddHook(&counter)
	for range 1000 {
		l.Take(t.Context(), SignUp, ip("192.0.2.1"))
	}
	if got := counter.trips.Load(); got > 50 {
		t.Errorf("1000 attempts took %d round trips", got)
	}
	if got := l.Take(t.Context(), SignUp, ip("192.0.2.1")); got.Allowed || got.Key != KeyIP || got.Reset < 59*time.Minute {
		t.Errorf("got %+v, want the refusal of Redis", got)
	}
}

func TestARedisThatForgetsEverythingIsGoneOnWith(t *testing.T) {
	o := newOutage(t, only(KeyIP, Window{1, time.Hour}))
	o.take(t, "192.0.2.1")
	o.do(t, "FLUSHALL")
	o.do(t, "SCRIPT", "FLUSH")
	if got := o.take(t, "192.0.2.1"); !got.Allowed {
		t.Errorf("got %+v, want a fresh count", got)
	}
	if got := o.take(t, "192.0.2.1"); got.Allowed || !o.limiter.Healthy() || o.log.count("Redis fails") > 0 {
		t.Errorf("got %+v, want a refusal by Redis", got)
	}
}

func TestARedisThatIsSlowButInTimeIsGoneOnWith(t *testing.T) {
	o := newOutage(t, only(KeyIP, Window{1, time.Hour}))
	o.slow(5 * time.Millisecond)
	o.take(t, "192.0.2.1")
	if got := o.take(t, "192.0.2.1"); got.Allowed || got.Limit != 1 || !o.limiter.Healthy() {
		t.Errorf("got %+v, want a refusal by Redis", got)
	}
}

// Or a Redis that is just in time for the check and just too late for an attempt would come and go every second.
func TestARedisThatWasAwayMustBeQuickToBeUsedAgain(t *testing.T) {
	o := newOutage(t, only(KeyIP, Window{1, time.Hour}))
	o.cut()
	for range maxFailures {
		o.take(t, "192.0.2.1")
	}
	o.wire.mend(t)
	o.slow(20 * time.Millisecond)
	if o.limiter.shared.check(t.Context()) == nil {
		t.Error("it is used again though it takes 40 ms to answer")
	}
	o.wire.mend(t)
	o.returns(t)
}

func TestRedisIsFoundAgainInTheBackground(t *testing.T) {
	o := newOutage(t, only(KeyIP, Window{1, time.Hour}))
	l := closing(t, NewRedis(o.limiter.shared.client, only(KeyIP, Window{1, time.Hour}), newHashKey(), o.log.logger()))
	o.cut()
	eventually(t, func() error { return want(!l.Healthy(), "the outage is not noticed without any caller") })
	o.wire.mend(t)
	eventually(t, func() error { return want(l.Healthy(), "the return is not noticed without any caller") })
	l.shared.stop()
	l.shared = nil // the client is the other limiter's
}

func want(condition bool, complaint string) error {
	if condition {
		return nil
	}
	return fmt.Errorf("%s", complaint)
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
	l := closing(t, NewRedis(client, only(KeyIP, Window{1, time.Hour}), newHashKey(), log.logger()))
	l.shared.stop()
	t.Logf("starting took %s", time.Since(start))
	first, second := l.Take(t.Context(), SignUp, ip("192.0.2.1")), l.Take(t.Context(), SignUp, ip("192.0.2.1"))
	if !first.Allowed || second.Allowed || l.Healthy() {
		t.Errorf("got %+v, %+v, healthy %t; want counting in this process, not healthy", first, second, l.Healthy())
	}
	if n := log.count(""); n != 1 {
		t.Errorf("want one line of log, got %d:\n%s", n, log.buf.String())
	}
}

func TestAnObserverIsToldWhetherRedisCounted(t *testing.T) {
	o := newOutage(t, only(KeyIP, Window{4, time.Hour}))
	var told []Attempt
	o.limiter.Observe(func(a Attempt) { told = append(told, a) })
	o.take(t, "192.0.2.1")
	o.cut()
	for o.limiter.Healthy() {
		o.take(t, "192.0.2.1")
	}
	o.take(t, "192.0.2.1")
	counted, noticed, away := told[0], told[1], told[len(told)-1]
	if counted.Fallback || counted.Redis <= 0 || counted.Bucket != SignUp {
		t.Errorf("of an attempt counted in Redis it is told %+v", counted)
	}
	if !noticed.Fallback || noticed.Redis <= 0 {
		t.Errorf("of one that Redis did not answer it is told %+v", noticed)
	}
	if !away.Fallback || away.Redis != 0 {
		t.Errorf("of one while Redis is away it is told %+v", away)
	}
	if pool := o.limiter.Pool(); pool == nil {
		t.Error("nothing tells of the connections")
	}
}

func TestCountingInMemoryIsNoFallback(t *testing.T) {
	l := closing(t, NewMemory(only(KeyIP, Window{1, time.Hour}), newHashKey()))
	var told Attempt
	l.Observe(func(a Attempt) { told = a })
	l.Take(t.Context(), SignUp, ip("192.0.2.1"))
	if told.Fallback || told.Redis != 0 || !told.Allowed || l.Pool() != nil {
		t.Errorf("told %+v", told)
	}
}
