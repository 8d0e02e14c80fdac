package store

import (
	"slices"
	"testing"
	"testing/synctest"
)

// recorder runs a batcher whose worker notes each batch and then waits for a
// permit.
type recorder struct {
	*batcher[int]
	batches chan []int
	permits chan struct{}
}

func newRecorder(limit int) *recorder {
	r := &recorder{batches: make(chan []int, 100), permits: make(chan struct{})}
	r.batcher = newBatcher(1, limit, func(batch []int) {
		r.batches <- slices.Clone(batch)
		<-r.permits
	})
	return r
}

func (r *recorder) want(t *testing.T, want ...int) {
	t.Helper()
	synctest.Wait()
	select {
	case got := <-r.batches:
		if !slices.Equal(got, want) {
			t.Errorf("the batch is %v, want %v", got, want)
		}
	default:
		t.Errorf("there is no batch, want %v", want)
	}
}

func (r *recorder) addAll(items ...int) {
	for _, i := range items {
		r.add(i)
	}
}

func TestWhatGathersWhileAWorkerIsBusyIsItsNextBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(10)
		r.add(1)
		r.want(t, 1)
		r.addAll(2, 3, 4)
		r.permits <- struct{}{}
		r.want(t, 2, 3, 4)
		close(r.permits)
		r.close()
	})
}

func TestABatchIsNeverLargerThanItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(2)
		r.add(1)
		r.want(t, 1)
		r.addAll(2, 3, 4, 5, 6)
		close(r.permits)
		r.want(t, 2, 3)
		r.want(t, 4, 5)
		r.want(t, 6)
		r.close()
	})
}

func TestClosingFinishesWhatIsQueuedAndRefusesMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(2)
		r.add(1)
		r.want(t, 1)
		r.addAll(2, 3, 4)
		closed := make(chan struct{})
		go func() {
			r.close()
			close(closed)
		}()
		synctest.Wait()
		if r.add(5) {
			t.Error("a closing batcher accepted an item")
		}
		close(r.permits)
		<-closed
		r.want(t, 2, 3)
		r.want(t, 4)
	})
}

func TestEveryWorkerTakesABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running, permits := make(chan int, 3), make(chan struct{})
		b := newBatcher(3, 1, func(batch []int) {
			running <- batch[0]
			<-permits
		})
		for i := range 3 {
			b.add(i)
		}
		synctest.Wait()
		if len(running) != 3 {
			t.Errorf("%d workers are busy, want 3", len(running))
		}
		close(permits)
		b.close()
	})
}
