package metrics

import (
	"assent/ratelimit"

	"github.com/prometheus/client_golang/prometheus"
)

// limits counts what the rate limits decide.
type limits struct {
	attempts, refusals, fallbacks *prometheus.CounterVec
	redis                         prometheus.Histogram
	known                         map[ratelimit.Bucket]bucket
}

// bucket is one bucket, its series resolved once.
type bucket struct {
	attempts, fallbacks prometheus.Counter
	refusals            map[string]prometheus.Counter
}

func newLimits() limits {
	l := limits{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_rate_limit_attempts_total", Help: "What was counted against a rate limit, refused or not.",
		}, []string{"bucket"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_rate_limit_refusals_total", Help: "Attempts over a rate limit, by the kind of key that had reached it.",
		}, []string{"bucket", "key"}),
		fallbacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_rate_limit_fallbacks_total", Help: "Attempts that this process counted for itself because Redis was away.",
		}, []string{"bucket"}),
		redis: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "assent_redis_duration_seconds", Help: "Time an attempt waited for Redis, in vain or not.",
			Buckets: []float64{0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1},
		}),
		known: map[ratelimit.Bucket]bucket{},
	}
	for _, name := range ratelimit.Buckets() { // so that they can be watched before they happen
		b := bucket{l.attempts.WithLabelValues(string(name)), l.fallbacks.WithLabelValues(string(name)), map[string]prometheus.Counter{}}
		for _, key := range ratelimit.KeyKinds() {
			b.refusals[key] = l.refusals.WithLabelValues(string(name), key)
		}
		l.known[name] = b
	}
	return l
}

// Limited counts a decision of the rate limits.
func (m *Metrics) Limited(a ratelimit.Attempt) {
	b := m.limits.known[a.Bucket]
	b.attempts.Inc()
	if !a.Allowed {
		b.refusals[a.Key].Inc()
	}
	if a.Fallback {
		b.fallbacks.Inc()
	}
	if a.Redis > 0 {
		m.limits.redis.Observe(a.Redis.Seconds())
	}
}
