package main

import (
	"context"
	"encoding/json"
	"net/http"

	"assent/admin"
	"assent/graph"
	"assent/web"
)

// routes says what is answered where. The doors are guarded; what tells how the
// process is has an answer always.
func (p *program) routes(graphQL *graph.Handler, landing *web.Landing) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("/graphql", p.admission.Guard(graphQL, http.HandlerFunc(graphQL.Busy)))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", p.ready)
	mux.Handle("GET /metrics", p.metrics.Handler())
	for path, page := range map[string]http.Handler{
		"/marketing/confirm": landing.Confirm(), "/marketing/reject": landing.Reject(), "/unsubscribe": landing.Unsubscribe(),
		"/sign-up": landing.SignUp(web.SignUpOptions{FallbackSite: p.fallbackSite(), Refused: p.metrics.FormRefused}),
	} {
		guarded := p.admission.Guard(page, http.HandlerFunc(web.Busy))
		mux.Handle(path, guarded)
		mux.Handle(path+"/{$}", guarded)
	}
	for _, path := range admin.Paths() {
		mux.Handle(path, p.admission.Guard(p.admin, http.HandlerFunc(admin.Busy)))
	}
	if p.settings.HasGraphiQL() {
		mux.Handle("GET /{$}", p.editor())
		mux.Handle("GET /static/graphiql/", web.Static())
	}
	if !p.settings.Embedded() {
		return mux
	}
	mux.Handle("GET /static/", web.Static())
	mux.Handle("GET /dev/inbox", p.private(web.Inbox(p.inbox, p.log)))
	shop := p.private(web.Demo(p.demoShop(), p.log))
	mux.Handle("GET /demo", shop)
	mux.Handle("GET /demo/", shop)
	return mux
}

// editor is the query editor. Only that of the embedded mode has a login to give
// away, and has to be kept private.
func (p *program) editor() http.Handler {
	if p.settings.Embedded() {
		return p.private(web.GraphiQL("/graphql", p.demoHeaders, p.log))
	}
	return web.GraphiQL("/graphql", nil, p.log)
}

// ready reports whether requests should be sent here. Without Redis they should:
// limits are then counted in this process. A database that takes no changes is not
// asked about: it does so in every process, and reading goes on.
func (p *program) ready(w http.ResponseWriter, r *http.Request) {
	if p.drain.begun.Load() {
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "draining"})
		return
	}
	status, answer := http.StatusOK, map[string]string{"status": "ready", "database": "ok", "redis": "not configured"}
	if p.settings.RedisURL != "" {
		answer["redis"] = "ok"
		if !p.limits.Healthy() {
			answer["redis"] = "unavailable"
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := p.store.Ping(ctx); err != nil {
		status, answer["status"], answer["database"] = http.StatusServiceUnavailable, "not ready", "unavailable"
	}
	writeJSON(w, status, answer)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has gone: nobody is left to tell
}
