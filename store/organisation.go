package store

import (
	"context"
	"fmt"

	"assent/backoffice"
	"assent/consent"

	"github.com/jmoiron/sqlx"
)

type organisationRow struct {
	ID        consent.OrganisationID `db:"id"`
	Name      string                 `db:"name"`
	CreatedAt Time                   `db:"created_at"`
	UpdatedAt Time                   `db:"updated_at"`
}

const selectOrganisation = `SELECT id, name, created_at, updated_at FROM organisation WHERE true`

func (r organisationRow) organisation() backoffice.Organisation {
	return backoffice.Organisation{ID: r.ID, Name: r.Name, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time}
}

func readOrganisation(ctx context.Context, db sqlx.QueryerContext, id consent.OrganisationID) (backoffice.Organisation, error) {
	var row organisationRow
	err := sqlx.GetContext(ctx, db, &row, selectOrganisation+` AND id = $1`, id)
	return row.organisation(), err
}

// Empty reports whether nothing has been defined yet.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var n int
	if err := s.reader.GetContext(ctx, &n, `SELECT count(*) FROM organisation`); err != nil {
		return false, fmt.Errorf("counting organisations: %w", redacted(err))
	}
	return n == 0, nil
}

// FindOrganisation returns backoffice.ErrNotFound when there is none of that id.
func (s *Store) FindOrganisation(ctx context.Context, id consent.OrganisationID) (backoffice.Organisation, error) {
	o, err := readOrganisation(ctx, s.reader, id)
	return found("an organisation", o, err)
}

// ListOrganisations lists one organisation, or with a zero id all of them.
func (s *Store) ListOrganisations(ctx context.Context, org consent.OrganisationID, page backoffice.Page) ([]backoffice.Organisation, error) {
	return list(ctx, s, "organisations", organisationsQuery(org, page), organisationRow.organisation)
}

func organisationsQuery(org consent.OrganisationID, page backoffice.Page) query {
	q := query{text: selectOrganisation}
	q.ownedBy("id", org)
	q.page("", page)
	return q
}

// CreateOrganisation defines an organisation under the id it has.
func (s *Store) CreateOrganisation(ctx context.Context, by consent.Editor, o backoffice.Organisation) (backoffice.Organisation, error) {
	err := s.edit(ctx, by, o.ID.UUID, func(ctx context.Context, e *edit) error {
		o.CreatedAt, o.UpdatedAt = e.now, e.now
		e.record = &consent.AdminRecord{
			Organisation: o.ID, Action: consent.Created, Subject: "organisation", SubjectID: o.ID.String(), After: o,
		}
		_, err := e.ExecContext(ctx, `INSERT INTO organisation (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)`,
			o.ID, o.Name, Time{e.now})
		return err
	})
	return o, err
}

// UpdateOrganisation changes the name of an organisation.
func (s *Store) UpdateOrganisation(ctx context.Context, by consent.Editor, id consent.OrganisationID, change func(*backoffice.Organisation) error) (o backoffice.Organisation, err error) {
	err = s.edit(ctx, by, id.UUID, func(ctx context.Context, e *edit) error {
		if o, err = readOrganisation(ctx, e, id); err != nil {
			return err
		}
		before, differs, err := revised(&o, change)
		if err != nil || !differs {
			return err
		}
		o.UpdatedAt = e.now
		e.record = &consent.AdminRecord{
			Organisation: id, Action: consent.Updated, Subject: "organisation", SubjectID: id.String(), Before: before, After: o,
		}
		_, err = e.ExecContext(ctx, `UPDATE organisation SET name = $1, updated_at = $2 WHERE id = $3`, o.Name, Time{e.now}, id)
		return err
	})
	return o, err
}
