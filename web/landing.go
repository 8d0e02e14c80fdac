package web

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"

	"assent/consent"
	"assent/ratelimit"
	"assent/token"
)

// Landing serves the pages that the links in messages lead to, and the one to sign up on. A page shows what its one button
// will do and does it when the button is pressed; GET and HEAD change nothing, because mail scanners follow links. It needs
// no script.
type Landing struct {
	service *consent.Service
	keys    *token.Keys
	limits  *ratelimit.Limiter
	base    *url.URL
	locales landingLocales
	log     *slog.Logger

	layout, signUpLayout *template.Template
}

// NewLanding prepares the pages. publicURL is where visitors reach the service; evidence and forms name it. It returns an
// error when publicURL is not an absolute http or https URL.
func NewLanding(
	service *consent.Service, keys *token.Keys, limits *ratelimit.Limiter, publicURL string, log *slog.Logger,
) (*Landing, error) {
	if err := consent.CheckURL("public URL", publicURL); err != nil {
		return nil, fmt.Errorf("preparing landing pages: %w", err)
	}
	base, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("preparing landing pages: %w", err)
	}
	l := &Landing{service: service, keys: keys, limits: limits, base: base, log: log}
	if l.locales, err = loadLandingWords(); err != nil {
		return nil, fmt.Errorf("preparing landing pages: %w", err)
	}
	if l.layout, err = parseLandingLayout(); err != nil {
		return nil, fmt.Errorf("preparing landing pages: %w", err)
	}
	if l.signUpLayout, err = parseLandingLayout("landing/signup.html"); err != nil {
		return nil, fmt.Errorf("preparing landing pages: %w", err)
	}
	return l, nil
}

// landingPage is one of the pages.
type landingPage struct {
	name string // begins the names of its words
	form string // form identifier in evidence
	path string
}

// Confirm serves /marketing/confirm.
func (l *Landing) Confirm() http.Handler {
	return l.link(landingPage{name: "confirm", form: "confirm-page", path: "/marketing/confirm"}, linkKind{open: l.confirmLink})
}

// Reject serves /marketing/reject, "that wasn't me".
func (l *Landing) Reject() http.Handler {
	return l.link(landingPage{name: "reject", form: "reject-page", path: "/marketing/reject"}, linkKind{open: l.rejectLink})
}

// Unsubscribe serves /unsubscribe, one-click unsubscription by mail clients (RFC 8058) included.
func (l *Landing) Unsubscribe() http.Handler {
	return l.link(landingPage{name: "unsubscribe", form: "unsubscribe-page", path: "/unsubscribe"},
		linkKind{open: l.unsubscribeLink, machines: true})
}

// landingAnswers is how a page answers a visit.
type landingAnswers interface {
	show() // GET and HEAD; changes nothing
	post() // the button of the page
}

func (l *Landing) handler(p landingPage, begin func(landingVisit) landingAnswers) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setLandingHeaders(w.Header())
		visit := begin(landingVisit{Landing: l, page: p, w: w, r: r})
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			visit.show()
		case http.MethodPost:
			visit.post()
		default:
			w.Header().Set("Allow", "GET, HEAD, POST")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		}
	})
}

// Busy answers a request that is not carried out because there are too many. Mail programs come again.
func Busy(w http.ResponseWriter, _ *http.Request) {
	setLandingHeaders(w.Header())
	http.Error(w, "Too many people are here right now. Please try again in a moment.", http.StatusServiceUnavailable)
}

// setLandingHeaders sets what holds for every answer, pages or not. The address of a page is as good as a key: it must
// not be stored, indexed or passed on.
func setLandingHeaders(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}
