package consent

import (
	"context"
	"fmt"
	"time"
)

// Confirm follows a confirmation link. The link names its own site; asked is the
// site the request names, if it names one, and must be of the same organisation.
func (s *Service) Confirm(ctx context.Context, link ConfirmLink, asked *Site, r Request) (ConfirmResult, error) {
	site, ok, err := s.linkSite(ctx, link.Site, asked)
	if err != nil || !ok {
		return ConfirmNotFound, err
	}
	ev, err := s.event(ctx, r)
	if err != nil {
		return "", err
	}
	cmd := Confirm{Event: ev, Link: link, Lifetime: s.settings.ConfirmLifetime}
	return update(ctx, s, link.Address.ContactID(), func(st State, now time.Time) (Change, ConfirmResult) {
		return cmd.Decide(site, st, now)
	})
}

// Unsubscribe follows an unsubscribe link, with the same rule for asked.
func (s *Service) Unsubscribe(ctx context.Context, link UnsubscribeLink, asked *Site, r Request) (UnsubscribeResult, error) {
	site, ok, err := s.linkSite(ctx, link.Site, asked)
	if err != nil || !ok {
		return UnsubscribeNotFound, err
	}
	ev, err := s.event(ctx, r)
	if err != nil {
		return "", err
	}
	contact := Contact{ID: link.Address.ContactID(), OrganisationID: site.OrganisationID, Kind: link.Channel.kind()}
	cmd := Unsubscribe{Event: ev, Contact: contact, Channel: link.Channel}
	if err := s.unsubscribe(ctx, site, cmd); err != nil {
		return "", err
	}
	return UnsubscribeOK, nil
}

// Reject follows a "that wasn't me" link, with the same rule for asked.
func (s *Service) Reject(ctx context.Context, link ConfirmLink, asked *Site, r Request) (RejectResult, error) {
	site, ok, err := s.linkSite(ctx, link.Site, asked)
	if err != nil || !ok {
		return RejectNotFound, err
	}
	ev, err := s.event(ctx, r)
	if err != nil {
		return "", err
	}
	cmd := Reject{Event: ev, Link: link, Silent: s.settings.RejectSilence}
	return update(ctx, s, link.Address.ContactID(), func(st State, now time.Time) (Change, RejectResult) {
		return cmd.Decide(site, st, now)
	})
}

// Suppress takes note that a contact must not be written to any more.
func (s *Service) Suppress(ctx context.Context, id ContactID, why Reason) error {
	return s.commit(ctx, id, Suppress{Event: Event{ID: NewEventID()}, Reason: why}.Decide)
}

func (c Channel) kind() Kind {
	if c == SMS {
		return PhoneContact
	}
	return EmailContact
}

func (s *Service) linkSite(ctx context.Context, id SiteID, asked *Site) (Site, bool, error) {
	site, err := s.store.SiteByID(ctx, id)
	if isNotFound(err) {
		return Site{}, false, nil
	}
	if err != nil {
		return Site{}, false, fmt.Errorf("reading the site of a link: %w", err)
	}
	return site, asked == nil || asked.OrganisationID == site.OrganisationID, nil
}
