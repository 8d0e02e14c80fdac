package store

import (
	"context"
	"fmt"
	"time"

	"assent/auth"
	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

type apiKeyRow struct {
	ID           backoffice.APIKeyID `db:"id"`
	Organisation uuid.NullUUID       `db:"organisation_id"`
	Role         auth.Role           `db:"role"`
	Name         string              `db:"name"`
	CreatedAt    Time                `db:"created_at"`
	UpdatedAt    Time                `db:"updated_at"`
	LastUsedAt   Time                `db:"last_used_at"`
}

const selectKey = `SELECT id, organisation_id, role, name, created_at, updated_at, last_used_at FROM api_key
WHERE revoked_at IS NULL`

func (r apiKeyRow) key() backoffice.APIKey {
	k := backoffice.APIKey{
		ID: r.ID, Role: r.Role, Name: r.Name, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, LastUsedAt: r.LastUsedAt.orNil(),
	}
	if r.Organisation.Valid {
		k.OrganisationID = &consent.OrganisationID{UUID: r.Organisation.UUID}
	}
	return k
}

func readAPIKey(ctx context.Context, db sqlx.QueryerContext, id backoffice.APIKeyID) (apiKeyRow, error) {
	var row apiKeyRow
	err := sqlx.GetContext(ctx, db, &row, selectKey+` AND id = $1`, id)
	return row, err
}

// KeyByHash finds the key whose secret has the hash; auth.ErrUnknownKey when there
// is none, or not any more. It always asks the database, so that a key revoked by
// another process is not accepted once more.
func (s *Store) KeyByHash(ctx context.Context, hash auth.KeyHash) (auth.APIKey, error) {
	var r apiKeyRow
	if err := s.reader.GetContext(ctx, &r, selectKey+` AND hash = $1`, hash[:]); err != nil {
		return auth.APIKey{}, fmt.Errorf("looking for an API key: %w", noRows(err, auth.ErrUnknownKey))
	}
	return auth.APIKey{
		ID: r.ID.UUID, Organisation: r.Organisation.UUID, Role: r.Role, Name: r.Name, LastUsedAt: r.LastUsedAt.Time,
	}, nil
}

// KeyUsed notes when a key was used last. What is noted already is never put back.
func (s *Store) KeyUsed(ctx context.Context, id uuid.UUID, at time.Time) error {
	err := transact(ctx, s.begin, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx,
			`UPDATE api_key SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $1)`, Time{at}, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("noting the use of an API key: %w", redacted(err))
	}
	return nil
}

// FindAPIKey returns backoffice.ErrNotFound when there is no key of that id, or
// not any more.
func (s *Store) FindAPIKey(ctx context.Context, id backoffice.APIKeyID) (backoffice.APIKey, error) {
	row, err := readAPIKey(ctx, s.reader, id)
	return found("an API key", row.key(), err)
}

// ListAPIKeys lists the keys of an organisation or, if that is zero, all of them.
func (s *Store) ListAPIKeys(ctx context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.APIKey, error) {
	return list(ctx, s, "API keys", apiKeysQuery(org, page), apiKeyRow.key)
}

func apiKeysQuery(org consent.OrganisationID, page backoffice.Page) query {
	q := query{text: selectKey}
	q.ownedBy("organisation_id", org)
	q.page("", page)
	return q
}

// CreateAPIKey keeps a key under the id it has, with the hash of its secret, which
// nothing else ever shows.
func (s *Store) CreateAPIKey(ctx context.Context, by consent.Editor, k backoffice.APIKey, hash auth.KeyHash) (backoffice.APIKey, error) {
	k.LastUsedAt = nil
	err := s.edit(ctx, by, k.ID.UUID, func(ctx context.Context, e *edit) error {
		k.CreatedAt, k.UpdatedAt = e.now, e.now
		e.record = apiKeyRecord(k, consent.Created)
		e.record.After = k
		_, err := e.ExecContext(ctx, `INSERT INTO api_key (id, hash, organisation_id, role, name, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)`, k.ID, hash[:], orNull(organisationOf(k).UUID), k.Role, k.Name, Time{e.now})
		return err
	})
	return k, err
}

// UpdateAPIKey changes the role or the name of a key.
func (s *Store) UpdateAPIKey(ctx context.Context, by consent.Editor, id backoffice.APIKeyID, change func(*backoffice.APIKey) error) (k backoffice.APIKey, err error) {
	err = s.edit(ctx, by, id.UUID, func(ctx context.Context, e *edit) error {
		row, err := readAPIKey(ctx, e, id)
		if err != nil {
			return err
		}
		k = row.key()
		before, differs, err := revised(&k, change)
		if err != nil || !differs {
			return err
		}
		k.UpdatedAt = e.now
		e.record = apiKeyRecord(k, consent.Updated)
		e.record.Before, e.record.After = before, k
		_, err = e.ExecContext(ctx, `UPDATE api_key SET role = $1, name = $2, updated_at = $3 WHERE id = $4`, k.Role, k.Name, Time{e.now}, id)
		return err
	})
	return k, err
}

// RevokeAPIKey ends a key at once, in every process.
func (s *Store) RevokeAPIKey(ctx context.Context, by consent.Editor, id backoffice.APIKeyID) error {
	return s.edit(ctx, by, id.UUID, func(ctx context.Context, e *edit) error {
		row, err := readAPIKey(ctx, e, id)
		if err != nil {
			return err
		}
		e.record = apiKeyRecord(row.key(), consent.Deleted)
		e.record.Before = row.key()
		_, err = e.ExecContext(ctx, `UPDATE api_key SET revoked_at = $1, updated_at = $1 WHERE id = $2`, Time{e.now}, id)
		return err
	})
}

// apiKeyRecord is the beginning of a line about a key.
func apiKeyRecord(k backoffice.APIKey, action consent.EditAction) *consent.AdminRecord {
	return &consent.AdminRecord{Organisation: organisationOf(k), Action: action, Subject: "api key", SubjectID: k.ID.String()}
}

func organisationOf(k backoffice.APIKey) consent.OrganisationID {
	if k.OrganisationID == nil {
		return consent.OrganisationID{}
	}
	return *k.OrganisationID
}
