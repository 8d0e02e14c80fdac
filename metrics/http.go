package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Route is one that http.ServeMux knows, as metrics show it.
type Route struct {
	Door     string // graphql, rest or page
	Name     string // the operation of the REST admin, else method and path
	Method   string
	Pattern  string
	Statuses []int // that are to be shown before there were any
}

// requests counts HTTP requests by route. Only announced ones become labels: a
// client chooses its method, and the pattern of a redirect is the path it sent.
type requests struct {
	total *prometheus.CounterVec
	took  *prometheus.HistogramVec
	known map[routeKey]*routed
	rest  *routed // of no route that was announced
}

type routeKey struct{ method, pattern string }

// routed is one route, its series resolved once.
type routed struct {
	total    *prometheus.CounterVec // without door and route
	statuses map[int]prometheus.Counter
	took     prometheus.Observer
}

func newRequests() *requests {
	r := &requests{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assent_http_requests_total",
			Help: "HTTP requests by route and status. A status of 0 is a connection that was cut before an answer.",
		}, []string{"door", "route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "assent_http_request_duration_seconds", Help: "Time from the header of a request to its answer.", Buckets: latencies(),
		}, []string{"door"}),
		known: map[routeKey]*routed{},
	}
	r.rest = r.route(Route{Door: other, Name: other, Statuses: []int{http.StatusOK, http.StatusNotFound}})
	return r
}

func (r *requests) route(of Route) *routed {
	labels := prometheus.Labels{"door": of.Door, "route": of.Name}
	known := &routed{total: r.total.MustCurryWith(labels), statuses: map[int]prometheus.Counter{}, took: r.took.WithLabelValues(of.Door)}
	for _, status := range of.Statuses {
		known.statuses[status] = known.total.WithLabelValues(strconv.Itoa(status))
	}
	return known
}

// WatchRoutes announces routes. It is to be called before the first request.
func (m *Metrics) WatchRoutes(routes ...Route) {
	for _, one := range routes {
		m.requests.known[routeKey{one.Method, one.Pattern}] = m.requests.route(one)
	}
}

// Answered counts an HTTP request. Of one that matched no route, pattern may be
// anything.
func (m *Metrics) Answered(method, pattern string, status int, took time.Duration) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	route, ok := m.requests.known[routeKey{method, pattern}]
	if !ok {
		route = m.requests.rest
	}
	counter, ok := route.statuses[status]
	if !ok {
		counter = route.total.WithLabelValues(strconv.Itoa(status))
	}
	counter.Inc()
	route.took.Observe(took.Seconds())
}
