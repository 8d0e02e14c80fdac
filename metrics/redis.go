package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// Redis is what is asked about Redis whenever metrics are read.
type Redis struct {
	Up   func() bool
	Pool func() *redis.PoolStats
}

// WatchRedis shows whether rate limits are counted in Redis, and how the connections
// to it are used. It is to be called once, where there is to be one.
func (m *Metrics) WatchRedis(r Redis) {
	m.registry.MustRegister(newRedisCollector(r), m.limits.fallbacks, m.limits.redis)
}

type redisCollector struct {
	Redis
	up, connections, waits, waited, timeouts *prometheus.Desc
}

func newRedisCollector(r Redis) *redisCollector {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &redisCollector{
		Redis:       r,
		up:          describe("assent_redis_up", "1 while rate limits are counted in Redis, 0 while each process counts for itself."),
		connections: describe("assent_redis_connections", "Connections to Redis, of all nodes together: idle or used.", "state"),
		waits:       describe("assent_redis_connection_waits_total", "Times a connection had to be waited for."),
		waited:      describe("assent_redis_connection_wait_seconds_total", "Time waited for connections."),
		timeouts:    describe("assent_redis_connection_timeouts_total", "Times none was free in time."),
	}
}

// Describe implements prometheus.Collector.
func (c *redisCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.up, c.connections, c.waits, c.waited, c.timeouts} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *redisCollector) Collect(ch chan<- prometheus.Metric) {
	up, pool := 0.0, c.Pool()
	if c.Up() {
		up = 1
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	count := func(d *prometheus.Desc, v float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v)
	}
	gauge(c.up, up)
	gauge(c.connections, float64(pool.IdleConns), "idle")
	gauge(c.connections, float64(pool.TotalConns-min(pool.IdleConns, pool.TotalConns)), "used")
	count(c.waits, float64(pool.WaitCount))
	count(c.waited, time.Duration(pool.WaitDurationNs).Seconds())
	count(c.timeouts, float64(pool.Timeouts))
}
