package graph

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"assent/auth"
	"assent/consent"
	"assent/httpx"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

// The bounds on one request.
const (
	maxBody       = 96 << 10 // bytes; audit data may have 14,000 characters, of up to 6 bytes in JSON
	maxURL        = 16 << 10 // bytes of the query part
	maxAnswer     = 1 << 20  // bytes of data; aliases multiply what a shop has written
	cachedQueries = 200
)

// Options are the settings of the door.
type Options struct {
	Introspection bool
	Operations    Operations // the only documents that are executed; nil: all
	FallbackSite  string     // slug of the site for requests that name none; may be empty
	LocalOrigins  bool       // pages of this machine may call, as those of a storefront in development
	Observer      Observer   // nil: nobody is told
}

// Handler serves GraphQL over HTTP.
type Handler struct {
	exec      *executor.Executor
	service   *consent.Service
	customers *auth.Customers
	options   Options
	log       *slog.Logger
}

// NewHandler returns the door to the resolvers for the customers' logins.
func NewHandler(r *Resolver, customers *auth.Customers, o Options) *Handler {
	if o.Observer == nil {
		o.Observer = noObserver{}
	}
	schema := NewExecutableSchema(Config{Resolvers: r})
	exec := executor.New(schema)
	exec.SetErrorPresenter(noting(presenter(r.log)))
	exec.SetRecoverFunc(recoverer(r.log))
	exec.SetParserTokenLimit(maxTokens)
	exec.SetDisableSuggestion(true)
	valid := lru.New[*ast.QueryDocument](cachedQueries)
	exec.SetQueryCache(valid)
	exec.Use(documentLimit{valid, listFields(schema.Schema())})
	exec.Use(oneMutation{})
	exec.AroundRootFields(observed(o.Observer))
	if o.Introspection {
		exec.Use(extension.Introspection{})
	}
	return &Handler{exec: exec, service: r.service, customers: customers, options: o, log: r.log}
}

// ServeHTTP authenticates, then executes. A login that is not valid is refused,
// never taken for an anonymous visitor.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if preflight := h.crossOrigin(w, r); preflight {
		return
	}
	ctx := graphql.StartOperationTrace(r.Context())
	customer, err := h.customers.Authenticate(ctx, strings.Join(r.Header.Values("Authorization"), ", "))
	switch {
	case errors.Is(err, auth.ErrKeysUnavailable):
		w.Header().Set("Retry-After", "5")
		h.refuse(w, r, http.StatusServiceUnavailable, internalError(logFailure(ctx, h.log, err)))
	case err != nil:
		w.Header().Set("WWW-Authenticate", "Bearer")
		h.refuse(w, r, http.StatusUnauthorized, protocolError(string(consent.Unauthenticated), loginMessage))
	default:
		ctx = withCaptchaToken(ctx, r)
		ctx = withSiteRef(auth.WithCustomer(ctx, customer), siteRef(r, h.options.FallbackSite))
		httpx.ServeContext(ctx, http.HandlerFunc(h.execute), w, r)
	}
}
