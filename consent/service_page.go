package consent

import (
	"context"
	"fmt"
	"time"
)

// LinkPage is what a page behind a link may tell before its button is pressed.
type LinkPage struct {
	Site    Site
	Channel Channel
	Address string   // masked; empty once erased
	Texts   []string // the preference texts that were asked about, as they were worded
	Done    bool     // the button has been pressed before
}

// ConfirmPage tells what a confirmation link would do. It decides on the state
// as it is and writes nothing. asked is as for Confirm.
func (s *Service) ConfirmPage(ctx context.Context, link ConfirmLink, asked *Site) (LinkPage, ConfirmResult, error) {
	cmd := Confirm{Link: link, Lifetime: s.settings.ConfirmLifetime}
	var found Verification
	decide := func(site Site, st State, now time.Time) (Change, ConfirmResult) {
		found, _ = st.verification(link.Verification)
		return cmd.Decide(site, st, now)
	}
	page, result, err := preview(ctx, s, link.Site, link.Address, asked, decide)
	if err != nil || result != ConfirmOK {
		return page, orElse(result, ConfirmNotFound), err
	}
	if page.Texts, err = s.store.PreferenceTexts(ctx, found.Purposes); err != nil {
		return page, "", fmt.Errorf("reading the texts asked about: %w", err)
	}
	return page, result, nil
}

// RejectPage does the same for a "that wasn't me" link.
func (s *Service) RejectPage(ctx context.Context, link ConfirmLink, asked *Site) (LinkPage, RejectResult, error) {
	cmd := Reject{Link: link, Silent: s.settings.RejectSilence}
	page, result, err := preview(ctx, s, link.Site, link.Address, asked, cmd.Decide)
	return page, orElse(result, RejectNotFound), err
}

// UnsubscribePage does the same for an unsubscribe link.
func (s *Service) UnsubscribePage(ctx context.Context, link UnsubscribeLink, asked *Site) (LinkPage, UnsubscribeResult, error) {
	cmd := Unsubscribe{Contact: Contact{ID: link.Address.ContactID()}, Channel: link.Channel}
	decide := func(site Site, st State, now time.Time) (Change, UnsubscribeResult) {
		return cmd.Decide(site, st, now), UnsubscribeOK
	}
	page, result, err := preview(ctx, s, link.Site, link.Address, asked, decide)
	page.Channel = link.Channel
	return page, orElse(result, UnsubscribeNotFound), err
}

// preview decides without writing. There is no result when the link is for no
// site of ours, or not for the one asked.
func preview[R any](
	ctx context.Context, s *Service, id SiteID, address AddressHash, asked *Site, decide func(Site, State, time.Time) (Change, R),
) (page LinkPage, result R, err error) {
	site, ok, err := s.linkSite(ctx, id, asked)
	if err != nil || !ok {
		return page, result, err
	}
	st, err := s.store.State(ctx, address.ContactID())
	if err != nil {
		return page, result, fmt.Errorf("reading the contact of a link: %w", err)
	}
	ch, result := decide(site, st, st.Clock(s.settings.Now()))
	page = LinkPage{Site: site, Channel: st.Contact.Kind.Channel(), Address: st.Contact.Masked(), Done: ch.IsEmpty()}
	return page, result, nil
}

func orElse[R comparable](result, otherwise R) R {
	var none R
	if result == none {
		return otherwise
	}
	return result
}
