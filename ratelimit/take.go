package ratelimit

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ulule/limiter/v3"
)

// store counts windows, in the order given.
type store interface {
	add(ctx context.Context, windows []window, n int64) ([]limiter.Context, error)
}

// take counts one attempt in every window and decides on it. A refused attempt
// is given back to the windows that did not refuse it.
func take(ctx context.Context, s store, windows []window) (Decision, error) {
	counts, err := s.add(ctx, windows, 1)
	if err != nil {
		return Decision{}, err
	}
	decision := decide(windows, counts, time.Now())
	if decision.Allowed {
		return decision, nil
	}
	var unused []window
	for i, count := range counts {
		if !count.Reached {
			unused = append(unused, windows[i])
		}
	}
	_, _ = s.add(ctx, unused, -1) // the refusal stands even if this fails
	return decision, nil
}

// decide describes the strictest of windows.
func decide(windows []window, counts []limiter.Context, now time.Time) Decision {
	each := make([]Decision, len(windows))
	for i, count := range counts {
		each[i] = Decision{
			Allowed: !count.Reached, Key: windows[i].kind, Limit: count.Limit, Remaining: count.Remaining,
		}
		if count.Reached {
			each[i].RetryAfter = retryAfter(count.Reset, windows[i].rate.Period, now)
		}
	}
	return slices.MinFunc(each, stricter)
}

// stricter orders refusals first, by longest wait, then by what remains.
func stricter(a, b Decision) int {
	return cmp.Or(cmp.Compare(b.RetryAfter, a.RetryAfter), cmp.Compare(a.Remaining, b.Remaining))
}

// retryAfter rounds up, or a client that waits exactly as told is refused
// again: reset is a Unix time whose fraction of a second ulule has cut off.
func retryAfter(reset int64, period time.Duration, now time.Time) time.Duration {
	wait := time.Unix(reset+1, 0).Sub(now)
	wait = (wait + time.Second - 1).Truncate(time.Second)
	return min(max(wait, time.Second), period)
}
