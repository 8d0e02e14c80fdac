package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// document stands for a field where nothing of a request was executed.
const document = "document"

// other stands for what was not announced, so that no client can make up a label.
const other = "other"

// GraphQL counts answers of the GraphQL door. It implements graph.Observer.
type GraphQL struct {
	answers *prometheus.CounterVec
	took    *prometheus.HistogramVec
	known   map[string]field
}

// field is one root field, its series resolved once.
type field struct {
	results map[string]prometheus.Counter
	took    prometheus.Observer
}

func newGraphQL() *GraphQL {
	return &GraphQL{
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_graphql_answers_total",
			Help: "Executions of root fields by what the client was told: the value of the field's enum, OK for data, or the code of an error. " +
				"Requests of which nothing was executed have the operation document.",
		}, []string{"operation", "result"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "assent_graphql_duration_seconds", Help: "Time to execute a root field with all that is in it.", Buckets: latencies(),
		}, []string{"operation"}),
		known: map[string]field{},
	}
}

// WatchGraphQL is told how each root field may be answered, and with which codes a whole
// document may be refused. It returns what is to be told of them, and is to be called
// once, before the first request.
func (m *Metrics) WatchGraphQL(results map[string][]string, refusals []string) *GraphQL {
	for name, ways := range results {
		m.graphQL.announce(name, ways)
		f := m.graphQL.known[name]
		f.took = m.graphQL.took.WithLabelValues(name)
		m.graphQL.known[name] = f
	}
	m.graphQL.announce(document, refusals)
	return m.graphQL
}

func (g *GraphQL) announce(name string, results []string) {
	f := field{results: map[string]prometheus.Counter{}}
	for _, result := range append(results, other) {
		f.results[result] = g.answers.WithLabelValues(name, result)
	}
	g.known[name] = f
}

// FieldAnswered implements graph.Observer.
func (g *GraphQL) FieldAnswered(name, result string, took time.Duration) {
	if f, ok := g.known[name]; ok {
		f.count(result)
		f.took.Observe(took.Seconds())
	}
}

// DocumentRefused implements graph.Observer.
func (g *GraphQL) DocumentRefused(code string) { g.known[document].count(code) }

func (f field) count(result string) {
	counter, ok := f.results[result]
	if !ok {
		counter = f.results[other]
	}
	counter.Inc()
}

// latencies are the bounds of what a request may take, in seconds: after three it has
// been answered.
func latencies() []float64 {
	return []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 3}
}
