package web

import (
	"context"
	"errors"
	"fmt"

	"assent/consent"
)

var (
	errLinkUnknown = errors.New("no such link")
	errLinkExpired = errors.New("the link has expired")
)

// landingLink is a link we made: whom it is about and what it can do. Both functions return errLinkUnknown or
// errLinkExpired when it can do nothing.
type landingLink struct {
	site    consent.SiteID
	contact consent.ContactID
	preview func(ctx context.Context, asked *consent.Site) (consent.LinkPage, error)
	press   func(ctx context.Context, asked *consent.Site, r consent.Request) error
}

func (l *Landing) confirmLink(token, email string) (landingLink, bool) {
	link, ok := l.keys.ParseConfirm(token, email)
	return linkTo(link, link.Site, link.Address, l.service.ConfirmPage, l.service.Confirm), ok
}

func (l *Landing) rejectLink(token, email string) (landingLink, bool) {
	link, ok := l.keys.ParseReject(token, email)
	return linkTo(link, link.Site, link.Address, l.service.RejectPage, l.service.Reject), ok
}

func (l *Landing) unsubscribeLink(token, email string) (landingLink, bool) {
	link, ok := l.keys.ParseUnsubscribe(token, email)
	return linkTo(link, link.Site, link.Address, l.service.UnsubscribePage, l.service.Unsubscribe), ok
}

// linkTo makes links of the three kinds alike.
func linkTo[L any, R ~string](
	link L, site consent.SiteID, address consent.AddressHash,
	page func(context.Context, L, *consent.Site) (consent.LinkPage, R, error),
	press func(context.Context, L, *consent.Site, consent.Request) (R, error),
) landingLink {
	return landingLink{
		site: site, contact: address.ContactID(),
		preview: func(ctx context.Context, asked *consent.Site) (consent.LinkPage, error) {
			about, result, err := page(ctx, link, asked)
			return about, landingResult(result, err)
		},
		press: func(ctx context.Context, asked *consent.Site, r consent.Request) error {
			return landingResult(press(ctx, link, asked, r))
		},
	}
}

// landingResult turns the results of the three links, which are spelt alike, into errors.
func landingResult[R ~string](result R, err error) error {
	switch {
	case err != nil:
		return err
	case result == R(consent.ConfirmOK):
		return nil
	case result == R(consent.ConfirmExpired):
		return errLinkExpired
	case result == R(consent.ConfirmNotFound):
		return errLinkUnknown
	default:
		return fmt.Errorf("following a link: unexpected result %q", string(result))
	}
}
