package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// claimQuery takes what is due, the oldest first, and passes over what another
// process is just taking. The end of the claim is when the message is due again. It
// returns each message with its address: a join of what was taken could lead
// PostgreSQL to read every message there is.
const claimQuery = `
WITH due AS MATERIALIZED (
  SELECT contact_id AS contact, id AS message FROM outbox
  WHERE channel = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3 %s
)
UPDATE outbox SET claims = claims + 1, due_at = $4 FROM due WHERE contact_id = contact AND id = message
RETURNING id, contact_id, site_id, kind, verification_id, queued_at, status, claims, attempts, reason,
  (SELECT c.kind FROM contact c WHERE c.id = outbox.contact_id) AS address_kind,
  (SELECT c.address FROM contact c WHERE c.id = outbox.contact_id) AS address`

// Claim hands out up to limit messages that are due on the channel. Nobody else
// gets them until the lease is over; then they are due again, so a worker that
// dies loses nothing.
func (s *Store) Claim(ctx context.Context, ch consent.Channel, limit int, lease time.Duration) ([]consent.Claimed, error) {
	now := s.now()
	due, err := s.isDue(ctx, ch, now)
	if err != nil || !due {
		return nil, err
	}
	var rows []outgoingRow
	err = transact(ctx, s.begin, func(tx *sqlx.Tx) error {
		query := fmt.Sprintf(claimQuery, s.dialect.skipLocked)
		return tx.SelectContext(ctx, &rows, query, ch, Time{now}, limit, Time{now.Add(lease)})
	})
	if err != nil {
		return nil, fmt.Errorf("claiming messages: %w", redacted(err))
	}
	slices.SortFunc(rows, func(a, b outgoingRow) int {
		return cmp.Or(a.QueuedAt.Compare(b.QueuedAt.Time), bytes.Compare(a.ID[:], b.ID[:]))
	})
	claimed := make([]consent.Claimed, 0, len(rows))
	for _, r := range rows {
		claimed = append(claimed, consent.Claimed{Outgoing: r.outgoing(), Claim: r.Claims, Attempts: r.Attempts})
	}
	return claimed, nil
}

// isDue looks first, so that waiting for messages takes no lock.
func (s *Store) isDue(ctx context.Context, ch consent.Channel, now time.Time) (bool, error) {
	var found []int
	// Without the order PostgreSQL may prefer to read the whole table.
	err := s.reader.SelectContext(ctx, &found,
		`SELECT 1 FROM outbox WHERE channel = $1 AND due_at <= $2 ORDER BY due_at LIMIT 1`, ch, Time{now})
	if err != nil {
		return false, fmt.Errorf("looking for messages: %w", redacted(err))
	}
	return len(found) > 0, nil
}

// Finish writes down what came of claims, all of it or nothing. A claim that is
// not the last one on its message comes too late and changes nothing.
func (s *Store) Finish(ctx context.Context, deliveries []consent.Delivery) error {
	now := s.now()
	err := transact(ctx, s.begin, func(tx *sqlx.Tx) error {
		for _, d := range deliveries {
			if err := finish(ctx, tx, d, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("finishing messages: %w", redacted(err))
	}
	return nil
}

func finish(ctx context.Context, tx *sqlx.Tx, d consent.Delivery, now time.Time) error {
	due, finished, failed := Time{}, Time{now}, 0
	if d.Status == consent.Waiting {
		due, finished = Time{now.Add(d.Retry)}, Time{}
	}
	if d.Failed {
		failed = 1
	}
	_, err := tx.ExecContext(ctx, `
UPDATE outbox SET status = $1, due_at = $2, finished_at = $3, attempts = attempts + $4, reason = $5
WHERE contact_id = $6 AND id = $7 AND claims = $8`,
		d.Status, due, finished, failed, d.Reason, d.Contact, d.ID, d.Claim)
	return err
}
