package backoffice

import (
	"context"

	"assent/auth"
	"assent/consent"
)

// Suppressed names an address that is not written to: one of the two.
type Suppressed struct {
	OrganisationID consent.OrganisationID
	Email          string
	PhoneNumber    string // with its international prefix
}

func (s Suppressed) address() (consent.Address, error) {
	var p Problems
	var a consent.Address
	var err error
	switch {
	case (s.Email == "") == (s.PhoneNumber == ""):
		p.add("email", "either this or phone_number is needed")
	case s.Email != "":
		a, err = consent.ParseEmail("email", s.Email)
	default:
		a, err = consent.ParsePhone("phone_number", s.PhoneNumber, "")
	}
	p.of(err)
	return a, p.err()
}

// LiftSuppression lets an address be written to again that bounced, complained or
// opted out before it was known; ErrForbidden, Problems, ErrNotFound when there is
// nothing of the kind to lift.
func (s *Service) LiftSuppression(ctx context.Context, by auth.APIKey, what Suppressed) error {
	if !by.Opens(what.OrganisationID.UUID) {
		return ErrForbidden
	}
	address, err := what.address()
	if err != nil {
		return err
	}
	if err := s.ownOrganisation(ctx, by, what.OrganisationID); err != nil {
		return err
	}
	lifted, err := s.consents.LiftSuppression(ctx, what.OrganisationID, address, editor(by))
	if err == nil && !lifted {
		return ErrNotFound
	}
	return err
}
