package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"assent/consent"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// ErrClosed is returned for what is asked of a store that is closing.
var ErrClosed = errors.New("the store is closed")

// errConflict means that another process changed a contact between our reading
// and our writing it.
var errConflict = errors.New("a contact was changed by another process")

// errUnanswered means that nobody knows whether a transaction was committed.
var errUnanswered = errors.New("no answer to a commit")

// unlessRefused adds errUnanswered to the error of a statement that is a transaction by
// itself, unless the server has refused it. Of the connection, of the server that ends and
// of its own errors (SQLSTATE classes 08, 57, 58, XX) it may tell after it has committed.
func unlessRefused(err error) error {
	var refused *pq.Error
	if !errors.As(err, &refused) {
		return fmt.Errorf("%w: %w", errUnanswered, err)
	}
	switch refused.Code.Class() {
	case "08", "57", "58", "XX":
		return fmt.Errorf("%w: %w", errUnanswered, err)
	}
	return err
}

// isPassing reports whether an error says nothing about what was to be written:
// the connection broke, or another process got in between.
func isPassing(err error) bool {
	var refused *pq.Error
	var lite *sqlite.Error
	switch {
	case errors.Is(err, errConflict):
		return true
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, ErrClosed), errors.As(err, &refusal{}):
		return false
	case errors.As(err, &refused):
		return passingState(string(refused.Code))
	case errors.As(err, &lite):
		primary := lite.Code() & 0xff
		return primary == sqlitelib.SQLITE_BUSY || primary == sqlitelib.SQLITE_LOCKED
	default:
		// Neither database refused it, so it never got an answer.
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
}

// concernsSome reports whether perhaps only some of a batch are to blame: the
// database refused their data, or somebody else has their rows locked.
func concernsSome(err error) bool {
	var refused *pq.Error
	var lite *sqlite.Error
	switch {
	case isLocked(err):
		return true
	case errors.As(err, &refused):
		class := refused.Code.Class()
		return class == "22" || class == "23" // data exception, integrity constraint violation
	case errors.As(err, &lite):
		primary := lite.Code() & 0xff
		return primary == sqlitelib.SQLITE_CONSTRAINT || primary == sqlitelib.SQLITE_TOOBIG || primary == sqlitelib.SQLITE_MISMATCH
	default:
		return false
	}
}

// isLocked reports whether somebody else had locked a row for too long.
func isLocked(err error) bool {
	var refused *pq.Error
	return errors.As(err, &refused) && refused.Code == "55P03" // lock_not_available
}

// isDuplicate reports whether the database refused a second of what must be
// unique.
func isDuplicate(err error) bool {
	var refused *pq.Error
	var lite *sqlite.Error
	switch {
	case errors.As(err, &refused):
		return refused.Code == "23505" // unique_violation
	case errors.As(err, &lite):
		return lite.Code() == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY
	default:
		return false
	}
}

// passingState knows the SQLSTATEs after which the same transaction may succeed.
func passingState(state string) bool {
	switch state {
	case "40001", // serialization_failure
		"40P01", // deadlock_detected
		"53300", // too_many_connections
		"55P03", // lock_not_available
		"57P01", // admin_shutdown
		"57P02", // crash_shutdown
		"57P03": // cannot_connect_now
		return true
	}
	return len(state) == 5 && state[:2] == "08" // connection_exception
}

// redacted removes from a database error what may quote personal data: messages
// and details repeat values.
func redacted(err error) error {
	var refused *pq.Error
	var lite *sqlite.Error
	switch {
	case errors.As(err, &refused):
		return fmt.Errorf("PostgreSQL error %s on table %q", refused.Code, refused.Table)
	case errors.As(err, &lite):
		return fmt.Errorf("SQLite error %d: %s", lite.Code(), sqlite.ErrorCodeString[lite.Code()])
	default:
		return err
	}
}

// refusedConnection says what an operator can do about a connection that PostgreSQL,
// or a pooler in front of it, did not accept. It repeats nothing that they said.
func refusedConnection(err error) error {
	var refused *pq.Error
	if !errors.As(err, &refused) {
		return redacted(err)
	}
	if reason := refusalReason(string(refused.Code)); reason != "" {
		return fmt.Errorf("%s (PostgreSQL error %s)", reason, refused.Code)
	}
	return fmt.Errorf("PostgreSQL error %s", refused.Code)
}

func refusalReason(state string) string {
	switch state {
	case "08P01":
		return "a pooler refused the connection and its log says why: perhaps it has no such database, or the URL sets a parameter, " +
			"such as search_path, that belongs to the role"
	case "28P01", "28000":
		return "the server refused the user or the password"
	case "3D000":
		return "the server has no such database"
	case "42501":
		return "the user may not connect to the database"
	case "53300":
		return "the server has no connection left"
	case "57P03":
		return "the server is starting up or shutting down"
	default:
		return ""
	}
}

// noRows maps the absence of a row to the error the domain knows.
func noRows(err, notFound error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return notFound
	}
	return redacted(err)
}

// ignoreDone forgets that a transaction was already over.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

func isNotFound(err error) bool { return errors.Is(err, consent.ErrNotFound) }
