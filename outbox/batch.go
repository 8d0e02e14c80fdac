package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"assent/consent"
)

// storePause is how long a message waits when the database fails, not the message.
const storePause = 10 * time.Second

// maxReason is the longest reason kept, in bytes.
const maxReason = 200

// batch claims messages, sends them one after another and writes down what came
// of it. It returns how many there were.
func (w *Worker) batch() (int, error) {
	begun := time.Now()
	claimed, err := w.claim()
	if err != nil {
		return 0, err
	}
	var done []consent.Delivery
	flushed := begun
	for _, m := range claimed {
		done = append(done, w.handle(m, time.Since(begun) < beginWithin))
		if time.Since(flushed) > flushAfter {
			w.finish(done)
			done, flushed = nil, time.Now()
		}
	}
	w.finish(done)
	return len(claimed), nil
}

func (w *Worker) claim() ([]consent.Claimed, error) {
	limit, err := w.Brake.allow(w.ctx, batchSize)
	if err != nil || limit == 0 {
		return nil, err
	}
	claimed, err := w.Queue.Claim(w.ctx, w.Channel, limit, lease)
	w.Brake.giveBack(limit - len(claimed))
	return claimed, err
}

// handle sends one message, or gives it back when it is too late to begin.
func (w *Worker) handle(m consent.Claimed, inTime bool) consent.Delivery {
	d := consent.Delivery{Contact: m.Contact, ID: m.ID, Claim: m.Claim, Status: consent.Waiting, Reason: m.Reason}
	if !inTime || w.isStopping() {
		return d
	}
	st, err := w.Queue.State(w.ctx, m.Contact)
	if err != nil {
		w.Log.Error("a contact cannot be read", "message", m.ID, "contact", m.Contact, "error", err)
		d.Retry = storePause
		return d
	}
	if moot := m.Moot(st, time.Now(), w.Lifetime); moot != "" {
		d.Status, d.Reason = consent.Dropped, string(moot)
	} else {
		w.attempt(m, st.Contact, &d)
	}
	w.Delivered(w.Channel, d, time.Since(m.QueuedAt))
	return d
}

// attempt sends a message to the address as it is now.
func (w *Worker) attempt(m consent.Claimed, to consent.Contact, d *consent.Delivery) {
	m.Address = to.Address
	err := w.send(m.Outgoing)
	switch {
	case err == nil:
		d.Status, d.Reason = consent.Sent, ""
	case w.ctx.Err() != nil: // given up because we stop, which is not its fault
	default:
		w.failed(m, err, d)
	}
}

func (w *Worker) failed(m consent.Claimed, err error, d *consent.Delivery) {
	d.Failed, d.Reason = true, err.Error()
	d.Reason = d.Reason[:min(len(d.Reason), maxReason)]
	retry, again := retryAfter(m.Attempts+1, rand.Float64()) //nolint:gosec // spreads load, protects nothing
	if d.Retry = retry; refused(err) || !again {
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

// finish tries for as long as the claims last: what is not written down is sent
// again.
func (w *Worker) finish(done []consent.Delivery) {
	if len(done) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), lease-beginWithin-sendTimeout)
	defer cancel()
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
