package store

import (
	"context"

	"assent/backoffice"
	"assent/consent"
)

// preferenceRecord is the beginning of a line about a text.
func preferenceRecord(p backoffice.Preference, action consent.EditAction) *consent.AdminRecord {
	return &consent.AdminRecord{
		Organisation: p.OrganisationID, Action: action, Subject: "marketing preference", SubjectID: p.ID.String(),
	}
}

// createdPreference is a new text as the audit log shows it, with where it is on
// offer.
type createdPreference struct {
	backoffice.Preference
	OnlyAt consent.SiteID `json:"only_at_site_id,omitzero"`
}

// CreatePreference defines a text under the id it has, on offer at one site, or
// everywhere if that is zero.
func (s *Store) CreatePreference(ctx context.Context, by consent.Editor, p backoffice.Preference, onlyAt consent.SiteID) (backoffice.Preference, error) {
	everywhere := onlyAt == consent.SiteID{}
	err := s.edit(ctx, by, p.ID.UUID, func(ctx context.Context, e *edit) error {
		p.CreatedAt, p.UpdatedAt = e.now, e.now
		e.record = preferenceRecord(p, consent.Created)
		e.record.After = createdPreference{p, onlyAt}
		if _, err := e.ExecContext(ctx, `INSERT INTO preference (id, organisation_id, everywhere, version, created_at, updated_at)
VALUES ($1, $2, $3, 1, $4, $4)`, p.ID, p.OrganisationID, everywhere, Time{e.now}); err != nil {
			return err
		}
		if err := e.word(ctx, p, 1); err != nil || everywhere {
			return err
		}
		return e.offer(ctx, onlyAt, p.ID, true)
	})
	return p, err
}

// RewordPreference keeps the old wording as a version.
func (s *Store) RewordPreference(ctx context.Context, by consent.Editor, id consent.PreferenceID, text string) (p backoffice.Preference, err error) {
	err = s.edit(ctx, by, id.UUID, func(ctx context.Context, e *edit) error {
		row, err := readPreference(ctx, e, id)
		before := row.preference()
		if p = before; err != nil || p.Text == text {
			return err
		}
		p.Text, p.UpdatedAt = text, e.now
		e.record = preferenceRecord(p, consent.Updated)
		e.record.Before, e.record.After = before, p
		if err := e.word(ctx, p, row.Version+1); err != nil {
			return err
		}
		_, err = e.ExecContext(ctx, `UPDATE preference SET version = $1, updated_at = $2 WHERE id = $3`, row.Version+1, Time{e.now}, id)
		return err
	})
	return p, err
}

// word keeps the current wording as the given version.
func (e *edit) word(ctx context.Context, p backoffice.Preference, version int) error {
	_, err := e.ExecContext(ctx, `INSERT INTO preference_version (preference_id, version, text, created_at) VALUES ($1, $2, $3, $4)`,
		p.ID, version, p.Text, Time{e.now})
	return err
}

// DeletePreference ends the offer of a text. Its wordings stay, since what was
// chosen refers to them.
func (s *Store) DeletePreference(ctx context.Context, by consent.Editor, id consent.PreferenceID) error {
	return s.edit(ctx, by, id.UUID, func(ctx context.Context, e *edit) error {
		row, err := readPreference(ctx, e, id)
		if err != nil {
			return err
		}
		e.record = preferenceRecord(row.preference(), consent.Deleted)
		e.record.Before = row.preference()
		if _, err := e.ExecContext(ctx, `DELETE FROM site_preference WHERE preference_id = $1`, id); err != nil {
			return err
		}
		_, err = e.ExecContext(ctx, `UPDATE preference SET deleted_at = $1, updated_at = $1 WHERE id = $2`, Time{e.now}, id)
		return err
	})
}

// offerState is whether a text is on offer at a site, in the audit log.
type offerState struct {
	Site    consent.SiteID `json:"site_id"`
	Offered bool           `json:"offered"`
}

// OfferPreference says whether a text is on offer at a site.
func (s *Store) OfferPreference(ctx context.Context, by consent.Editor, site consent.SiteID, id consent.PreferenceID, offered bool) error {
	return s.edit(ctx, by, id.UUID, func(ctx context.Context, e *edit) error {
		row, err := readPreference(ctx, e, id)
		if err != nil {
			return err
		}
		var before bool
		err = e.GetContext(ctx, &before, `SELECT COALESCE(
(SELECT enabled FROM site_preference WHERE site_id = $1 AND preference_id = $2), $3)`, site, id, row.Everywhere)
		if err != nil || before == offered {
			return err
		}
		e.record = &consent.AdminRecord{
			Organisation: row.OrganisationID, Action: consent.Updated, Subject: "offer",
			SubjectID: id.String(), Before: offerState{site, before}, After: offerState{site, offered},
		}
		return e.offer(ctx, site, id, offered)
	})
}

func (e *edit) offer(ctx context.Context, site consent.SiteID, id consent.PreferenceID, offered bool) error {
	_, err := e.ExecContext(ctx, `INSERT INTO site_preference (site_id, preference_id, enabled) VALUES ($1, $2, $3)
ON CONFLICT (site_id, preference_id) DO UPDATE SET enabled = excluded.enabled`, site, id, offered)
	return err
}
