package web

import (
	"context"
	"errors"
	"fmt"

	"assent/consent"
	"assent/httpx"
	"assent/ratelimit"
)

var errTooMany = errors.New("too many requests")

// preview tells what the link would do.
func (v *landingVisit) preview() (consent.LinkPage, error) {
	link, ok := v.page.open(v.parameters.UUID, v.parameters.Email)
	if !ok {
		return consent.LinkPage{}, errLinkUnknown
	}
	asked, err := v.asked()
	if err != nil {
		return consent.LinkPage{}, err
	}
	return link.preview(v.r.Context(), asked)
}

// follow does what the link is for, on the evidence made of what the page was about, and tells how things stood before.
// A link that can do nothing leaves no trace, not even that somebody followed it.
func (v *landingVisit) follow(evidence func(consent.LinkPage) (consent.AuditData, error)) (consent.LinkPage, error) {
	ctx := v.r.Context()
	link, ok := v.page.open(v.parameters.UUID, v.parameters.Email)
	if err := v.limit(ctx, link); err != nil {
		return consent.LinkPage{}, err
	}
	if !ok {
		return consent.LinkPage{}, errLinkUnknown
	}
	asked, err := v.asked()
	if err != nil {
		return consent.LinkPage{}, err
	}
	about, err := link.preview(ctx, asked)
	if err != nil || about.Done {
		return about, err
	}
	data, err := evidence(about)
	if err != nil {
		return about, err
	}
	return about, link.press(ctx, asked, landingRequest(ctx, data))
}

// limit counts one attempt; a link we did not make counts for its sender only.
func (v *landingVisit) limit(ctx context.Context, link landingLink) error {
	subject := ratelimit.Subject{IP: httpx.ClientFrom(ctx).IP}
	if link.site != (consent.SiteID{}) {
		subject.Site = link.site.String()
	}
	if link.contact != (consent.ContactID{}) {
		subject.Contact = link.contact.String()
	}
	d := v.limits.Take(ctx, ratelimit.Token, subject)
	d.SetHeader(v.w.Header())
	if !d.Allowed {
		return errTooMany
	}
	return nil
}

// asked is the site the request names in its header, nil when it names none. The host does not count: a link works
// wherever it arrives. At a site that does not exist, no link is known.
func (v *landingVisit) asked() (*consent.Site, error) {
	name := v.r.Header.Get("X-Site-Id")
	if name == "" {
		return nil, nil
	}
	site, err := v.service.Site(v.r.Context(), consent.SiteRef{Header: name})
	var refused *consent.Error
	if errors.As(err, &refused) && refused.Code == consent.SiteNotFound {
		return nil, errLinkUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("finding the site asked: %w", err)
	}
	return &site, nil
}

func landingRequest(ctx context.Context, data consent.AuditData) consent.Request {
	client := httpx.ClientFrom(ctx)
	return consent.Request{
		Actor:  consent.Actor{Kind: consent.Link},
		Origin: consent.Origin{IP: httpx.ShortenIP(client.IP), UserAgent: client.UserAgent},
		Data:   data,
	}
}
