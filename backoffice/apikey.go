package backoffice

import (
	"context"
	"time"

	"assent/auth"
	"assent/consent"

	"github.com/google/uuid"
)

// APIKeyID names an API key.
type APIKeyID struct{ uuid.UUID }

// APIKey is a key of the REST admin, without its secret.
type APIKey struct {
	ID             APIKeyID                `json:"id" format:"uuid"`
	OrganisationID *consent.OrganisationID `json:"organisation_id" format:"uuid" doc:"The organisation whose data it opens; null: all"`
	Role           auth.Role               `json:"role" enum:"read,admin" doc:"read sees everything, admin changes it as well"`
	Name           string                  `json:"name" doc:"What it is for, so that people know which one to revoke"`
	CreatedAt      time.Time               `json:"created_at"`
	UpdatedAt      time.Time               `json:"updated_at"`
	LastUsedAt     *time.Time              `json:"last_used_at" doc:"To the minute; null: never"`
}

func (k APIKey) place() Cursor { return Cursor{At: k.CreatedAt, ID: k.ID.UUID} }

func (k APIKey) organisation() uuid.UUID {
	if k.OrganisationID == nil {
		return uuid.Nil
	}
	return k.OrganisationID.UUID
}

// Check reports what is wrong with the values; Problems.
// Check finds what is wrong with the values; Problems.
func (k APIKey) Check() error {
	var p Problems
	p.add("name", line(k.Name))
	if k.Role != auth.Read && k.Role != auth.Admin {
		p.add("role", "must be read or admin")
	}
	return p.err()
}

// visible reports whether the caller may see the key: one for all organisations is
// for callers of its kind only.
func (k APIKey) visible(by auth.APIKey) bool {
	return by.IsGlobal() || by.Organisation == k.organisation()
}

// APIKeys lists the keys the caller may see that are not revoked.
func (s *Service) APIKeys(ctx context.Context, by auth.APIKey, page Page) (List[APIKey], error) {
	items, err := s.store.ListAPIKeys(ctx, organisation(by), page.plusOne())
	return listed(items, page.Limit, APIKey.place), err
}

// APIKey finds a key that is not revoked; ErrNotFound.
func (s *Service) APIKey(ctx context.Context, by auth.APIKey, id APIKeyID) (APIKey, error) {
	k, err := s.store.FindAPIKey(ctx, id)
	if err == nil && !k.visible(by) {
		return APIKey{}, ErrNotFound
	}
	return k, err
}

// CreateAPIKey makes a key and returns its secret, which is not kept and can not
// be had again; ErrForbidden, Problems.
func (s *Service) CreateAPIKey(ctx context.Context, by auth.APIKey, k APIKey) (_ APIKey, secret string, err error) {
	if !k.visible(by) {
		return APIKey{}, "", ErrForbidden
	}
	if err := k.Check(); err != nil {
		return APIKey{}, "", err
	}
	if k.OrganisationID != nil {
		if err := s.ownOrganisation(ctx, by, *k.OrganisationID); err != nil {
			return APIKey{}, "", err
		}
	}
	k.ID = APIKeyID{uuid.Must(uuid.NewV7())}
	secret = auth.NewSecret()
	k, err = s.store.CreateAPIKey(ctx, editor(by), k, auth.HashSecret(secret))
	return k, secret, err
}

// UpdateAPIKey changes the name or the role of a key; ErrNotFound, Problems.
func (s *Service) UpdateAPIKey(ctx context.Context, by auth.APIKey, id APIKeyID, change func(*APIKey)) (APIKey, error) {
	if _, err := s.APIKey(ctx, by, id); err != nil {
		return APIKey{}, err
	}
	return s.store.UpdateAPIKey(ctx, editor(by), id, func(k *APIKey) error {
		change(k)
		return k.Check()
	})
}

// RevokeAPIKey ends a key at once, in every process; ErrNotFound.
func (s *Service) RevokeAPIKey(ctx context.Context, by auth.APIKey, id APIKeyID) error {
	if _, err := s.APIKey(ctx, by, id); err != nil {
		return err
	}
	return s.store.RevokeAPIKey(ctx, editor(by), id)
}
