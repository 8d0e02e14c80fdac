package outbox

import "time"

// A message that cannot be sent is tried again for three days: mail servers are
// down over a weekend, and a confirmation link is good for a week.
const (
	firstRetry  = 30 * time.Second
	longestWait = 6 * time.Hour
	maxFailures = 21
)

// retryAfter is how long to wait after so many failures, twice as long each time
// and up to a fifth more or less, as random (0 to 1) says, so that what failed
// together does not come back together. It is false when it is time to give up.
func retryAfter(failures int, random float64) (time.Duration, bool) {
	if failures >= maxFailures {
		return 0, false
	}
	wait := longestWait
	if doublings := failures - 1; doublings < 10 { // 2^10 times 30 s is longer
		wait = min(wait, firstRetry<<doublings)
	}
	return time.Duration(float64(wait) * (0.8 + 0.4*random)), true
}
