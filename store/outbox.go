package store

import (
	"context"
	"fmt"
	"time"

	"assent/consent"

	"github.com/google/uuid"
)

// outgoingRow is a message with the address it goes to.
type outgoingRow struct {
	ID           uuid.UUID              `db:"id"`
	Contact      consent.ContactID      `db:"contact_id"`
	Site         consent.SiteID         `db:"site_id"`
	Kind         consent.MessageKind    `db:"kind"`
	Verification uuid.NullUUID          `db:"verification_id"`
	QueuedAt     Time                   `db:"queued_at"`
	Status       consent.DeliveryStatus `db:"status"`
	Claims       int64                  `db:"claims"`
	Attempts     int                    `db:"attempts"`
	Reason       string                 `db:"reason"`
	AddressKind  consent.Kind           `db:"address_kind"`
	Address      string                 `db:"address"`
}

const selectOutgoing = `
SELECT o.id, o.contact_id, o.site_id, o.kind, o.verification_id, o.queued_at, o.status, o.claims, o.attempts, o.reason,
  c.kind AS address_kind, c.address
FROM outbox o JOIN contact c ON c.id = o.contact_id `

func (r outgoingRow) outgoing() consent.Outgoing {
	return consent.Outgoing{
		ID: r.ID, Contact: r.Contact, Kind: r.Kind, Site: r.Site, Verification: consent.EventID{UUID: r.Verification.UUID},
		AddressKind: r.AddressKind, Address: r.Address, QueuedAt: r.QueuedAt.Time, Status: r.Status, Reason: r.Reason,
	}
}

// Outbox lists the latest messages, newest first, whatever has become of them.
func (s *Store) Outbox(ctx context.Context, limit int) ([]consent.Outgoing, error) {
	return s.outgoing(ctx, selectOutgoing+`ORDER BY o.queued_at DESC, o.id DESC LIMIT $1`, limit)
}

// Parked lists the messages that were given up, the oldest first.
func (s *Store) Parked(ctx context.Context, limit int) ([]consent.Outgoing, error) {
	return s.outgoing(ctx, selectOutgoing+`WHERE o.status = 'PARKED' ORDER BY o.queued_at, o.id LIMIT $1`, limit)
}

func (s *Store) outgoing(ctx context.Context, query string, args ...any) ([]consent.Outgoing, error) {
	var rows []outgoingRow
	if err := s.reader.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", redacted(err))
	}
	messages := make([]consent.Outgoing, 0, len(rows))
	for _, r := range rows {
		messages = append(messages, r.outgoing())
	}
	return messages, nil
}

// Sent counts the messages handed over within the last period, up to most.
func (s *Store) Sent(ctx context.Context, within time.Duration, most int) (int, error) {
	var n int
	err := s.reader.GetContext(ctx, &n, `
SELECT count(*) FROM (SELECT 1 AS one FROM outbox WHERE status = 'SENT' AND finished_at > $1 LIMIT $2) AS recent`,
		Time{s.now().Add(-within)}, most)
	if err != nil {
		return 0, fmt.Errorf("counting sent messages: %w", redacted(err))
	}
	return n, nil
}
