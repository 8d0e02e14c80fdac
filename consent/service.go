package consent

import (
	"context"
	"fmt"
	"time"
)

// Decision decides a change from the state of one contact. It must be pure: the
// store may run it again when another process changed the contact first.
type Decision func(st State, now time.Time) (Change, error)

// Store keeps contacts, their consents and the audit log.
type Store interface {
	// Update runs the decision on the contact's state and commits the change
	// before it returns nil. When it returns an error nothing was written, or,
	// if the database did not answer, the whole change may have been.
	Update(ctx context.Context, id ContactID, decide Decision) error
	// State reads what the rules may know of a contact, without holding it. One
	// that is not stored has a state with nothing but its id.
	State(ctx context.Context, id ContactID) (State, error)
	// KeepText stores a wording for ever.
	KeepText(ctx context.Context, text string) error
	// Wordings lists the wordings of a preference text up to a version, newest
	// first, but not more than the last MaxWordings.
	Wordings(ctx context.Context, id PreferenceID, version int) ([]Wording, error)
	// PreferenceTexts returns the texts among what was asked, as they were worded.
	PreferenceTexts(ctx context.Context, asked []Asked) ([]string, error)
	// Account reads what is known of an account, and the consents of it, of its
	// addresses and of the others given.
	Account(ctx context.Context, account ContactID, others ...ContactID) (AccountView, error)
	// Membership tells whether the e-mail contact has an account at the site
	// and whether it receives marketing there.
	Membership(ctx context.Context, email ContactID, site SiteID) (customer, subscribed bool, err error)
	// Site resolves a reference; ErrNotFound when there is no such site.
	Site(ctx context.Context, ref SiteRef) (Site, error)
	// SiteByID returns ErrNotFound when there is no such site.
	SiteByID(ctx context.Context, id SiteID) (Site, error)
	// Campaign returns ErrNotFound when the site has no such campaign.
	Campaign(ctx context.Context, site SiteID, id string) (Campaign, error)
}

// Hasher derives the keyed hash of an address within an organisation.
type Hasher interface {
	HashAddress(org OrganisationID, a Address) AddressHash
}

// Settings are the service-wide settings the rules obey.
type Settings struct {
	ConfirmLifetime time.Duration    // how long a confirmation link can be used
	RejectSilence   time.Duration    // how long an address is not written to after "that wasn't me"
	Now             func() time.Time // nil: time.Now
	Committed       func(Change)     // is told of every change once it is durable; may be nil
}

// Service carries out commands. Its methods return an *Error for what the caller
// did wrong and any other error for a failure of ours, in which case nothing may
// be reported as done.
type Service struct {
	store    Store
	hasher   Hasher
	settings Settings
}

// NewService returns a Service over the store.
func NewService(store Store, hasher Hasher, settings Settings) *Service {
	if settings.Now == nil {
		settings.Now = time.Now
	}
	if settings.Committed == nil {
		settings.Committed = func(Change) {}
	}
	return &Service{store: store, hasher: hasher, settings: settings}
}

// Site resolves the site of a request; an Error with SiteNotFound when there is none.
func (s *Service) Site(ctx context.Context, ref SiteRef) (Site, error) {
	site, err := s.store.Site(ctx, ref)
	if isNotFound(err) {
		return Site{}, &Error{Code: SiteNotFound, Message: "no such site"}
	}
	return site, err
}

// Request is who gives a command, from where, and what the form says of itself.
type Request struct {
	Actor  Actor
	Origin Origin
	Data   AuditData
}

// event gives the request its identity and makes sure that its wording is kept
// before anything refers to it.
func (s *Service) event(ctx context.Context, r Request) (Event, error) {
	if r.Data.MessageShown() != "" {
		if err := s.store.KeepText(ctx, r.Data.MessageShown()); err != nil {
			return Event{}, fmt.Errorf("keeping the message shown: %w", err)
		}
	}
	return Event{ID: NewEventID(), Actor: r.Actor, Data: r.Data, Origin: r.Origin}, nil
}

// ContactID is the contact of an address at the organisation.
func (s *Service) ContactID(org OrganisationID, a Address) ContactID {
	return s.hasher.HashAddress(org, a).ContactID()
}

func (s *Service) contact(org OrganisationID, a Address) Contact {
	return Contact{ID: s.ContactID(org, a), OrganisationID: org, Kind: a.Kind(), Address: a.String()}
}

// commit runs a decision that cannot fail and makes its change durable.
func (s *Service) commit(ctx context.Context, id ContactID, decide func(State, time.Time) Change) error {
	var committed Change
	err := s.store.Update(ctx, id, func(st State, now time.Time) (Change, error) {
		committed = decide(st, now)
		return committed, nil
	})
	if err != nil {
		return err
	}
	s.settings.Committed(committed)
	return nil
}

// update is commit for a decision that has an outcome besides its change.
func update[R any](ctx context.Context, s *Service, id ContactID, decide func(State, time.Time) (Change, R)) (R, error) {
	var outcome R
	err := s.commit(ctx, id, func(st State, now time.Time) (ch Change) {
		ch, outcome = decide(st, now)
		return ch
	})
	if err != nil {
		var none R
		return none, err
	}
	return outcome, nil
}
