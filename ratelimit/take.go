package ratelimit

import (
	"context"
	"slices"
	"time"

	"github.com/ulule/limiter/v3"
)

// store counts windows, in the order given.
type store interface {
	add(ctx context.Context, windows []window, n int64) ([]limiter.Context, error)
}

// counted is a window after an attempt was counted in it.
type counted struct {
	window
	limiter.Context
}

// take counts one attempt in every window and decides on it. The client is
// counted first, and what it is after only if the client may go on: a flood from
// one network then neither fills the store with the addresses it makes up, nor
// stands for a moment in the way of others at its site. A refused attempt is
// given back to the windows that did not refuse it.
func take(ctx context.Context, s store, windows []window) (Decision, error) {
	target := slices.IndexFunc(windows, func(w window) bool { return !isClient(w.kind) })
	if target < 0 {
		target = len(windows)
	}
	var all []counted
	for _, stage := range [][]window{windows[:target], windows[target:]} {
		counts, err := s.add(ctx, stage, 1)
		if err != nil {
			return Decision{}, err
		}
		for i, c := range counts {
			all = append(all, counted{stage[i], c})
		}
		if slices.ContainsFunc(all, isReached) {
			giveBack(ctx, s, all)
			break
		}
	}
	return decide(all, time.Now()), nil
}

func isReached(c counted) bool { return c.Reached }

// aboutToEnd covers the way to the store and the rounding of remains.
const aboutToEnd = 2 * time.Second

// giveBack takes a refused attempt out of the windows that would have admitted
// it, but for those about to end: it could be taken out of the next one.
func giveBack(ctx context.Context, s store, all []counted) {
	now := time.Now()
	var unused []window
	for _, c := range all {
		if !c.Reached && c.remains(now) > aboutToEnd {
			unused = append(unused, c.window)
		}
	}
	_, _ = s.add(ctx, unused, -1) // the refusal stands even if this fails
}

// decide describes the strictest of the windows that may be told of.
func decide(all []counted, now time.Time) Decision {
	strictest := Decision{Allowed: true}
	for _, c := range all {
		d := c.decision(now)
		if d.Allowed && !isClient(d.Key) {
			continue
		}
		if strictest.Key == "" || d.Stricter(strictest) {
			strictest = d
		}
	}
	return strictest
}

func (c counted) decision(now time.Time) Decision {
	return Decision{
		Allowed: !c.Reached, Key: c.kind, Limit: c.Limit, Period: c.rate.Period, Remaining: c.Remaining, Reset: c.remains(now),
	}
}

// remains is rounded up, or a client that waits exactly as told is refused
// again: Reset is a Unix time whose fraction of a second ulule has cut off.
func (c counted) remains(now time.Time) time.Duration {
	wait := time.Unix(c.Reset+1, 0).Sub(now)
	wait = (wait + time.Second - 1).Truncate(time.Second)
	return min(max(wait, time.Second), c.rate.Period)
}
