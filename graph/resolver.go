package graph

import (
	"context"
	"log/slog"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"
	"assent/token"

	"github.com/99designs/gqlgen/graphql"
)

// Resolver answers the fields of the schema.
type Resolver struct {
	service *consent.Service
	keys    *token.Keys
	limits  *ratelimit.Limiter
	log     *slog.Logger
}

// NewResolver returns the root of all resolvers.
func NewResolver(s *consent.Service, k *token.Keys, l *ratelimit.Limiter, log *slog.Logger) *Resolver {
	return &Resolver{service: s, keys: k, limits: l, log: log}
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

// limit counts one execution of a field; zero arguments are not counted.
func (r *Resolver) limit(ctx context.Context, b ratelimit.Bucket, site consent.SiteID, contact consent.ContactID) error {
	subject := ratelimit.Subject{IP: httpx.ClientFrom(ctx).IP}
	if site != (consent.SiteID{}) {
		subject.Site = site.String()
	}
	if contact != (consent.ContactID{}) {
		subject.Contact = contact.String()
	}
	if d := r.limits.Take(ctx, b, subject); !d.Allowed {
		return &limitError{d}
	}
	return nil
}

// limitAddress is limit for an address that may not have been understood.
func (r *Resolver) limitAddress(ctx context.Context, b ratelimit.Bucket, site consent.Site, a consent.Address) error {
	var contact consent.ContactID
	if !a.IsZero() {
		contact = r.service.ContactID(site.OrganisationID, a)
	}
	return r.limit(ctx, b, site.ID, contact)
}

// answer is what a mutation that has an outcome of its own for failures returns:
// what the caller did wrong is an error, what we did wrong is logged and told as
// the outcome unknown.
func answer[T any](ctx context.Context, r *Resolver, outcome, unknown T, err error) (*T, error) {
	if err == nil {
		return &outcome, nil
	}
	if isShown(err) {
		return nil, err
	}
	id := logFailure(ctx, r.log, err)
	graphql.RegisterExtension(ctx, "errorId", id)
	return &unknown, nil
}
