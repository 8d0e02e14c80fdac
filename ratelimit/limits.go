package ratelimit

import "time"

// Window admits Count attempts in each Period.
type Window struct {
	Count  int64         // 1 to 1,000,000,000
	Period time.Duration // whole seconds, 1 s to 31 days
}

// Limits holds, for each bucket and kind of key, the windows stacked on it.
// What has no windows is not limited.
type Limits map[Bucket]map[string][]Window

const day = 24 * time.Hour

// DefaultLimits returns the limits documented in the package description.
func DefaultLimits() Limits {
	return Limits{
		SignUp: {
			KeyIP:      {{60, time.Minute}, {600, day}},
			KeyNetwork: {{240, time.Minute}, {4000, day}},
			KeyContact: {{10, 10 * time.Minute}, {40, day}},
			KeySite:    {{600, time.Minute}},
		},
		Preferences: {
			KeyIP:      {{120, time.Minute}, {1200, day}},
			KeyNetwork: {{480, time.Minute}, {8000, day}},
			KeyContact: {{20, 10 * time.Minute}, {100, day}},
			KeySite:    {{3000, time.Minute}},
		},
		Token: {
			KeyIP:      {{300, time.Minute}},
			KeyNetwork: {{1200, time.Minute}},
			KeyContact: {{30, 10 * time.Minute}, {200, day}},
		},
		PublicList: {
			KeyIP:      {{600, time.Minute}},
			KeyNetwork: {{2400, time.Minute}},
		},
		Captcha: {
			KeyIP:      {{10, time.Minute}, {100, day}},
			KeyNetwork: {{40, time.Minute}, {400, day}},
			KeySite:    {{600, time.Minute}},
		},
	}
}

// halved are the limits of one process while the processes cannot count
// together. There are two or more, or they would not share; so in the simplest
// case nobody gains anything, and a single attacker never does.
func (l Limits) halved() Limits {
	half := Limits{}
	for bucket, keys := range l {
		half[bucket] = map[string][]Window{}
		for kind, windows := range keys {
			for _, w := range windows {
				half[bucket][kind] = append(half[bucket][kind], Window{(w.Count + 1) / 2, w.Period})
			}
		}
	}
	return half
}
