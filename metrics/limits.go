package metrics

import (
	"assent/ratelimit"

	"github.com/prometheus/client_golang/prometheus"
)

// limits counts what the rate limits decide.
type limits struct{ attempts, refusals *prometheus.CounterVec }

func newLimits() limits {
	l := limits{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_rate_limit_attempts_total", Help: "What was counted against a rate limit, refused or not.",
		}, []string{"bucket"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_rate_limit_refusals_total", Help: "Attempts over a rate limit, by the kind of key that had reached it.",
		}, []string{"bucket", "key"}),
	}
	for _, bucket := range ratelimit.Buckets() { // so that they can be watched before they happen
		l.attempts.WithLabelValues(string(bucket))
		for _, key := range ratelimit.KeyKinds() {
			l.refusals.WithLabelValues(string(bucket), key)
		}
	}
	return l
}

// Limited counts a decision of the rate limits.
func (m *Metrics) Limited(d ratelimit.Decision) {
	m.limits.attempts.WithLabelValues(string(d.Bucket)).Inc()
	if !d.Allowed {
		m.limits.refusals.WithLabelValues(string(d.Bucket), d.Key).Inc()
	}
}

// WatchRedis shows whether rate limits are counted in Redis. It is to be called
// once, where there is to be one.
func (m *Metrics) WatchRedis(up func() bool) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "assent_redis_up", Help: "1 while rate limits are counted in Redis, 0 while each process counts for itself.",
	}, func() float64 {
		if up() {
			return 1
		}
		return 0
	}))
}
