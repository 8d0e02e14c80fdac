package metrics

import (
	"net/http"

	"assent/consent"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics holds every metric of one process.
type Metrics struct {
	registry *prometheus.Registry
	graphQL  *GraphQL
	requests *requests
	records  records
	store    *Store
	messages messages
	refused  *prometheus.CounterVec
	shed     prometheus.Counter
	deleted  *prometheus.CounterVec
	limits   limits
}

// New returns the metrics that a process has whatever its settings are.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		graphQL:  newGraphQL(),
		requests: newRequests(),
		records:  newRecords(),
		store:    newStore(),
		messages: newMessages(),
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
	for _, table := range []string{"outbox", "evidence"} {
		m.deleted.WithLabelValues(table) // so that it can be watched before it happens
	}
	for _, reason := range []string{"honeypot", "too_fast", "stale"} {
		m.refused.WithLabelValues(reason)
	}
	m.registry.MustRegister(m.graphQL.answers, m.graphQL.took, m.requests.total, m.requests.took, m.records.total,
		m.messages.attempts, m.messages.delay, m.messages.held, m.refused, m.shed, m.deleted, m.limits.attempts, m.limits.refusals,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(m.store.collectors()...)
	return m
}

// WatchBuild shows which release runs, and the newest change of the schema it
// knows. It is to be called once.
func (m *Metrics) WatchBuild(version, schema string) {
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "assent_build_info", Help: "1, with the version of the program and of its schema.",
	}, []string{"version", "schema"})
	build.WithLabelValues(version, schema).Set(1)
	m.registry.MustRegister(build)
}

// Handler answers GET /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// Committed counts the records of a change, and what it held back.
func (m *Metrics) Committed(ch consent.Change) {
	for _, r := range ch.Records {
		m.records.count(r)
	}
	if ch.Held != "" {
		m.messages.held.WithLabelValues(label(ch.Held)).Inc()
	}
}

// FormRefused counts a form of the sign-up page that was not carried out: honeypot,
// too_fast or stale.
func (m *Metrics) FormRefused(reason string) { m.refused.WithLabelValues(reason).Inc() }

// Deleted counts rows deleted because they were old.
func (m *Metrics) Deleted(table string, n int) { m.deleted.WithLabelValues(table).Add(float64(n)) }

// Shed counts a request for which there was no place.
func (m *Metrics) Shed() { m.shed.Inc() }
