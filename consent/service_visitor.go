package consent

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MaxPreferencesTicked is how many preference texts one sign-up may tick.
const MaxPreferencesTicked = 50

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }

// SignUpRequest is a visitor's sign-up with its input checked.
type SignUpRequest struct {
	Request
	Address     Address // an e-mail address or a telephone number
	LinkTo      Address // for a number: the e-mail address given with it; may be zero
	Preferences []PreferenceID
}

func (r SignUpRequest) channel() Channel {
	if r.Address.Kind() == PhoneContact {
		return SMS
	}
	return Email
}

// SignUp signs a visitor up for a channel and the preference texts ticked. The
// choices stay with the address that signs up, because that is the address a
// confirmation proves.
func (s *Service) SignUp(ctx context.Context, site Site, r SignUpRequest) (SignUpResult, error) {
	asked, ok := site.asked(r.channel(), r.Preferences)
	if !ok {
		return SignUpNotFound, nil
	}
	if err := s.asShown(ctx, site, asked, r.Data.MessageShown()); err != nil {
		return "", err
	}
	ev, err := s.event(ctx, r.Request)
	if err != nil {
		return "", err
	}
	contact, err := s.linkedContact(ctx, site, r.Address, r.LinkTo)
	if err != nil {
		return "", err
	}
	cmd := SignUp{Event: ev, Contact: contact, Channel: r.channel(), Purposes: asked}
	return update(ctx, s, contact.ID, func(st State, now time.Time) (Change, SignUpResult) {
		return cmd.Decide(site, st, now)
	})
}

// asked lists what a sign-up asks for, without repetition; false when any of it
// is not on offer.
func (s Site) asked(c Channel, prefs []PreferenceID) ([]Asked, bool) {
	if !s.Offers(c) {
		return nil, false
	}
	asked := []Asked{{Purpose: c.Purpose()}}
	seen := map[PreferenceID]bool{}
	for _, id := range prefs {
		pref, ok := s.Text(id)
		if !ok {
			return nil, false
		}
		if !seen[id] {
			seen[id] = true
			asked = append(asked, Asked{Purpose: id.Purpose(), Version: pref.Version})
		}
	}
	return asked, true
}

// linkedContact is the contact of an address, linked to an e-mail contact that
// is remembered first so that the link never leads nowhere.
func (s *Service) linkedContact(ctx context.Context, site Site, a, linkTo Address) (Contact, error) {
	contact := s.contact(site.OrganisationID, a)
	if linkTo.IsZero() || linkTo.Kind() == a.Kind() {
		return contact, nil
	}
	email := s.contact(site.OrganisationID, linkTo)
	if err := s.link(ctx, LinkAddress{Contact: email}); err != nil {
		return Contact{}, err
	}
	contact.LinkedTo = email.ID
	return contact, nil
}

func (s *Service) link(ctx context.Context, cmd LinkAddress) error {
	if err := s.commit(ctx, cmd.Contact.ID, cmd.Decide); err != nil {
		return fmt.Errorf("remembering an address: %w", err)
	}
	return nil
}

// EntryRequest is a visitor entering a campaign with its input checked.
type EntryRequest struct {
	Request
	CampaignID string
	Name       string
	Address    Address // an e-mail address
	Metadata   any     // JSON object as decoded, or nil
	OptIn      bool
}

// EnterCampaign enters a visitor into a campaign. It returns an Invalid error
// when the name or the metadata is refused.
func (s *Service) EnterCampaign(ctx context.Context, site Site, r EntryRequest) (SignUpResult, error) {
	if err := (text{field: "name", max: MaxName}).check(r.Name); err != nil {
		return "", err
	}
	campaign, err := s.store.Campaign(ctx, site.ID, r.CampaignID)
	if isNotFound(err) {
		return SignUpNotFound, nil
	}
	if err != nil {
		return "", fmt.Errorf("reading the campaign: %w", err)
	}
	if !campaign.IsOpen(s.settings.Now()) { // the decision looks again, but nothing needs to be kept for this
		return SignUpNotFound, nil
	}
	metadata, err := campaign.checkMetadata(r.Metadata)
	if err != nil {
		return "", err
	}
	ev, err := s.event(ctx, r.Request)
	if err != nil {
		return "", err
	}
	contact := s.contact(site.OrganisationID, r.Address)
	signUp := SignUp{Event: ev, Contact: contact, Channel: Email, Purposes: []Asked{{Purpose: Email.Purpose()}}}
	cmd := EnterCampaign{SignUp: signUp, Campaign: campaign, Name: r.Name, Metadata: metadata, OptIn: r.OptIn}
	return update(ctx, s, contact.ID, func(st State, now time.Time) (Change, SignUpResult) {
		return cmd.Decide(site, st, now)
	})
}

// UnsubscribeSMS ends text messages to a number at the site, known or not.
func (s *Service) UnsubscribeSMS(ctx context.Context, site Site, number Address, r Request) error {
	ev, err := s.event(ctx, r)
	if err != nil {
		return err
	}
	cmd := Unsubscribe{Event: ev, Contact: s.contact(site.OrganisationID, number), Channel: SMS, Suppress: true}
	return s.unsubscribe(ctx, site, cmd)
}

func (s *Service) unsubscribe(ctx context.Context, site Site, cmd Unsubscribe) error {
	return s.commit(ctx, cmd.Contact.ID, func(st State, now time.Time) Change { return cmd.Decide(site, st, now) })
}

// Membership tells what an e-mail address is to the site. With neutral responses
// it always tells the same.
func (s *Service) Membership(ctx context.Context, site Site, email Address) (Membership, error) {
	if site.NeutralResponses {
		return DoesNotReceive, nil
	}
	customer, subscribed, err := s.store.Membership(ctx, s.ContactID(site.OrganisationID, email), site.ID)
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the membership: %w", err)
	case customer:
		return CustomerAlreadyExists, nil
	case subscribed:
		return ReceivesMarketing, nil
	default:
		return DoesNotReceive, nil
	}
}
