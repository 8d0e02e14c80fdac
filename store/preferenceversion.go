package store

import (
	"context"
	"fmt"

	"assent/backoffice"
	"assent/consent"
)

type versionRow struct {
	OrganisationID consent.OrganisationID `db:"organisation_id"`
	Version        int                    `db:"version"`
	Text           string                 `db:"text"`
	CreatedAt      Time                   `db:"created_at"`
}

// FindVersions lists the wordings of a text, also of a deleted one, oldest first;
// backoffice.ErrNotFound when there never was one of that id.
func (s *Store) FindVersions(ctx context.Context, id consent.PreferenceID) (org consent.OrganisationID, versions []backoffice.PreferenceVersion, err error) {
	var q query
	q.add(`SELECT p.organisation_id, v.version, v.text, v.created_at FROM preference p
JOIN preference_version v ON v.preference_id = p.id WHERE p.id = %s ORDER BY v.version`, id)
	versions, err = list(ctx, s, "the versions of a text", q, func(r versionRow) backoffice.PreferenceVersion {
		org = r.OrganisationID
		return backoffice.PreferenceVersion{Version: r.Version, Text: r.Text, CreatedAt: r.CreatedAt.Time}
	})
	if err == nil && len(versions) == 0 {
		err = fmt.Errorf("listing the versions of a text: %w", backoffice.ErrNotFound)
	}
	return org, versions, err
}
