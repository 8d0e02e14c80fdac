package metrics

import (
	"time"

	"assent/consent"

	"github.com/prometheus/client_golang/prometheus"
)

// messages counts what becomes of messages.
type messages struct {
	attempts *prometheus.CounterVec
	delay    *prometheus.HistogramVec
	held     *prometheus.CounterVec
}

func newMessages() messages {
	m := messages{
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
	}
	for _, reason := range []consent.HoldBack{consent.HeldCapped, consent.HeldSuppressed} {
		m.held.WithLabelValues(label(reason)) // so that it can be watched before it happens
	}
	for _, channel := range []consent.Channel{consent.Email, consent.SMS} {
		m.delay.WithLabelValues(label(channel))
		for _, outcome := range []string{"sent", "failed", "parked", "cancelled"} {
			m.attempts.WithLabelValues(label(channel), outcome)
		}
	}
	return m
}

// Delivered counts what came of an attempt, and how long after queueing.
func (m *Metrics) Delivered(ch consent.Channel, d consent.Delivery, after time.Duration) {
	outcome := label(d.Status)
	if d.Status == consent.Waiting {
		outcome = "failed"
	}
	m.messages.attempts.WithLabelValues(label(ch), outcome).Inc()
	if d.Status == consent.Sent {
		m.messages.delay.WithLabelValues(label(ch)).Observe(after.Seconds())
	}
}
