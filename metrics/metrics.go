package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"assent/consent"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics holds every metric of one process.
type Metrics struct {
	registry *prometheus.Registry
	attempts *prometheus.CounterVec
	delay    *prometheus.HistogramVec
	held     *prometheus.CounterVec
	refused  *prometheus.CounterVec
	shed     prometheus.Counter
	deleted  *prometheus.CounterVec
	limits   limits
}

// Outbox is what is asked about the outbox whenever metrics are read.
type Outbox struct {
	Backlog func(ctx context.Context) ([]consent.Backlog, error)
	Braking func() bool
}

// New returns the metrics of a process that shares the outbox.
func New(o Outbox, log *slog.Logger) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_message_attempts_total",
			Help: "What came of messages taken from the outbox: sent, failed (will be tried again), parked (given up), cancelled (moot).",
		}, []string{"channel", "outcome"}),
		delay: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "assent_message_delay_seconds",
			Help:    "Time from queueing a message to handing it over.",
			Buckets: []float64{0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 43200, 259200},
		}, []string{"channel"}),
		held: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_messages_held_back_total",
			Help: "Messages that a request asked for and that were not queued: the address is suppressed, or has had enough (capped).",
		}, []string{"reason"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_form_refusals_total",
			Help: "Forms of the sign-up page not carried out: sent by a program (honeypot), sooner than a person could (too_fast), or not as the page is now (stale).",
		}, []string{"reason"}),
		shed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "assent_requests_shed_total",
			Help: "Requests answered 503 because as many as MAX_REQUESTS allows were being carried out.",
		}),
		deleted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_retention_deleted_total",
			Help: "Rows deleted because they were older than OUTBOX_RETENTION or EVIDENCE_RETENTION.",
		}, []string{"table"}),
		limits: newLimits(),
	}
	m.registry.MustRegister(m.attempts, m.delay, m.held, m.refused, m.shed, m.deleted, m.limits.attempts, m.limits.refusals, newOutboxCollector(o, log),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, reason := range []consent.HoldBack{consent.HeldCapped, consent.HeldSuppressed} {
		m.held.WithLabelValues(label(reason)) // so that it can be watched before it happens
	}
	for _, reason := range []string{"honeypot", "too_fast", "stale"} {
		m.refused.WithLabelValues(reason)
	}
	for _, table := range []string{"outbox", "evidence"} {
		m.deleted.WithLabelValues(table)
	}
	for _, channel := range []consent.Channel{consent.Email, consent.SMS} {
		for _, outcome := range []string{"sent", "failed", "parked", "cancelled"} {
			m.attempts.WithLabelValues(label(channel), outcome)
		}
	}
	return m
}

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// Committed counts what a change held back.
func (m *Metrics) Committed(ch consent.Change) {
	if ch.Held != "" {
		m.held.WithLabelValues(label(ch.Held)).Inc()
	}
}

// FormRefused counts a form of the sign-up page that was not carried out: honeypot,
// too_fast or stale.
func (m *Metrics) FormRefused(reason string) { m.refused.WithLabelValues(reason).Inc() }

// Deleted counts rows deleted because they were old.
func (m *Metrics) Deleted(table string, n int) { m.deleted.WithLabelValues(table).Add(float64(n)) }

// Shed counts a request for which there was no place.
func (m *Metrics) Shed() { m.shed.Inc() }

// Delivered counts what came of an attempt, and how long after queueing.
func (m *Metrics) Delivered(ch consent.Channel, d consent.Delivery, after time.Duration) {
	outcome := label(d.Status)
	if d.Status == consent.Waiting {
		outcome = "failed"
	}
	m.attempts.WithLabelValues(label(ch), outcome).Inc()
	if d.Status == consent.Sent {
		m.delay.WithLabelValues(label(ch)).Observe(after.Seconds())
	}
}
