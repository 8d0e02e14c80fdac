package graph

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"assent/consent"
)

// What scripts of a storefront may send and read, and for how long a browser
// remembers it, in seconds. There are no credentials to allow: a login is a header
// that the storefront sets itself.
const (
	allowedMethods = "GET, POST"
	allowedHeaders = "Authorization, Content-Type, X-Site-Id, X-Captcha-Token, Accept"
	exposedHeaders = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
	preflightAge   = "600"
)

// crossOrigin lets scripts of storefronts read the answer (CORS, in the Fetch
// standard) and reports whether the request was a preflight, which asks for
// nothing else. Requests are carried out whatever their origin: that they need a
// preflight, or change nothing, is what protects.
func (h *Handler) crossOrigin(w http.ResponseWriter, r *http.Request) (preflight bool) {
	header := w.Header()
	header.Add("Vary", "Origin")
	asked := r.Header.Get("Access-Control-Request-Method")
	preflight = r.Method == http.MethodOptions && asked != ""
	origin := r.Header.Get("Origin")
	if origin != "" && h.mayRead(r, origin, preflight) {
		header.Set("Access-Control-Allow-Origin", origin)
		if preflight {
			header.Set("Access-Control-Allow-Methods", allowedMethods)
			header.Set("Access-Control-Allow-Headers", allowedHeaders)
			header.Set("Access-Control-Max-Age", preflightAge)
		} else {
			header.Set("Access-Control-Expose-Headers", exposedHeaders)
		}
	}
	if preflight {
		w.WriteHeader(http.StatusNoContent)
	}
	return preflight
}

// mayRead reports whether the origin belongs to a storefront: to any for a
// preflight, which cannot say which site it is for, else to one of the
// organisation whose site was asked for. Where there is no such site, the
// storefront may read that.
func (h *Handler) mayRead(r *http.Request, origin string, preflight bool) bool {
	host, local, ok := originHost(origin)
	if !ok {
		return false
	}
	if local && h.options.LocalOrigins {
		return true
	}
	of, err := h.service.Site(r.Context(), consent.SiteRef{Host: host})
	if err != nil || !slices.Contains(of.Domains, host) { // a host that is unknown leads to the only site there is
		return false
	}
	if preflight {
		return true
	}
	asked, err := h.service.Site(r.Context(), siteRef(r, h.options.FallbackSite))
	var refused *consent.Error
	if errors.As(err, &refused) && refused.Code == consent.SiteNotFound {
		return true
	}
	return err == nil && asked.OrganisationID == of.OrganisationID
}

// originHost is the host of an origin as browsers write it (RFC 6454, section
// 6.2), and whether that is this machine. Only there may a page have come by
// http: anybody on the way could have changed it otherwise.
func originHost(origin string) (host string, local, ok bool) {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme+"://"+u.Host != origin || u.Hostname() == "" || origin != strings.ToLower(origin) {
		return "", false, false
	}
	host = u.Hostname()
	addr, err := netip.ParseAddr(host)
	if err == nil {
		host = addr.String()
	}
	local = addr.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost") // RFC 6761, section 6.3
	return host, local, u.Scheme == "https" || local && u.Scheme == "http"
}
