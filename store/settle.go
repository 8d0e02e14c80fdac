package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// settledAtOnce is how many messages an operator's command changes in one transaction.
// There may be any number of them, and a statement has no more time than silence.
const settledAtOnce = 5000

// Requeue makes parked messages due again, those with the ids or, with none,
// all of them. It returns how many there were; after an error it can be done again.
func (s *Store) Requeue(ctx context.Context, ids ...uuid.UUID) (int64, error) {
	parked := settling{
		set:  `status = 'WAITING', due_at = $%d, finished_at = NULL, attempts = 0`,
		that: `status = 'PARKED'`,
	}
	n, err := s.settle(ctx, parked.among(ids))
	if err != nil {
		return n, fmt.Errorf("queueing parked messages again: %w", redacted(err))
	}
	return n, nil
}

// Cancel ends messages that wait or are parked: those with the ids or, with none,
// all that were queued before a moment. One that a worker is just sending may still go
// out. It returns how many there were; after an error it can be done again.
func (s *Store) Cancel(ctx context.Context, before time.Time, ids ...uuid.UUID) (int64, error) {
	unsent := settling{
		set:  `status = 'CANCELLED', due_at = NULL, finished_at = $%d, claims = claims + 1, reason = 'OPERATOR'`,
		that: `status IN ('WAITING', 'PARKED')`,
	}
	if len(ids) == 0 {
		unsent.that += ` AND queued_at < $1`
		unsent.args = []any{Time{before}}
	}
	n, err := s.settle(ctx, unsent.among(ids))
	if err != nil {
		return n, fmt.Errorf("cancelling messages: %w", redacted(err))
	}
	return n, nil
}

// settling is what becomes of messages, and of which.
type settling struct {
	set  string // with the number of the argument that is the time
	that string
	args []any // of that
}

// among narrows it to messages with the ids; with none, it stays as it is.
func (w settling) among(ids []uuid.UUID) settling {
	if len(ids) > 0 {
		w.that += ` AND id IN (` + placeholders(len(w.args)+1, len(ids)) + `)`
	}
	for _, id := range ids {
		w.args = append(w.args, id)
	}
	return w
}

// turn is where a message stands in the order in which they were queued.
type turn struct {
	QueuedAt Time      `db:"queued_at"`
	ID       uuid.UUID `db:"id"`
}

// settle goes through the messages in the order in which they were queued, which
// nothing changes: one that is parked again meanwhile is not come upon twice.
func (s *Store) settle(ctx context.Context, w settling) (total int64, err error) {
	from := turn{QueuedAt: Time{time.Unix(0, 0)}} // before all
	for more := true; more; {
		var n int64
		n, from, more, err = s.settleOn(ctx, w, from)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (s *Store) settleOn(ctx context.Context, w settling, from turn) (n int64, to turn, more bool, err error) {
	next := len(w.args) + 1
	after := fmt.Sprintf(`%s AND (queued_at, id) > ($%d, $%d)`, w.that, next, next+1)
	args := slices.Concat(w.args, []any{from.QueuedAt, from.ID})
	var turns []turn
	err = s.reader.SelectContext(ctx, &turns,
		fmt.Sprintf(`SELECT queued_at, id FROM outbox WHERE %s ORDER BY queued_at, id LIMIT %d`, after, settledAtOnce), args...)
	if err != nil || len(turns) == 0 {
		return 0, from, false, err
	}
	to, more = turns[len(turns)-1], len(turns) == settledAtOnce
	query := fmt.Sprintf(`UPDATE outbox SET `+w.set+` WHERE %s AND (queued_at, id) <= ($%d, $%d)`, next+4, after, next+2, next+3)
	err = transact(ctx, s.begin, func(tx *sqlx.Tx) error {
		result, err := tx.ExecContext(ctx, query, append(args, to.QueuedAt, to.ID, Time{s.now()})...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, from, false, err
	}
	return n, to, more, nil
}
