package graph

import (
	"context"
	"net/http"

	"assent/consent"
)

type siteRefKey struct{}

func withSiteRef(ctx context.Context, ref consent.SiteRef) context.Context {
	return context.WithValue(ctx, siteRefKey{}, ref)
}

func siteRefFrom(ctx context.Context) consent.SiteRef {
	ref, _ := ctx.Value(siteRefKey{}).(consent.SiteRef)
	return ref
}

// siteRef is how a request names its site.
func siteRef(r *http.Request, fallback string) consent.SiteRef {
	return consent.SiteRef{Header: r.Header.Get("X-Site-Id"), Host: r.Host, Fallback: fallback}
}
