package ratelimit

import (
	"slices"
	"time"
)

// counted is a window with an attempt in it. A store answers with the windows of each stage up to the first that has a
// full one.
type counted struct {
	window
	count int64
	left  time.Duration // until the window has ended
}

func (c counted) full() bool { return c.count > c.rate.Limit }

func (c counted) decision() Decision {
	return Decision{
		Allowed: !c.full(), Key: c.kind, Limit: c.rate.Limit, Period: c.rate.Period,
		Remaining: max(c.rate.Limit-c.count, 0), Reset: min(wholeSeconds(c.left), c.rate.Period),
	}
}

func anyFull(windows []counted) bool { return slices.ContainsFunc(windows, counted.full) }

// decide describes the strictest of the windows that may be told of.
func decide(windows []counted) Decision {
	strictest := Decision{Allowed: true}
	for _, c := range windows {
		d := c.decision()
		if d.Allowed && !isClient(d.Key) {
			continue
		}
		if strictest.Key == "" || d.Stricter(strictest) {
			strictest = d
		}
	}
	return strictest
}

// wholeSeconds rounds up, or a client that waits exactly as told is refused again, and to one at least.
func wholeSeconds(wait time.Duration) time.Duration {
	return max((wait + time.Second - 1).Truncate(time.Second), time.Second)
}
