package graph

import (
	"context"
	"log/slog"

	"assent/captcha"
	"assent/consent"
	"assent/ratelimit"
	"assent/token"

	"github.com/99designs/gqlgen/graphql"
)

// Resolver answers the fields of the schema.
type Resolver struct {
	service *consent.Service
	keys    *token.Keys
	limits  *ratelimit.Limiter
	captcha *captcha.Verifier
	persons persons
	log     *slog.Logger
}

// NewResolver returns the root of all resolvers.
func NewResolver(s *consent.Service, k *token.Keys, l *ratelimit.Limiter, c *captcha.Verifier, log *slog.Logger) *Resolver {
	return &Resolver{service: s, keys: k, limits: l, captcha: c, persons: newPersons(), log: log}
}

// site resolves the site of the request.
func (r *Resolver) site(ctx context.Context) (consent.Site, error) {
	return r.service.Site(ctx, siteRefFrom(ctx))
}

// namedSite is the site the request names in its header; nil when it names none.
// A link works on whatever host it arrives, so the host does not count here.
func (r *Resolver) namedSite(ctx context.Context) (*consent.Site, error) {
	ref := siteRefFrom(ctx)
	if ref.Header == "" {
		return nil, nil
	}
	site, err := r.service.Site(ctx, consent.SiteRef{Header: ref.Header})
	if err != nil {
		return nil, err
	}
	return &site, nil
}

// answer is what a mutation that has an outcome of its own for failures returns:
// what the caller did wrong is an error, what we did wrong is logged and told as
// the outcome unknown.
func answer[T ~string](ctx context.Context, r *Resolver, outcome, unknown T, err error) (*T, error) {
	if err == nil {
		note(ctx, outcome)
		return &outcome, nil
	}
	if isShown(err) {
		return nil, err
	}
	id := logFailure(ctx, r.log, err)
	graphql.RegisterExtension(ctx, "errorId", id)
	note(ctx, unknown)
	return &unknown, nil
}
