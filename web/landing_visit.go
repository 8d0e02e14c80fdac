package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"
)

var (
	errSiteUnknown = errors.New("no such site")
	errTooMany     = errors.New("too many requests")
)

// landingVisit is one request for a page.
type landingVisit struct {
	*Landing
	page landingPage
	w    http.ResponseWriter
	r    *http.Request
	lang string        // the language asked for; empty: none
	wait time.Duration // what the limits ask for
}

// limit counts one attempt and tells how the client stands; a zero site or contact is not counted.
func (v *landingVisit) limit(b ratelimit.Bucket, site consent.SiteID, contact consent.ContactID) error {
	subject := ratelimit.Subject{IP: httpx.ClientFrom(v.r.Context()).IP}
	if site != (consent.SiteID{}) {
		subject.Site = site.String()
	}
	if contact != (consent.ContactID{}) {
		subject.Contact = contact.String()
	}
	d := v.limits.Take(v.r.Context(), b, subject)
	d.SetHeader(v.w.Header())
	if !d.Allowed {
		v.wait = d.Reset
		return errTooMany
	}
	return nil
}

// site resolves a reference; errSiteUnknown when there is no such site.
func (v *landingVisit) site(ref consent.SiteRef) (consent.Site, error) {
	site, err := v.service.Site(v.r.Context(), ref)
	var refused *consent.Error
	switch {
	case errors.As(err, &refused) && refused.Code == consent.SiteNotFound:
		return consent.Site{}, errSiteUnknown
	case err != nil:
		return consent.Site{}, fmt.Errorf("finding the site asked: %w", err)
	}
	return site, nil
}

// request is who presses the button, from where, on what evidence.
func (v *landingVisit) request(actor consent.ActorKind, data consent.AuditData) consent.Request {
	client := httpx.ClientFrom(v.r.Context())
	return consent.Request{
		Actor:  consent.Actor{Kind: actor},
		Origin: consent.Origin{IP: httpx.ShortenIP(client.IP), UserAgent: client.UserAgent},
		Data:   data,
	}
}

// settle decides what is said when err came between. A failure of ours is logged here, and only here.
func (v *landingVisit) settle(hoped landingState, err error) landingState {
	switch {
	case err == nil:
		return hoped
	case errors.Is(err, errLinkUnknown), errors.Is(err, errSiteUnknown):
		return landingUnknown
	case errors.Is(err, errLinkExpired):
		return landingExpired
	case errors.Is(err, errFormUnreadable):
		return landingUnreadable
	case errors.Is(err, errTooMany):
		return landingTooMany
	default:
		v.logFailure(err)
		return landingFailed
	}
}

func (v *landingVisit) logFailure(err error) {
	if v.r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the visitor has left, which is no failure of ours
	}
	v.log.ErrorContext(v.r.Context(), "landing page failed", "error_id", v.reference(), "error", err)
}

// reference names the visit in the log and on the page that apologises.
func (v *landingVisit) reference() string { return httpx.RequestIDFrom(v.r.Context()) }

// words are in the language of the visit: asked for, or of the site, or of the browser.
func (v *landingVisit) words(site consent.Site) landingWords {
	return v.locales.nearest(v.r, v.lang, site)
}

// view words the page.
func (v *landingVisit) view(state landingState, about consent.LinkPage) (landingView, error) {
	return v.words(about.Site).view(v.page, state, about, v.wait)
}

// path is where the page is on its host.
func (v *landingVisit) path() string {
	return strings.TrimSuffix(v.base.EscapedPath(), "/") + v.page.path
}

// url is the page without its parameters.
func (v *landingVisit) url() string { return v.base.JoinPath(v.page.path).String() }
