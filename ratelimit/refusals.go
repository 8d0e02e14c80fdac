package ratelimit

import (
	"fmt"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// refusalMemory is how long Redis is not asked again about a client that it has refused. In a cluster a refusal
	// may be due to attempts that are just being given back, so it is not taken for the whole window.
	refusalMemory = time.Second

	maxRefusals = 100_000
)

// refusals remembers for a moment which clients Redis has refused: a flood from one client is then no flood on Redis.
type refusals struct {
	byKey *lru.Cache[string, refusal]
}

type refusal struct {
	Decision
	at time.Time
}

func newRefusals() refusals {
	byKey, err := lru.New[string, refusal](maxRefusals)
	if err != nil {
		panic(fmt.Sprintf("a place for %d refusals: %v", maxRefusals, err))
	}
	return refusals{byKey}
}

// find is the refusal of the client of these windows.
func (r refusals) find(windows []window, now time.Time) (Decision, bool) {
	for _, w := range windows {
		if !isClient(w.kind) {
			continue
		}
		known, ok := r.byKey.Peek(w.key)
		if ok && now.Sub(known.at) < min(refusalMemory, known.Reset) {
			known.Reset = wholeSeconds(known.Reset - now.Sub(known.at))
			return known.Decision, true
		}
	}
	return Decision{}, false
}

// note remembers the decision if it is about the client and no admission.
func (r refusals) note(windows []window, d Decision, now time.Time) {
	if d.Allowed || !isClient(d.Key) {
		return
	}
	i := slices.IndexFunc(windows, func(w window) bool { return w.kind == d.Key && w.rate.Period == d.Period })
	r.byKey.Add(windows[i].key, refusal{d, now})
}
