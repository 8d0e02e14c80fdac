package ratelimit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ulule/limiter/v3"
)

// rule is one window on one kind of key of one bucket.
type rule struct {
	kind     string
	position int // of kind in KeyKinds
	rate     limiter.Rate
	name     string // starts the key of each counter of this rule
	stage    int
	script   [3]any // what the script wants to know of it
}

// stages is in how many steps an attempt is judged: first by the shortest windows of the client,
// then by its others and the shortest ones of what it is after, then by the rest. The first step
// that refuses is told of, so a client beyond its own limits learns nothing about an address. In a
// cluster an attempt is counted in these steps: so a flood from one network neither fills the store
// with the addresses it makes up nor takes up room at its site, and what a short window refuses
// never gets near a long one, where it would be felt for a day.
const stages = 3

// stage is the step of the window of a kind with so many shorter ones.
func stage(kind string, shorter int) int {
	if isClient(kind) {
		return min(shorter, 1)
	}
	return 1 + min(shorter, 1)
}

// rules are the windows of each bucket by stage, narrowest kind of key first.
type rules map[Bucket][]rule

// window is a rule applied to one subject: one counter.
type window struct {
	*rule
	key string
}

func (l Limits) rules() rules {
	all := rules{}
	for bucket, keys := range l {
		for position, kind := range KeyKinds() {
			byPeriod := func(a, b Window) int { return cmp.Compare(a.Period, b.Period) }
			for i, w := range slices.SortedFunc(slices.Values(keys[kind]), byPeriod) {
				all[bucket] = append(all[bucket], rule{
					kind:     kind,
					position: position,
					rate:     limiter.Rate{Limit: w.Count, Period: w.Period},
					name:     fmt.Sprintf("%s%s:%s:%d/%s:", keyPrefix, bucket, kind, w.Count, w.Period),
					stage:    stage(kind, i),
					script:   [3]any{w.Count, w.Period.Milliseconds(), stage(kind, i)},
				})
			}
		}
		slices.SortStableFunc(all[bucket], func(a, b rule) int { return cmp.Compare(a.stage, b.stage) })
	}
	return all
}

// keyPrefix starts the key of each counter.
const keyPrefix = "assent:limit:"

// windows lists the counters that one attempt of subject touches.
func (all rules) windows(bucket Bucket, subject Subject, h *hasher) []window {
	list := make([]window, 0, len(all[bucket]))
	var hidden [kinds]string
	for i := range all[bucket] {
		r := &all[bucket][i]
		if hidden[r.position] == "" {
			value := subject.value(r.kind)
			if value == "" {
				continue
			}
			hidden[r.position] = h.hide(bucket, r.kind, value)
		}
		list = append(list, window{r, r.name + hidden[r.position]})
	}
	return list
}
