package outbox

import (
	"sync"
	"time"
)

// While a server takes no message at all, one in a while is enough to find out
// when that is over: every attempt is a login, and servers lock accounts that
// fail at it too often.
const (
	firstRest   = time.Second
	longestRest = 5 * time.Minute
)

// outage is the memory of a server that took no message. The zero value is none.
type outage struct {
	mu       sync.Mutex
	failures int
	until    time.Time
}

// resting reports whether it is too early to try again.
func (o *outage) resting() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Now().Before(o.until)
}

// noted returns how long to rest, longer each time and up to a fifth more or
// less, as random (0 to 1) says.
func (o *outage) noted(random float64) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if time.Now().Before(o.until) {
		return time.Until(o.until) // another lane found out at the same time
	}
	rest := longestRest
	if o.failures < 9 { // 2^9 seconds are longer
		rest = min(rest, firstRest<<o.failures)
	}
	o.failures++
	rest = time.Duration(float64(rest) * (0.8 + 0.4*random))
	o.until = time.Now().Add(rest)
	return rest
}

// over is told of a message that was taken.
func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failures, o.until = 0, time.Time{}
}
