package store

import (
	"context"
	"fmt"

	"assent/consent"
)

// maxBacklog is how far messages are counted: metrics are read often, and beyond it
// nobody needs to know more.
const maxBacklog = 100_000

// Backlog counts what has not been sent, by channel and status, each up to
// 100,000. What there is none of is left out.
func (s *Store) Backlog(ctx context.Context) ([]consent.Backlog, error) {
	return s.backlog(ctx, maxBacklog)
}

func (s *Store) backlog(ctx context.Context, most int) (backlog []consent.Backlog, err error) {
	for _, channel := range []consent.Channel{consent.Email, consent.SMS} {
		for _, status := range []consent.DeliveryStatus{consent.Parked, consent.Waiting} {
			b, err := s.backlogOf(ctx, channel, status, most)
			if err != nil {
				return nil, fmt.Errorf("counting the outbox: %w", redacted(err))
			}
			if b.Count > 0 {
				backlog = append(backlog, b)
			}
		}
	}
	return backlog, nil
}

func (s *Store) backlogOf(ctx context.Context, ch consent.Channel, status consent.DeliveryStatus, most int) (consent.Backlog, error) {
	var row struct {
		Count  int  `db:"count"`
		Oldest Time `db:"oldest"`
		Due    Time `db:"due"`
	}
	// The literals let both databases use the index of what was not sent.
	err := s.reader.GetContext(ctx, &row, `
SELECT count(*) AS count, min(queued_at) AS oldest,
  (SELECT min(due_at) FROM outbox WHERE channel = $1 AND due_at IS NOT NULL) AS due
FROM (SELECT queued_at FROM outbox WHERE status IN ('WAITING', 'PARKED') AND status = $2 AND channel = $1
  ORDER BY queued_at LIMIT $3) AS unsent`, ch, status, most)
	b := consent.Backlog{Channel: ch, Status: status, Count: row.Count, Oldest: row.Oldest.Time}
	if status == consent.Waiting {
		b.Due = row.Due.Time
	}
	return b, err
}
