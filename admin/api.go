package admin

import (
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"sync"

	"assent/auth"
	"assent/backoffice"
	"assent/ratelimit"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// MaxBody is the largest body of a request, in bytes.
const MaxBody = 64 << 10

// API is the REST admin.
type API struct {
	service *backoffice.Service
	keys    *auth.Keyring
	limits  *ratelimit.Limiter
	log     *slog.Logger
	huma    huma.API
	mux     *http.ServeMux
	text    func() ([]byte, error) // the OpenAPI document, encoded once
}

// settle makes the settings of the library that it has for the whole program only.
//
//nolint:gochecknoglobals // they are global there too
var settle = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewError = newProblem
})

// New returns the REST admin.
func New(service *backoffice.Service, keys *auth.Keyring, limits *ratelimit.Limiter, log *slog.Logger) *API {
	settle()
	a := &API{service: service, keys: keys, limits: limits, log: log, mux: http.NewServeMux()}
	a.text = sync.OnceValues(a.OpenAPI)
	a.huma = humago.New(a.mux, configuration())
	a.huma.UseMiddleware(a.authenticate)
	a.organisations()
	a.sites()
	a.preferences()
	a.publicPreferences()
	a.accounts()
	a.suppressions()
	a.campaigns()
	a.apiKeys()
	a.adminRecords()
	a.mux.HandleFunc("GET /openapi.json", a.document)
	return a
}

// Paths lists where the API is to be mounted.
func Paths() []string {
	return []string{
		"/openapi.json", "/customers/", "/organisations", "/organisations/", "/sites", "/sites/",
		"/campaigns", "/campaigns/", "/api-keys", "/api-keys/", "/admin-records", "/admin-records/",
	}
}

// ServeHTTP answers one request, what no operation is for included.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Media types are alike in any letter case (RFC 9110, 8.3.1), but not to the library.
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil {
		r.Header.Set("Content-Type", mediaType)
	}
	if _, pattern := a.mux.Handler(r); pattern != "" {
		a.mux.ServeHTTP(w, r)
		return
	}
	refusal := &withoutBody{header: w.Header()}
	a.mux.ServeHTTP(refusal, r) // 404 or 405, and with the latter Allow
	writeProblem(w, problem(refusal.status, ""))
}

// Busy answers a request that is not carried out because there are too many.
func Busy(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, problem(http.StatusServiceUnavailable, "too many requests at once: try again later"))
}

func configuration() huma.Config {
	c := huma.DefaultConfig("Assent REST admin", "1.0.0")
	c.CreateHooks = nil // no $schema in bodies
	c.SchemasPath = ""
	c.DocsPath = ""    // its page loads a script from elsewhere
	c.OpenAPIPath = "" // served by document
	c.Formats = map[string]huma.Format{"application/json": strictJSON(), "json": strictJSON()}
	c.RejectUnknownQueryParameters = true
	c.Info.Description = description
	c.Info.License = &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/"}}
	c.Tags = tags()
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		keyScheme: {Type: "http", Scheme: "bearer", Description: "An API key: `Authorization: Bearer assent_…`"},
	}
	return c
}

// Operation is one of the API as it is routed.
type Operation struct {
	ID, Method string
	Pattern    string // of http.ServeMux
	Statuses   []int  // that the OpenAPI document names
}

// Operations lists all of them.
func (a *API) Operations() (all []Operation) {
	for _, item := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			o := Operation{ID: op.OperationID, Method: op.Method, Pattern: op.Method + " " + op.Path}
			for name := range op.Responses {
				if status, err := strconv.Atoi(name); err == nil { // not "default"
					o.Statuses = append(o.Statuses, status)
				}
			}
			all = append(all, o)
		}
	}
	return all
}
