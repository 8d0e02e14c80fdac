package housekeeping_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"

	"testing"
	"testing/synctest"
	"time"

	"assent/housekeeping"
)

const month = 30 * 24 * time.Hour

// house notes what a keeper does.
type house struct {
	log     bytes.Buffer
	steps   []int // of each sweep
	fails   error // after the steps
	months  int
	deleted map[string]int
	at      []time.Time // of the steps
}

func (h *house) keeper() *housekeeping.Keeper {
	h.deleted = map[string]int{}
	return housekeeping.New(housekeeping.Options{
		Sweeps:     []housekeeping.Sweep{{Table: "outbox", Keep: month, Delete: h.sweep}},
		MakeMonths: func(context.Context) error { h.months++; return nil },
		Deleted:    func(table string, n int) { h.deleted[table] += n },
		Log:        slog.New(slog.NewTextHandler(&h.log, nil)),
	})
}

func (h *house) sweep(ctx context.Context, keep time.Duration) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for _, n := range h.steps {
			h.at = append(h.at, time.Now())
			if keep != month || ctx.Err() != nil || !yield(n, nil) {
				return
			}
		}
		if h.fails != nil {
			yield(0, h.fails)
		}
	}
}

func TestAKeeper(t *testing.T) {
	tests := []struct {
		name        string
		house       *house
		after       time.Duration
		wantDeleted int
		wantMonths  int
		wantLog     []string
	}{
		{"does nothing just after the start", &house{steps: []int{1}}, 4 * time.Minute, 0, 0, nil},
		{"keeps house within minutes", &house{steps: []int{500, 0, 7}}, 11 * time.Minute, 507, 1, []string{"table=outbox rows=507 older_than=720h0m0s"}},
		{"does it again after hours", &house{steps: []int{1}}, 7 * time.Hour, 2, 2, []string{"rows=1", "rows=1"}},
		{"is quiet when nothing is old", &house{steps: []int{0, 0}}, 11 * time.Minute, 0, 1, nil},
		{"tells what it deleted before it failed, and tries again", &house{steps: []int{3}, fails: errors.New("no answer")}, 7 * time.Hour, 6, 2,
			[]string{"rows=3", "cannot be deleted", "no answer", "rows=3", "cannot be deleted"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := tt.house.keeper()
				k.Start()
				<-time.After(tt.after)
				k.Stop()
				if got := tt.house.deleted["outbox"]; got != tt.wantDeleted || tt.house.months != tt.wantMonths {
					t.Errorf("%d rows are deleted and months made %d times, want %d and %d", got, tt.house.months, tt.wantDeleted, tt.wantMonths)
				}
				wantInOrder(t, tt.house.log.String(), tt.wantLog)
			})
		})
	}
}

func TestAKeeperLetsOthersWriteBetweenTwoSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{steps: []int{1, 1, 0, 0}}
		k := h.keeper()
		k.Start()
		<-time.After(11 * time.Minute)
		k.Stop()
		for i := 1; i < len(h.at); i++ {
			if h.at[i].Sub(h.at[i-1]) < 50*time.Millisecond {
				t.Errorf("step %d follows at once", i)
			}
		}
	})
}

func TestAKeeperStopsInTheMiddleAndComplainsOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waiting := make(chan struct{})
		h := &house{}
		k := h.keeper()
		k.Sweeps[0].Delete = func(ctx context.Context, _ time.Duration) iter.Seq2[int, error] {
			return func(yield func(int, error) bool) {
				close(waiting)
				<-ctx.Done() // as a statement does that takes long
				yield(0, ctx.Err())
			}
		}
		k.Start()
		<-waiting
		k.Stop()
		if log := h.log.String(); log != "" {
			t.Errorf("it logs %s", log)
		}
	})
}

func TestAKeeperThatWasNeverStartedCanBeStopped(*testing.T) { (&house{}).keeper().Stop() }

func wantInOrder(t *testing.T, log string, parts []string) {
	t.Helper()
	rest := log
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("no %q in its place in the log:\n%s", part, log)
		}
		rest = after
	}
	if len(parts) == 0 && log != "" {
		t.Errorf("it logs %s", log)
	}
}
