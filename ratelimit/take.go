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

// take counts one attempt in every window, stage by stage, and decides on it. A
// refused attempt is given back to all of them, so that what counts is what was
// admitted.
func take(ctx context.Context, s store, windows []window) (Decision, error) {
	var all []counted
	for n := range stages {
		stage := inStage(windows, n)
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

func inStage(windows []window, n int) (stage []window) {
	for _, w := range windows {
		if w.stage == n {
			stage = append(stage, w)
		}
	}
	return stage
}

func isReached(c counted) bool { return c.Reached }

// aboutToEnd covers the way to the store and the rounding of remains.
const aboutToEnd = 2 * time.Second

// giveBack takes a refused attempt out of its windows, but for those about to end:
// it could be taken out of the next one.
func giveBack(ctx context.Context, s store, all []counted) {
	now := time.Now()
	var windows []window
	for _, c := range all {
		if c.remains(now) > aboutToEnd {
			windows = append(windows, c.window)
		}
	}
	_, _ = s.add(ctx, windows, -1) // the refusal stands even if this fails
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
	return min(wholeSeconds(time.Unix(c.Reset+1, 0).Sub(now)), c.rate.Period)
}

// wholeSeconds rounds up, to one at least.
func wholeSeconds(wait time.Duration) time.Duration {
	return max((wait + time.Second - 1).Truncate(time.Second), time.Second)
}
