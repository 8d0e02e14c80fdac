package ratelimit

import (
	"log/slog"
	"testing"
	"time"
)

// A cluster cannot count in all windows of an attempt at once; its callers must not notice.
func TestAClusterGivesRefusedAttemptsBack(t *testing.T) {
	for name, spec := range map[string]func(*testing.T, place){
		"a refused attempt uses up nothing else":        refusedUsesUpNothing,
		"a flood from one network counts nowhere else":  floodCountsNowhereElse,
		"a crowd leaves the long windows alone":         crowdLeavesLongWindowsAlone,
		"but not to a window that is just about to end": notToAWindowAboutToEnd,
	} {
		t.Run(name, func(t *testing.T) { spec(t, onACluster(t)) })
	}
}

func notToAWindowAboutToEnd(t *testing.T, p place) {
	l := p.open(Limits{SignUp: {KeyIP: {{3, time.Hour}}, KeyNetwork: {{5, time.Minute}}}})
	for range 3 {
		mustAdmit(t, l, SignUp, ip("192.0.2.1"))
	}
	p.pass(time.Minute - aboutToEnd + 100*time.Millisecond)
	l.Take(t.Context(), SignUp, ip("192.0.2.1")) // refused by the hour
	if got := l.Take(t.Context(), SignUp, ip("192.0.2.2")); got.Key != KeyNetwork || got.Remaining != 0 {
		t.Errorf("got %+v, want all five of the network used", got)
	}
}

// onACluster is a place on one of a single node.
func onACluster(t *testing.T) place {
	url, key := "redis://"+newCluster(t, 1)[0].address, newHashKey()
	var opened []*Limiter
	open := func(limits Limits) *Limiter {
		client, err := OpenRedis(url, "cluster")
		if err != nil {
			t.Fatal(err)
		}
		l := closing(t, NewRedis(client, limits, key, slog.New(slog.DiscardHandler)))
		l.shared.stop()
		lookForRedis(t, l)
		opened = append(opened, l)
		return l
	}
	return place{open, func(d time.Duration) {
		age(t, url, d)
		for _, l := range opened {
			l.shared.refusals.byKey.Purge()
		}
	}}
}
