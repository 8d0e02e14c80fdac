package store

import (
	"runtime"
	"sync"
)

// batcher hands whatever has gathered to one of its workers as soon as that is
// free. There is no timer: an idle store adds no delay, a busy one gets bigger
// batches instead of longer queues.
type batcher[T any] struct {
	mu      sync.Mutex
	filled  *sync.Cond
	waiting []T
	closed  bool
	workers sync.WaitGroup
}

// newBatcher starts the workers. run gets at least one and at most limit items.
func newBatcher[T any](workers, limit int, run func([]T)) *batcher[T] {
	b := &batcher[T]{}
	b.filled = sync.NewCond(&b.mu)
	for range workers {
		b.workers.Go(func() {
			for batch := b.take(limit); batch != nil; batch = b.take(limit) {
				run(batch)
			}
		})
	}
	return b
}

// add queues an item; false when the batcher is closed.
func (b *batcher[T]) add(item T) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.waiting = append(b.waiting, item)
	b.filled.Signal()
	return true
}

// isEmpty reports whether nothing waits for a worker.
func (b *batcher[T]) isEmpty() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting) == 0
}

// take waits for items; nil once closed and drained. Whoever is about to add one
// does so first: on a busy machine that makes batches bigger, on an idle one it
// costs nothing.
func (b *batcher[T]) take(limit int) []T {
	for b.await() {
		runtime.Gosched()
		if batch := b.cut(limit); len(batch) > 0 {
			return batch
		}
	}
	return nil
}

// await waits for an item; false once closed and drained.
func (b *batcher[T]) await() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.waiting) == 0 {
		if b.closed {
			return false
		}
		b.filled.Wait()
	}
	return true
}

// cut takes what waits, up to the limit; nothing when another worker was faster.
func (b *batcher[T]) cut(limit int) []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) <= limit {
		batch := b.waiting
		b.waiting = nil
		return batch
	}
	batch := b.waiting[:limit:limit]
	b.waiting = b.waiting[limit:]
	b.filled.Signal()
	return batch
}

// close lets the workers finish what is queued and waits for them.
func (b *batcher[T]) close() {
	b.mu.Lock()
	b.closed = true
	b.filled.Broadcast()
	b.mu.Unlock()
	b.workers.Wait()
}
