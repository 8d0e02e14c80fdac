package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"assent/consent"

	"go.opentelemetry.io/otel/trace"
)

// How a worker works. A message is begun only while its claim lasts for longer
// than sending can take, so two workers never send the same one at a time.
const (
	lanes       = 4                      // messages sent at a time
	batchSize   = 8                      // messages claimed at a time
	lease       = 2 * time.Minute        // of a claim
	sendTimeout = time.Minute            // for one message
	beginWithin = 30 * time.Second       // of the claim
	flushAfter  = 100 * time.Millisecond // how long a result may wait for its neighbours'
	lastFlush   = 5 * time.Second        // how long a Stop out of patience waits for results to be written down
	defaultPoll = time.Second
)

// Queue is where messages wait.
type Queue interface {
	// Claim hands out messages that are due. Nobody else gets them until the lease is over.
	Claim(ctx context.Context, ch consent.Channel, limit int, lease time.Duration) ([]consent.Claimed, error)
	// Finish writes down what came of claims; it changes nothing for a claim that has been lost.
	Finish(ctx context.Context, deliveries []consent.Delivery) error
	// State reads what is known of a contact.
	State(ctx context.Context, id consent.ContactID) (consent.State, error)
}

// Options are what a worker needs.
type Options struct {
	Channel  consent.Channel
	Queue    Queue
	Composer *Composer
	Sender   Sender
	Brake    *Brake
	Poll     time.Duration // how often an idle lane looks, since a Kick may be missed; 0: every second
	Lifetime time.Duration // how long a confirmation link can be used
	// Suppress is told of addresses that must not be written to any more.
	Suppress func(ctx context.Context, id consent.ContactID, why consent.Reason) error
	// Delivered is told what came of every attempt, and how long after queueing it was.
	Delivered func(ch consent.Channel, d consent.Delivery, after time.Duration)
	Tracer    trace.Tracer // nil: no traces
	Log       *slog.Logger
}

// Worker sends the messages of one channel, at least once each: one that dies
// between handing a message over and writing that down is followed by another
// that sends the same message again, under the same Message-ID. Any number of
// workers, in any number of processes, share the work.
type Worker struct {
	Options
	outage   outage
	kick     chan struct{}
	stopping chan struct{}
	running  sync.WaitGroup
	ctx      context.Context // of everything under way; ends when Stop runs out of patience
	cancel   context.CancelFunc
}

// NewWorker returns a worker that Start sets going.
func NewWorker(o Options) *Worker {
	if o.Poll == 0 {
		o.Poll = defaultPoll
	}
	w := &Worker{Options: o, kick: make(chan struct{}, 1), stopping: make(chan struct{})}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

// Start begins to send.
func (w *Worker) Start() {
	for range lanes {
		w.running.Go(w.lane)
	}
}

// Kick says that there is something to send.
func (w *Worker) Kick() {
	select {
	case w.kick <- struct{}{}:
	default: // somebody has said so already
	}
}

// Stop finishes the messages that are being sent and gives back the others, which
// are due at once. When ctx ends first, it gives up what is under way; that will be
// sent again. Then it takes five seconds at most, whatever the queue does.
func (w *Worker) Stop(ctx context.Context) {
	close(w.stopping)
	done := make(chan struct{})
	go func() {
		w.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		w.cancel()
		<-done
	}
	w.cancel()
}

func (w *Worker) isStopping() bool {
	select {
	case <-w.stopping:
		return true
	default:
		return false
	}
}

// lane sends batch after batch and rests when there is nothing to send.
func (w *Worker) lane() {
	for !w.isStopping() {
		n, err := w.batch()
		rest := w.Poll
		switch {
		case n == batchSize:
			w.Kick() // there is more than one lane can send
			continue
		case err != nil:
			w.Log.Error("messages cannot be claimed", "channel", w.Channel, "error", err)
			rest = storePause
		}
		select {
		case <-w.stopping:
		case <-w.kick:
		case <-time.After(rest):
		}
	}
}
