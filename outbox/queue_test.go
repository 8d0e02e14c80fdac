package outbox_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"assent/consent"

	"github.com/google/uuid"
)

var errStorage = errors.New("the database does not answer")

// queue is a Queue in memory that keeps the promises of the store's: see its
// conformance suite.
type queue struct {
	mu       sync.Mutex
	messages []*queued
	states   map[consent.ContactID]consent.State
	failing  func(call string) bool // nil: nothing fails
	finished chan consent.Delivery  // what was written down
}

type queued struct {
	consent.Claimed
	due  time.Time
	sent time.Time
}

func newQueue() *queue {
	return &queue{states: map[consent.ContactID]consent.State{}, finished: make(chan consent.Delivery, 1000)}
}

// add queues a welcome for somebody new.
func (q *queue) add(n byte) consent.Outgoing {
	m := outgoing(consent.WelcomeMessage)
	m.ID, m.Contact, m.QueuedAt, m.Status = numbered(n), consent.ContactID{UUID: numbered(n)}, time.Now(), consent.Waiting
	q.mu.Lock()
	defer q.mu.Unlock()
	q.messages = append(q.messages, &queued{Claimed: consent.Claimed{Outgoing: m}, due: time.Now()})
	scope := consent.Scope{Site: m.Site, Purpose: consent.Email.Purpose()}
	q.states[m.Contact] = consent.State{
		Contact:  consent.Contact{ID: m.Contact, Kind: consent.EmailContact, Address: m.Address, Version: 1},
		Consents: map[consent.Scope]consent.Consent{scope: {Status: consent.Granted}},
	}
	return m
}

func (q *queue) fails(call string) bool { return q.failing != nil && q.failing(call) }

func (q *queue) Claim(_ context.Context, _ consent.Channel, limit int, lease time.Duration) ([]consent.Claimed, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fails("Claim") {
		return nil, errStorage
	}
	slices.SortStableFunc(q.messages, func(a, b *queued) int { return a.due.Compare(b.due) })
	var claimed []consent.Claimed
	for _, m := range q.messages {
		if m.Status == consent.Waiting && !m.due.After(time.Now()) && len(claimed) < limit {
			m.Claim++
			m.due = time.Now().Add(lease)
			claimed = append(claimed, m.Claimed)
		}
	}
	return claimed, nil
}

func (q *queue) Finish(_ context.Context, deliveries []consent.Delivery) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fails("Finish") {
		return errStorage
	}
	for _, d := range deliveries {
		if m := q.message(d.ID); m.Claim == d.Claim {
			m.Status, m.Reason, m.due = d.Status, d.Reason, time.Now().Add(d.Retry)
			if d.Failed {
				m.Attempts++
			}
			if d.Status == consent.Sent {
				m.sent = time.Now()
			}
			select {
			case q.finished <- d:
			default: // nobody is waiting for so many
			}
		}
	}
	return nil
}

func (q *queue) message(id uuid.UUID) *queued {
	return q.messages[slices.IndexFunc(q.messages, func(m *queued) bool { return m.ID == id })]
}

func (q *queue) State(_ context.Context, id consent.ContactID) (consent.State, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.fails("State") {
		return consent.State{}, errStorage
	}
	return q.states[id], nil
}

func (q *queue) Sent(_ context.Context, within time.Duration, most int) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, m := range q.messages {
		if m.Status == consent.Sent && time.Since(m.sent) < within {
			n++
		}
	}
	return min(n, most), nil
}

// statuses counts the messages by status.
func (q *queue) statuses() map[consent.DeliveryStatus]int {
	q.mu.Lock()
	defer q.mu.Unlock()
	counts := map[consent.DeliveryStatus]int{}
	for _, m := range q.messages {
		counts[m.Status]++
	}
	return counts
}

// provider is a Sender that notes what it is given.
type provider struct {
	mu      sync.Mutex
	letters []string                                                // ids, in the order they came
	answer  func(ctx context.Context, attempt int, id string) error // nil: everything is taken
}

func (p *provider) Send(ctx context.Context, id string) error {
	p.mu.Lock()
	p.letters = append(p.letters, id)
	attempt := len(p.letters)
	p.mu.Unlock()
	if p.answer == nil {
		return nil
	}
	return p.answer(ctx, attempt, id)
}

// attempts tells how often anything was handed over.
func (p *provider) attempts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.letters)
}

// times tells how often each letter was handed over, sorted.
func (p *provider) times() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	counts := map[string]int{}
	for _, id := range p.letters {
		counts[id]++
	}
	var times []int
	for _, n := range counts {
		times = append(times, n)
	}
	slices.SortFunc(times, cmp.Compare[int])
	return times
}

// refusal is an answer of a provider.
type refusal struct{ permanent, nobody, stopped, closed bool }

func (refusal) Error() string           { return "550 5.1.1" }
func (r refusal) Permanent() bool       { return r.permanent }
func (r refusal) NoSuchRecipient() bool { return r.nobody }
func (r refusal) Unavailable() bool     { return r.closed }
func (r refusal) OptedOut() bool        { return r.stopped }
