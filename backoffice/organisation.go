package backoffice

import (
	"context"
	"time"

	"assent/auth"
	"assent/consent"

	"github.com/google/uuid"
)

// Organisation is a company, the legal controller: it owns sites and preference
// texts.
type Organisation struct {
	ID        consent.OrganisationID `json:"id" format:"uuid"`
	Name      string                 `json:"name" doc:"What the company is called"`
	CreatedAt time.Time              `json:"created_at"`
	UpdatedAt time.Time              `json:"updated_at"`
}

func (o Organisation) place() Cursor { return Cursor{At: o.CreatedAt, ID: o.ID.UUID} }

// Check reports what is wrong with the values; Problems.
// Check finds what is wrong with the values; Problems.
func (o Organisation) Check() error {
	var p Problems
	p.add("name", line(o.Name))
	return p.err()
}

// Organisations lists the organisations the caller may see.
func (s *Service) Organisations(ctx context.Context, by auth.APIKey, page Page) (List[Organisation], error) {
	items, err := s.store.ListOrganisations(ctx, organisation(by), page.plusOne())
	return listed(items, page.Limit, Organisation.place), err
}

// Organisation finds an organisation; ErrNotFound.
func (s *Service) Organisation(ctx context.Context, by auth.APIKey, id consent.OrganisationID) (Organisation, error) {
	if !by.Opens(id.UUID) {
		return Organisation{}, ErrNotFound
	}
	return s.store.FindOrganisation(ctx, id)
}

// CreateOrganisation is for keys for all organisations only; ErrForbidden,
// Problems.
func (s *Service) CreateOrganisation(ctx context.Context, by auth.APIKey, o Organisation) (Organisation, error) {
	if !by.IsGlobal() {
		return Organisation{}, ErrForbidden
	}
	if err := o.Check(); err != nil {
		return Organisation{}, err
	}
	o.ID = consent.OrganisationID{UUID: uuid.Must(uuid.NewV7())}
	return s.store.CreateOrganisation(ctx, editor(by), o)
}

// UpdateOrganisation changes what change changes; ErrNotFound, Problems.
func (s *Service) UpdateOrganisation(ctx context.Context, by auth.APIKey, id consent.OrganisationID, change func(*Organisation)) (Organisation, error) {
	if !by.Opens(id.UUID) {
		return Organisation{}, ErrNotFound
	}
	return s.store.UpdateOrganisation(ctx, editor(by), id, func(o *Organisation) error {
		change(o)
		return o.Check()
	})
}

// ownOrganisation refuses an input that names an organisation the caller may not
// work for, or that does not exist.
func (s *Service) ownOrganisation(ctx context.Context, by auth.APIKey, id consent.OrganisationID) error {
	if !by.Opens(id.UUID) {
		return ErrForbidden
	}
	_, err := s.store.FindOrganisation(ctx, id)
	return unknown(err, "organisation_id", "is no organisation")
}
