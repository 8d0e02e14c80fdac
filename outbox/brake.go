package outbox

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	brakeReads   = time.Second // how often the brake looks at what was sent
	brakeTimeout = time.Second // how long it waits for the answer
)

// CountSent counts the messages sent within a period, up to most.
type CountSent func(ctx context.Context, within time.Duration, most int) (int, error)

// Brake holds messages back while as many were sent within an hour as may be.
// They wait in the outbox and nobody's answer changes. It counts what the outbox
// says was sent, about once a second, so several processes share it without a
// row that all of them write, at the price of being approximate.
type Brake struct {
	count   CountSent
	perHour int
	braking atomic.Bool

	mu       sync.Mutex
	read     time.Time
	sent     int // as read, and what this process has finished since
	since    int // finished since the reading began: it may have missed them
	underWay int // in this process
}

// NewBrake returns a brake over the count of sent messages; none with perHour 0.
func NewBrake(count CountSent, perHour int) *Brake {
	return &Brake{count: count, perHour: perHour, sent: perHour} // until it is read
}

// allow tells how many of the messages wanted may be sent now. They count until
// they are given to done.
func (b *Brake) allow(ctx context.Context, want int) (int, error) {
	if b.perHour == 0 {
		return want, nil
	}
	if err := b.refresh(ctx); err != nil {
		return 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	allowed := max(0, min(want, b.perHour-b.sent-b.underWay))
	b.underWay += allowed
	return allowed, nil
}

// refresh reads the count when it is old. Nobody waits for the database but the
// one who asks it.
func (b *Brake) refresh(ctx context.Context) error {
	if !b.isOld() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, brakeTimeout)
	defer cancel()
	n, err := b.count(ctx, time.Hour, b.perHour)
	if err != nil {
		n = b.perHour // send nothing that cannot be counted
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = n + b.since
	if err != nil {
		return fmt.Errorf("reading how many messages were sent: %w", err)
	}
	b.braking.Store(n >= b.perHour)
	return nil
}

// isOld is true for one caller only, until the count is old again.
func (b *Brake) isOld() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if now.Sub(b.read) < brakeReads {
		return false
	}
	b.read, b.since = now, 0
	return true
}

// done returns what was allowed, of which so many were sent.
func (b *Brake) done(allowed, sent int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.underWay -= allowed
	b.sent += sent
	b.since += sent
}

// Braking reports whether messages are being held back.
func (b *Brake) Braking() bool { return b.braking.Load() }
