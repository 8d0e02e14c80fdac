package metrics

import (
	"database/sql"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Store counts what the store does. It implements store.Observer.
type Store struct {
	wait, changes, took, write, readers prometheus.Histogram
	retried, split, failed              prometheus.Counter
	troubles                            *prometheus.CounterVec
}

func newStore() *Store {
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	}
	shared := prometheus.ExponentialBuckets(1, 2, 9) // 1 … 256, which is as many as may share
	s := &Store{
		wait:    histogram("assent_store_change_wait_seconds", "Time a change waited for a transaction to begin.", latencies()),
		changes: histogram("assent_store_transaction_changes", "Changes that shared a committed transaction.", shared),
		took:    histogram("assent_store_transaction_duration_seconds", "Time of a batch that was committed: load, decide, write and commit.", latencies()),
		write:   histogram("assent_store_write_duration_seconds", "Time to write and commit alone.", latencies()),
		readers: histogram("assent_store_query_callers", "Callers that shared a query for accounts.", shared),
		troubles: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_store_batch_troubles_total",
			Help: "Transactions repeated (retried), batches repeated in parts (split), batches or parts given up (failed).",
		}, []string{"outcome"}),
	}
	s.retried, s.split, s.failed = s.troubles.WithLabelValues("retried"), s.troubles.WithLabelValues("split"), s.troubles.WithLabelValues("failed")
	return s
}

func (s *Store) collectors() []prometheus.Collector {
	return []prometheus.Collector{s.wait, s.changes, s.took, s.write, s.readers, s.troubles}
}

// Store is what the store is to tell.
func (m *Metrics) Store() *Store { return m.store }

// Waited implements store.Observer.
func (s *Store) Waited(d time.Duration) { s.wait.Observe(d.Seconds()) }

// Committed implements store.Observer.
func (s *Store) Committed(changes int, took, write time.Duration) {
	s.changes.Observe(float64(changes))
	s.took.Observe(took.Seconds())
	s.write.Observe(write.Seconds())
}

// Retried implements store.Observer.
func (s *Store) Retried() { s.retried.Inc() }

// Split implements store.Observer.
func (s *Store) Split() { s.split.Inc() }

// Failed implements store.Observer.
func (s *Store) Failed() { s.failed.Inc() }

// Read implements store.Observer.
func (s *Store) Read(callers int) { s.readers.Observe(float64(callers)) }

// WatchDatabase shows how the connections of pools are used. It is to be called once.
func (m *Metrics) WatchDatabase(pools map[string]*sql.DB) {
	for name, pool := range pools {
		m.registry.MustRegister(collectors.NewDBStatsCollector(pool, name))
	}
}
