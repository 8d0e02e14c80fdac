package outbox

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// brakeReads is how often the brake looks at what was sent.
const brakeReads = time.Second

// Brake holds messages back while more were sent within an hour than may be.
// They wait in the outbox and nobody's answer changes. It counts what the outbox
// says was sent, about once a second, so several processes share it without a
// row that all of them write, at the price of being approximate.
type Brake struct {
	sent    func(ctx context.Context, within time.Duration, most int) (int, error)
	perHour int

	mu      sync.Mutex
	read    time.Time
	left    int
	braking bool
}

// NewBrake returns a brake over the count of sent messages; none with perHour 0.
func NewBrake(sent func(ctx context.Context, within time.Duration, most int) (int, error), perHour int) *Brake {
	return &Brake{sent: sent, perHour: perHour}
}

// allow tells how many of the messages wanted may be sent now.
func (b *Brake) allow(ctx context.Context, want int) (int, error) {
	if b.perHour == 0 {
		return want, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := time.Now(); now.Sub(b.read) >= brakeReads {
		n, err := b.sent(ctx, time.Hour, b.perHour)
		if err != nil {
			return 0, fmt.Errorf("reading how many messages were sent: %w", err)
		}
		b.read, b.left, b.braking = now, b.perHour-n, n >= b.perHour
	}
	allowed := max(0, min(want, b.left))
	b.left -= allowed
	return allowed, nil
}

// giveBack returns what was allowed and not used.
func (b *Brake) giveBack(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left += n
}

// Braking reports whether messages are being held back.
func (b *Brake) Braking() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.braking
}
