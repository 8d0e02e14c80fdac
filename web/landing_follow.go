package web

import (
	"assent/consent"
	"assent/ratelimit"
)

// preview tells what the link would do.
func (v *linkVisit) preview() (consent.LinkPage, error) {
	link, ok := v.kind.open(v.parameters.UUID, v.parameters.Email)
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
func (v *linkVisit) follow(evidence func(consent.LinkPage) (consent.AuditData, error)) (consent.LinkPage, error) {
	ctx := v.r.Context()
	link, ok := v.kind.open(v.parameters.UUID, v.parameters.Email)
	if err := v.limit(ratelimit.Token, link.site, link.contact); err != nil {
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
	return about, link.press(ctx, asked, v.request(consent.Link, data))
}

// asked is the site the request names in its header, nil when it names none. The host does not count: a link works
// wherever it arrives. At a site that does not exist, no link is known.
func (v *linkVisit) asked() (*consent.Site, error) {
	name := v.r.Header.Get("X-Site-Id")
	if name == "" {
		return nil, nil
	}
	site, err := v.site(consent.SiteRef{Header: name})
	if err != nil {
		return nil, err
	}
	return &site, nil
}
