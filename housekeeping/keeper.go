package housekeeping

import (
	"context"
	"iter"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// When it happens. A round that ends early, because the database does not answer, is
// made up for by the next.
const (
	firstAfter = 5 * time.Minute // a start has other things to do
	spread     = 5 * time.Minute // at random on top, since processes are started together
	every      = 6 * time.Hour
	pause      = 100 * time.Millisecond // between two steps, in which others write
)

// Sweep deletes the old rows of one table.
type Sweep struct {
	Table string
	Keep  time.Duration
	// Delete deletes what is older than keep. Each step is a short transaction, and tells how many rows it deleted.
	Delete func(ctx context.Context, keep time.Duration) iter.Seq2[int, error]
}

// Options are what a keeper needs.
type Options struct {
	Sweeps     []Sweep
	MakeMonths func(ctx context.Context) error // makes the coming months of the audit log
	Deleted    func(table string, n int)       // is told of each step that deleted something
	Log        *slog.Logger
}

// Keeper keeps house while a process serves. Any number of processes may, at once.
type Keeper struct {
	Options
	running sync.WaitGroup
	ctx     context.Context // of everything under way
	cancel  context.CancelFunc
}

// New returns a keeper that Start sets going.
func New(o Options) *Keeper {
	k := &Keeper{Options: o}
	k.ctx, k.cancel = context.WithCancel(context.Background())
	return k
}

// Start begins to keep house, after some minutes and then every few hours.
func (k *Keeper) Start() { k.running.Go(k.run) }

// Stop gives up what is under way, which changes nothing by halves, and waits for
// its end.
func (k *Keeper) Stop() {
	k.cancel()
	k.running.Wait()
}

func (k *Keeper) run() {
	for rest := firstAfter + rand.N(spread); k.rests(rest); rest = every { //nolint:gosec // nobody gains by guessing it
		k.round()
	}
}

// rests waits, and reports whether to go on.
func (k *Keeper) rests(d time.Duration) bool {
	select {
	case <-time.After(d):
		return k.ctx.Err() == nil
	case <-k.ctx.Done():
		return false
	}
}

func (k *Keeper) round() {
	k.tell("the coming months of the audit log cannot be made", k.MakeMonths(k.ctx))
	for _, s := range k.Sweeps {
		k.tell("old rows cannot be deleted", k.sweep(s), "table", s.Table)
	}
}

// tell logs an error, unless it is that of stopping.
func (k *Keeper) tell(what string, err error, about ...any) {
	if err != nil && k.ctx.Err() == nil {
		k.Log.Error(what, append(about, "error", err)...)
	}
}

// sweep goes through one table and logs what it deleted, also when it comes to an
// early end.
func (k *Keeper) sweep(s Sweep) error {
	total := 0
	defer func() {
		if total > 0 {
			k.Log.Info("old rows deleted", "table", s.Table, "rows", total, "older_than", s.Keep.String())
		}
	}()
	for n, err := range s.Delete(k.ctx, s.Keep) {
		if err != nil {
			return err
		}
		if n > 0 {
			total += n
			k.Deleted(s.Table, n)
		}
		if !k.rests(pause) {
			return nil
		}
	}
	return nil
}
