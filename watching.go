package main

import (
	"net/http"

	"assent/graph"
	"assent/metrics"
)

// watch shows operators everything that has been opened.
func (p *program) watch() {
	p.metrics.WatchBuild(release(), p.store.Schema())
	p.metrics.WatchDatabase(p.store.Pools())
	p.metrics.WatchOutbox(metrics.Outbox{Backlog: p.store.Backlog, Braking: p.brake.Braking}, p.log)
	if p.settings.RedisURL != "" {
		p.metrics.WatchRedis(metrics.Redis{Up: p.limits.Healthy, Pool: p.limits.Pool})
	}
	p.limits.Observe(p.metrics.Limited)
}

// watchRoutes names the routes of the doors in the metrics. What has no name there,
// such as probes, is counted together.
func (p *program) watchRoutes() {
	p.metrics.WatchRoutes(metrics.Route{Door: "rest", Name: "GET /openapi.json", Method: http.MethodGet, Pattern: "GET /openapi.json",
		Statuses: []int{http.StatusOK, http.StatusServiceUnavailable}})
	for _, op := range p.admin.Operations() {
		p.metrics.WatchRoutes(metrics.Route{Door: "rest", Name: op.ID, Method: op.Method, Pattern: op.Pattern, Statuses: op.Statuses})
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		p.metrics.WatchRoutes(metrics.Route{Door: "graphql", Name: method + " /graphql", Method: method, Pattern: "/graphql", Statuses: []int{
			http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusInternalServerError, http.StatusServiceUnavailable,
		}})
		for _, path := range pagePaths() {
			for _, pattern := range []string{path, path + "/{$}"} {
				p.metrics.WatchRoutes(metrics.Route{Door: "page", Name: method + " " + path, Method: method, Pattern: pattern, Statuses: []int{
					http.StatusOK, http.StatusNotFound, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
				}})
			}
		}
	}
}

// pagePaths are those of the pages for shoppers.
func pagePaths() []string {
	return []string{"/marketing/confirm", "/marketing/reject", "/unsubscribe", "/sign-up"}
}

// observer is what the GraphQL door is to tell.
func (p *program) observer() graph.Observer {
	return p.metrics.WatchGraphQL(graph.Results(), graph.Refusals())
}
