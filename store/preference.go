package store

import (
	"context"
	"fmt"
	"math"

	"assent/backoffice"
	"assent/consent"

	"github.com/jmoiron/sqlx"
)

type preferenceRow struct {
	ID             consent.PreferenceID   `db:"id"`
	OrganisationID consent.OrganisationID `db:"organisation_id"`
	Text           string                 `db:"text"`
	Version        int                    `db:"version"`
	Everywhere     bool                   `db:"everywhere"`
	CreatedAt      Time                   `db:"created_at"`
	UpdatedAt      Time                   `db:"updated_at"`
}

// preferenceValues are read for each text that is shown and for no other: a join
// could lead PostgreSQL to read every wording there is.
const preferenceValues = `p.id, p.organisation_id, p.version, p.everywhere, p.created_at, p.updated_at,
	(SELECT v.text FROM preference_version v WHERE v.preference_id = p.id AND v.version = p.version) AS text`

const selectPreference = `SELECT ` + preferenceValues + ` FROM preference p WHERE p.deleted_at IS NULL`

func (r preferenceRow) preference() backoffice.Preference {
	return backoffice.Preference{
		ID: r.ID, Text: r.Text, OrganisationID: r.OrganisationID, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
	}
}

func (r preferenceRow) text() consent.Preference {
	return consent.Preference{ID: r.ID, Text: r.Text, Version: r.Version}
}

func readPreference(ctx context.Context, db sqlx.QueryerContext, id consent.PreferenceID) (preferenceRow, error) {
	var row preferenceRow
	err := sqlx.GetContext(ctx, db, &row, selectPreference+` AND p.id = $1`, id)
	return row, err
}

// offeredQuery lists the texts on offer at a site: those offered everywhere that
// are not disabled there, and those of its organisation that are enabled there.
// Each half takes no more than it shows, so that it does not matter how many
// texts other sites have. SQLite reads the tables of a CROSS JOIN in the order
// they are named.
func offeredQuery(site consent.SiteID, page backoffice.Page) query {
	const columns = `SELECT id, organisation_id, version, everywhere, created_at, updated_at, text FROM `
	const ours = ` AND p.organisation_id = (SELECT organisation_id FROM site WHERE id = %s)`
	q := query{text: columns + `(` + columns + `(` + selectPreference}
	q.add(ours+` AND p.everywhere AND NOT EXISTS
(SELECT 1 FROM site_preference o WHERE o.site_id = %s AND o.preference_id = p.id AND NOT o.enabled)`, site, site)
	q.page("p.", page)
	q.text += `) AS everywhere UNION ALL ` + columns + `(SELECT ` + preferenceValues + ` FROM site_preference o CROSS JOIN preference p`
	q.add(` WHERE o.site_id = %s AND o.enabled AND p.id = o.preference_id AND p.deleted_at IS NULL AND NOT p.everywhere`+ours, site, site)
	q.page("p.", page)
	q.add(`) AS here) AS offered ORDER BY created_at, id LIMIT %s`, page.Limit)
	return q
}

// preferencesOf lists all the texts on offer at a site.
func (s *Store) preferencesOf(ctx context.Context, site consent.SiteID) ([]consent.Preference, error) {
	all := backoffice.Page{Limit: math.MaxInt32}
	return list(ctx, s, "the texts on offer", offeredQuery(site, all), preferenceRow.text)
}

// PreferenceTexts returns the texts among what was asked, as they were worded.
func (s *Store) PreferenceTexts(ctx context.Context, asked []consent.Asked) ([]string, error) {
	var texts []string
	for _, a := range asked {
		id, ok := a.Purpose.Preference()
		if !ok {
			continue
		}
		var text string
		err := s.reader.GetContext(ctx, &text,
			`SELECT text FROM preference_version WHERE preference_id = $1 AND version = $2`, id, a.Version)
		if err != nil {
			return nil, fmt.Errorf("reading a preference text: %w", noRows(err, consent.ErrNotFound))
		}
		texts = append(texts, text)
	}
	return texts, nil
}

type wordingKey struct {
	id      consent.PreferenceID
	version int
}

// Wordings lists the wordings of a text up to a version, newest first, but not
// more than the last consent.MaxWordings. Deleted texts keep theirs.
func (s *Store) Wordings(ctx context.Context, id consent.PreferenceID, version int) ([]consent.Wording, error) {
	return s.wordings.through(wordingKey{id, version}, func() ([]consent.Wording, error) {
		var q query
		q.add(`SELECT version, text FROM preference_version WHERE preference_id = %s AND version <= %s
ORDER BY version DESC LIMIT %s`, id, version, consent.MaxWordings)
		return list(ctx, s, "wordings", q, func(w consent.Wording) consent.Wording { return w })
	})
}
