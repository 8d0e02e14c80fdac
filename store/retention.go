package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// sweptAtOnce is how many rows a step looks at: deleting all of them takes
// milliseconds, and others write before the next.
const sweptAtOnce = 500

// swept is a table whose old rows are deleted. Its primary key is the contact and a
// UUIDv7, which tells its age: one walk along the key finds what is old, needs no
// index of its own, and reads no row that is younger.
type swept struct {
	table, id string
	isOver    string // what else is true of a row that goes; $6 is the moment before which it is old
}

const overMessages = `status IN ('SENT', 'CANCELLED') AND finished_at < $6`

// needlessEvidence keeps what is needed to show that a person consented: what the
// consents in force were given on, the request that was confirmed for one of them at
// the site, and everything of a contact who withdrew lately, consented again or not,
// because that is when questions come. Where the record of a consent is not in the log,
// because its month was moved away, nobody can tell what it rests on, and all stays.
// The withdrawals are counted: PostgreSQL would join a NOT EXISTS with the whole log.
const needlessEvidence = `at < $6 AND NOT EXISTS (
  SELECT 1 FROM consent c LEFT JOIN audit_record r ON r.contact_id = c.contact_id AND r.id = c.record_id
  WHERE c.contact_id = evidence.contact_id
    AND (c.status = 'GRANTED' AND (r.event_id IS NULL OR r.event_id = evidence.event_id) OR c.status = 'WITHDRAWN' AND c.changed_at >= $6)
) AND NOT EXISTS (
  SELECT 1 FROM verification v JOIN consent c ON c.contact_id = v.contact_id AND c.site_id = v.site_id
  WHERE v.contact_id = evidence.contact_id AND v.id = evidence.event_id AND v.outcome = 'CONFIRMED' AND c.status = 'GRANTED'
) AND (
  SELECT count(*) FROM evidence lately JOIN audit_record r ON r.contact_id = lately.contact_id AND r.event_id = lately.event_id AND r.id > lately.event_id
  WHERE lately.contact_id = evidence.contact_id AND lately.at >= $6 AND r.action = 'WITHDRAWN'
) = 0`

// place is where a walk along a primary key has come to.
type place struct {
	Contact uuid.UUID `db:"contact_id"`
	ID      uuid.UUID `db:"id"`
}

// DeleteFinished deletes the messages that were sent or cancelled more than keep
// ago. Each step of the sequence is a short transaction, and tells how many it
// deleted; whoever wants to give way to others pauses between two. Any number of
// processes may do it at once. It ends with the first error.
func (s *Store) DeleteFinished(ctx context.Context, keep time.Duration) iter.Seq2[int, error] {
	return s.sweep(ctx, swept{"outbox", "id", overMessages}, s.now().Add(-keep))
}

// DeleteEvidence deletes, as DeleteFinished does, the evidence that is older than
// keep and no longer needed to show that a person consented (ADR 29).
func (s *Store) DeleteEvidence(ctx context.Context, keep time.Duration) iter.Seq2[int, error] {
	return s.sweep(ctx, swept{"evidence", "event_id", needlessEvidence}, s.now().Add(-keep))
}

func (s *Store) sweep(ctx context.Context, t swept, before time.Time) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for from, more := (place{}), true; more; {
			var n int
			var err error
			n, from, more, err = s.sweepOn(ctx, t, before, from)
			if err != nil {
				yield(0, fmt.Errorf("deleting old rows of %s: %w", t.table, redacted(err)))
				return
			}
			if !yield(n, nil) {
				return
			}
		}
	}
}

// sweepOn is one step. Where nothing is old it writes nothing and takes no lock.
func (s *Store) sweepOn(ctx context.Context, t swept, before time.Time, from place) (n int, to place, more bool, err error) {
	var places []place
	query := fmt.Sprintf(`SELECT contact_id, %[1]s AS id FROM %[2]s WHERE (contact_id, %[1]s) > ($1, $2)
ORDER BY contact_id, %[1]s LIMIT $3`, t.id, t.table)
	err = s.reader.SelectContext(ctx, &places, query, from.Contact, from.ID, sweptAtOnce)
	if err != nil || len(places) == 0 {
		return 0, from, false, err
	}
	to, more = places[len(places)-1], len(places) == sweptAtOnce
	bound := firstID(before)
	if !slices.ContainsFunc(places, func(p place) bool { return bytes.Compare(p.ID[:], bound[:]) < 0 }) {
		return 0, to, more, nil
	}
	err = transact(ctx, s.begin, func(tx *sqlx.Tx) error {
		n, err = s.deleteOld(ctx, tx, t, from, to, bound, before)
		return err
	})
	return n, to, more, err
}

// deleteOld deletes between two places, by index: the server guesses badly about a
// table that it has never counted.
func (s *Store) deleteOld(ctx context.Context, tx *sqlx.Tx, t swept, from, to place, bound uuid.UUID, before time.Time) (int, error) {
	if s.dialect.byIndex != "" {
		if _, err := tx.ExecContext(ctx, s.dialect.byIndex); err != nil {
			return 0, err
		}
	}
	result, err := tx.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %[2]s WHERE (contact_id, %[1]s) > ($1, $2) AND (contact_id, %[1]s) <= ($3, $4)
AND %[1]s < $5 AND %[3]s`, t.id, t.table, t.isOver), from.Contact, from.ID, to.Contact, to.ID, bound, Time{before})
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// firstID is the least UUIDv7 of a moment (RFC 9562, section 5.7): 48 bits of
// milliseconds, then nothing.
func firstID(at time.Time) (id uuid.UUID) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(at.UnixMilli(), 0)))
	copy(id[:6], ms[2:])
	return id
}
