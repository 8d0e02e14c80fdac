package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"assent/backoffice"
	"assent/consent"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// edit is one change of the back office on its way into the database: a
// transaction with one line in its audit log.
type edit struct {
	*sqlx.Tx
	now    time.Time
	record *consent.AdminRecord // nil: nothing changes
}

// editing is what the attempts to carry out a change have in common.
type editing struct {
	by      consent.Editor
	changed uuid.UUID // what is changed
	run     func(context.Context, *edit) error
	line    uuid.UUID // of the latest attempt that came as far as its COMMIT
}

// refusal is an error for the caller: another attempt would end in it too.
type refusal struct{ error }

// edit carries out a change of the back office, alone on what is changed, and
// forgets what was remembered from before. An error that is not the database's is
// returned as it is.
func (s *Store) edit(ctx context.Context, by consent.Editor, changed uuid.UUID, run func(context.Context, *edit) error) error {
	a := &editing{by: by, changed: changed, run: run}
	err := repeat(ctx, isPassing, func(ctx context.Context) error {
		return transact(ctx, s.begin, func(tx *sqlx.Tx) error { return s.tryEdit(ctx, tx, a) })
	})
	var refused refusal
	switch {
	case err == nil:
		s.forget()
		return nil
	case errors.As(err, &refused):
		return refused.error
	case errors.Is(err, sql.ErrNoRows):
		return backoffice.ErrNotFound
	default:
		return fmt.Errorf("changing what the back office defines: %w", redacted(err))
	}
}

// tryEdit is one attempt. A COMMIT whose answer is lost is settled by the next one,
// which looks for the line of the one before; what that returned stands.
func (s *Store) tryEdit(ctx context.Context, tx *sqlx.Tx, a *editing) error {
	if err := s.lockEdit(ctx, tx, a.changed); err != nil {
		return err
	}
	if done, err := isLogged(ctx, tx, a.line); done || err != nil {
		return err
	}
	e := &edit{Tx: tx, now: s.now().UTC().Truncate(time.Microsecond)}
	if err := a.run(ctx, e); err != nil || e.record == nil {
		return err
	}
	e.record.Editor = a.by
	line := uuid.Must(uuid.NewV7())
	if err := s.logEdit(ctx, e, line); err != nil {
		return err
	}
	a.line = line
	return nil
}

// lockEdit waits until no other transaction changes the same thing. It also waits
// for an attempt of ours that the server may still be committing, so that
// afterwards it is certain whether that happened.
func (s *Store) lockEdit(ctx context.Context, tx *sqlx.Tx, changed uuid.UUID) error {
	if s.dialect.editLock == "" {
		return nil
	}
	key := int64(binary.BigEndian.Uint64(changed[8:])) // the random half of a UUIDv7
	if _, err := tx.ExecContext(ctx, s.dialect.editLock, key); err != nil {
		return fmt.Errorf("waiting for other changes: %w", err)
	}
	return nil
}

// forget makes the next reader see what was just committed.
func (s *Store) forget() {
	s.siteIDs.forget()
	s.sites.forget()
	s.campaigns.forget()
	s.publicTexts.forget()
}

// revised lets change change a thing and reports whether that made a difference.
// before is what it was, as JSON: change may write to what slices and pointers of
// the thing lead to.
func revised[T any](thing *T, change func(*T) error) (before json.RawMessage, differs bool, err error) {
	if before, err = json.Marshal(thing); err != nil {
		return nil, false, refusal{err}
	}
	if err := change(thing); err != nil {
		return nil, false, refusal{err}
	}
	after, err := json.Marshal(thing)
	if err != nil {
		return nil, false, refusal{err}
	}
	return before, !bytes.Equal(before, after), nil
}

// takenOr says that a value must be unique and is not, where that is the error.
func takenOr(err error, field string) error {
	if isDuplicate(err) {
		return refusal{backoffice.Taken(field)}
	}
	return err
}
