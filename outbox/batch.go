package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"assent/consent"
)

// storePause is how long a message waits when the database fails, not the message.
const storePause = 10 * time.Second

// maxReason is the longest reason kept, in bytes.
const maxReason = 200

// batch claims messages, sends them one after another and has written down what
// came of it. It returns how many there were.
func (w *Worker) batch() (int, error) {
	begun := time.Now()
	if w.outage.resting() {
		return 0, nil
	}
	limit, err := w.Brake.allow(w.ctx, batchSize)
	if err != nil || limit == 0 {
		return 0, err
	}
	claimed, err := w.Queue.Claim(w.ctx, w.Channel, limit, lease)
	w.Brake.done(limit-len(claimed), 0)
	if err != nil {
		return 0, err
	}
	results := make(chan consent.Delivery)
	var writing sync.WaitGroup
	writing.Go(func() { w.write(results) })
	for _, m := range claimed {
		results <- w.handle(m, time.Since(begun) < beginWithin)
	}
	close(results)
	writing.Wait()
	return len(claimed), nil
}

// write writes results down soon, several together when they come fast.
func (w *Worker) write(results <-chan consent.Delivery) {
	var done []consent.Delivery
	var due <-chan time.Time
	for {
		select {
		case d, open := <-results:
			if !open {
				w.finish(done)
				return
			}
			if done = append(done, d); due == nil {
				due = time.After(flushAfter)
			}
		case <-due:
			w.finish(done)
			done, due = nil, nil
		}
	}
}

// handle sends one message, or gives it back when this is no time to begin.
func (w *Worker) handle(m consent.Claimed, inTime bool) (d consent.Delivery) {
	d = consent.Delivery{Contact: m.Contact, ID: m.ID, Claim: m.Claim, Status: consent.Waiting, Reason: m.Reason}
	if !inTime || w.isStopping() || w.outage.resting() {
		return d
	}
	traced := w.trace(m)
	defer func() { traced.end(d) }()
	st, err := w.Queue.State(w.ctx, m.Contact)
	if err != nil {
		w.Log.Error("a contact cannot be read", "message", m.ID, "contact", m.Contact, "error", err)
		d.Retry = storePause
		return d
	}
	if moot := m.Moot(st, time.Now(), w.Lifetime); moot != "" {
		d.Status, d.Reason = consent.Dropped, string(moot)
	} else if m.Address = st.Contact.Address; !w.attempt(m, &d) {
		return d
	}
	w.Delivered(w.Channel, d, time.Since(m.QueuedAt))
	return d
}

// attempt sends a message to the address as it is now. It is false when it was
// given up because we stop.
func (w *Worker) attempt(m consent.Claimed, d *consent.Delivery) bool {
	err := w.send(m.Outgoing)
	if err != nil && w.ctx.Err() != nil {
		return false
	}
	if err == nil {
		w.outage.over()
		d.Status, d.Reason = consent.Sent, ""
		return true
	}
	d.Reason = strings.ToValidUTF8(err.Error()[:min(len(err.Error()), maxReason)], "")
	if unavailable(err) {
		// Not a failure of the message. Another is tried next, should it be one after all.
		d.Retry = w.outage.noted(rand.Float64()) //nolint:gosec // spreads load, protects nothing
		w.Log.Warn("nothing can be sent for now", "channel", w.Channel, "rest", d.Retry.Round(time.Millisecond), "reason", d.Reason)
		return true
	}
	w.failed(m, err, d)
	return true
}

func (w *Worker) failed(m consent.Claimed, err error, d *consent.Delivery) {
	retry, again := retryAfter(m.Attempts+1, rand.Float64()) //nolint:gosec // as above
	d.Failed, d.Retry = true, retry
	if refused(err) || !again {
		d.Status = consent.Parked
	}
	w.Log.Warn("a message was not sent", "message", m.ID, "contact", m.Contact, "kind", m.Kind, "channel", w.Channel,
		"failures", m.Attempts+1, "status", d.Status, "reason", d.Reason)
	if why := unreachable(err); why != "" {
		if err := w.Suppress(w.ctx, m.Contact, why); err != nil {
			w.Log.Error("an address that cannot be reached is not suppressed", "contact", m.Contact, "error", err)
		}
	}
}

// send writes the letter and hands it over. A panic fails one message only.
func (w *Worker) send(m consent.Outgoing) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while sending: %T", p) // its text may hold an address
		}
	}()
	ctx, cancel := context.WithTimeout(w.ctx, sendTimeout)
	defer cancel()
	letter, err := w.Composer.Compose(ctx, m)
	if err != nil {
		return err
	}
	return w.Sender.Send(ctx, letter)
}

// finish tries for as long as the claims last, or Stop waits: what is not written
// down is sent again.
func (w *Worker) finish(done []consent.Delivery) {
	if len(done) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), lease-beginWithin-sendTimeout)
	defer cancel()
	defer context.AfterFunc(w.ctx, func() { time.AfterFunc(lastFlush, cancel) })()
	defer w.Brake.done(len(done), count(done, consent.Sent))
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		err := w.Queue.Finish(ctx, done)
		if err == nil {
			return
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			w.Log.Error("messages cannot be finished and will be sent again", "channel", w.Channel, "messages", len(done), "error", err)
			return
		}
	}
}

func count(deliveries []consent.Delivery, status consent.DeliveryStatus) int {
	n := 0
	for _, d := range deliveries {
		if d.Status == status {
			n++
		}
	}
	return n
}
