package ratelimit

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"slices"

	"github.com/ulule/limiter/v3"
)

// rule is one window on one kind of key of one bucket.
type rule struct {
	kind  string
	rate  limiter.Rate
	name  string // starts the key of each counter of this rule, after keyPrefix
	stage int
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
	rule
	key string
}

func (l Limits) rules() rules {
	all := rules{}
	for bucket, keys := range l {
		for _, kind := range KeyKinds() {
			byPeriod := func(a, b Window) int { return cmp.Compare(a.Period, b.Period) }
			for i, w := range slices.SortedFunc(slices.Values(keys[kind]), byPeriod) {
				all[bucket] = append(all[bucket], rule{
					kind:  kind,
					rate:  limiter.Rate{Limit: w.Count, Period: w.Period},
					name:  fmt.Sprintf("%s:%s:%d/%s:", bucket, kind, w.Count, w.Period),
					stage: stage(kind, i),
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
func (all rules) windows(bucket Bucket, subject Subject, hashKey []byte) []window {
	list := make([]window, 0, len(all[bucket]))
	mac := hmac.New(sha256.New, hashKey)
	for _, r := range all[bucket] {
		if value := subject.value(r.kind); value != "" {
			list = append(list, window{rule: r, key: keyPrefix + r.name + hidden(mac, r.name, value)})
		}
	}
	return list
}

// hidden is a keyed hash of value: whoever can read Redis must learn no address from it, and IPv4
// addresses are few enough to reverse any hash without a secret key. The name of the rule is hashed
// too, so that equal values differ from rule to rule.
func hidden(mac hash.Hash, name, value string) string {
	var buffer [128]byte
	mac.Reset()
	mac.Write(append(append(buffer[:0], name...), value...))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(buffer[:0]))
}
