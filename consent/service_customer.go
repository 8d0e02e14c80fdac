package consent

import (
	"context"
	"fmt"
	"time"
)

// Person is a logged-in customer as its login tells. Addresses are zero when the
// login does not know them.
type Person struct {
	ID         string
	Email      Address
	Phone      Address
	HasAddress bool
	Name       string
}

// AccountView is what the store knows of an account: nil when nothing, and the
// consents by contact.
type AccountView struct {
	Account  *Account
	Consents map[ContactID]map[Scope]Consent
}

// Choices are a customer's answers at one site.
type Choices struct {
	site    Site
	account Account // with the addresses the login knows
	id      ContactID
	view    AccountView
}

// Choices reads a customer's answers: one database query, however many channels
// and texts are then looked at.
func (s *Service) Choices(ctx context.Context, site Site, p Person) (Choices, error) {
	c := Choices{site: site, id: s.ContactID(site.OrganisationID, CustomerAddress(site.ID, p.ID))}
	claimed := s.claimed(site, p)
	view, err := s.store.Account(ctx, c.id, claimed.contacts()...)
	if err != nil {
		return Choices{}, fmt.Errorf("reading the customer: %w", err)
	}
	c.view = view
	c.account = claimed.or(view.Account)
	return c, nil
}

// claimed is the account as the login tells of it.
func (s *Service) claimed(site Site, p Person) Account {
	a := Account{CustomerID: p.ID, Site: site.ID, HasAddress: p.HasAddress, Name: p.Name}
	if !p.Email.IsZero() {
		a.Email = s.ContactID(site.OrganisationID, p.Email)
	}
	if !p.Phone.IsZero() {
		a.Phone = s.ContactID(site.OrganisationID, p.Phone)
	}
	return a
}

func (a Account) contacts() []ContactID {
	var ids []ContactID
	for _, id := range []ContactID{a.Email, a.Phone} {
		if !id.isZero() {
			ids = append(ids, id)
		}
	}
	return ids
}

// or fills what the login does not know from what is stored.
func (a Account) or(known *Account) Account {
	if known == nil {
		return a
	}
	if a.Email.isZero() {
		a.Email = known.Email
	}
	if a.Phone.isZero() {
		a.Phone = known.Phone
	}
	if a.Name == "" {
		a.Name = known.Name
	}
	a.HasAddress = a.HasAddress || known.HasAddress
	return a
}

// KnowsAccount reports whether the account has been heard of before.
func (c Choices) KnowsAccount() bool { return c.view.Account != nil }

// Channel is the answer for a channel; nil when the site does not offer it.
func (c Choices) Channel(ch Channel) *bool {
	if !c.site.Offers(ch) {
		return nil
	}
	granted := c.consent(c.channelContact(ch), ch.Purpose()).Status == Granted
	return &granted
}

// Preference is the answer for a preference text; zero when there is none.
func (c Choices) Preference(id PreferenceID) Consent {
	return c.consent(c.preferenceContact(), id.Purpose())
}

func (c Choices) consent(contact ContactID, p Purpose) Consent {
	return c.view.Consents[contact][Scope{c.site.ID, p}]
}

// channelContact is where the channel's consent is kept: the address it reaches,
// or the account for what has no address here.
func (c Choices) channelContact(ch Channel) ContactID {
	switch {
	case ch == Email && !c.account.Email.isZero():
		return c.account.Email
	case ch == SMS && !c.account.Phone.isZero():
		return c.account.Phone
	default:
		return c.id
	}
}

func (c Choices) preferenceContact() ContactID {
	if c.account.Email.isZero() {
		return c.id
	}
	return c.account.Email
}

// canReach reports whether the account has what the channel needs.
func (c Choices) canReach(ch Channel) bool {
	switch ch {
	case Email:
		return !c.account.Email.isZero()
	case SMS:
		return !c.account.Phone.isZero()
	case Post:
		return c.account.HasAddress
	default:
		return true
	}
}

// SetChannel sets a customer's answer for a channel.
func (s *Service) SetChannel(ctx context.Context, site Site, p Person, ch Channel, value bool, r Request) (UpdateError, error) {
	if !site.Offers(ch) {
		return UpdateNotAvailable, nil
	}
	choices, err := s.Choices(ctx, site, p)
	if err != nil {
		return "", err
	}
	if value && !choices.canReach(ch) {
		return UpdateInsufficientData, nil
	}
	return UpdateDone, s.choose(ctx, choices, p, choices.channelContact(ch), Asked{Purpose: ch.Purpose()}, value, r)
}

// SetPreference sets a customer's answer for a preference text. The back office can
// tell of a withdrawal from one that is not on offer any more.
func (s *Service) SetPreference(ctx context.Context, site Site, p Person, id PreferenceID, value bool, r Request) (UpdateError, error) {
	choices, err := s.Choices(ctx, site, p)
	if err != nil {
		return "", err
	}
	pref, ok := site.Text(id)
	withdraws := r.Actor.Kind == BackOffice && !value && choices.Preference(id).Status == Granted
	if !ok && !withdraws {
		return UpdateNotAvailable, nil
	}
	version, err := s.versionShown(ctx, pref, r.Data.MessageShown())
	if err != nil {
		return "", err
	}
	asked := Asked{Purpose: id.Purpose(), Version: version}
	return UpdateDone, s.choose(ctx, choices, p, choices.preferenceContact(), asked, value, r)
}

func (s *Service) choose(ctx context.Context, c Choices, p Person, on ContactID, asked Asked, value bool, r Request) error {
	if r.Actor.Kind != BackOffice {
		r.Actor = Actor{Kind: Customer, ID: c.id.String()}
	}
	ev, err := s.event(ctx, r)
	if err != nil {
		return err
	}
	if err := s.keepAccount(ctx, c, p, ""); err != nil {
		return err
	}
	cmd := Choose{Event: ev, Contact: c.contact(on, p), Asked: asked, Value: value}
	return s.commit(ctx, on, func(st State, now time.Time) Change { return cmd.Decide(c.site, st, now) })
}

// contact describes one of the account's contacts, with its address if the login
// told it.
func (c Choices) contact(id ContactID, p Person) Contact {
	contact := Contact{ID: id, OrganisationID: c.site.OrganisationID, Kind: CustomerContact}
	switch id {
	case c.account.Email:
		contact.Kind, contact.Address = EmailContact, p.Email.String()
	case c.account.Phone:
		contact.Kind, contact.Address = PhoneContact, p.Phone.String()
	}
	return contact
}
