package store

import (
	"context"
	"fmt"

	"assent/consent"

	"github.com/google/uuid"
)

// Outbox lists the latest messages, newest first.
func (s *Store) Outbox(ctx context.Context, limit int) ([]consent.Outgoing, error) {
	var rows []struct {
		ID           uuid.UUID           `db:"id"`
		Contact      consent.ContactID   `db:"contact_id"`
		Site         consent.SiteID      `db:"site_id"`
		Kind         consent.MessageKind `db:"kind"`
		Verification uuid.NullUUID       `db:"verification_id"`
		QueuedAt     Time                `db:"queued_at"`
		AddressKind  consent.Kind        `db:"address_kind"`
		Address      string              `db:"address"`
	}
	err := s.reader.SelectContext(ctx, &rows, `
SELECT o.id, o.contact_id, o.site_id, o.kind, o.verification_id, o.queued_at, c.kind AS address_kind, c.address
FROM outbox o JOIN contact c ON c.id = o.contact_id ORDER BY o.queued_at DESC, o.id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", redacted(err))
	}
	queued := make([]consent.Outgoing, 0, len(rows))
	for _, r := range rows {
		queued = append(queued, consent.Outgoing{
			ID: r.ID, Contact: r.Contact, Kind: r.Kind, Site: r.Site, Verification: consent.EventID{UUID: r.Verification.UUID},
			AddressKind: r.AddressKind, Address: r.Address, QueuedAt: r.QueuedAt.Time,
		})
	}
	return queued, nil
}
