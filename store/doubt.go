package store

import (
	"context"
	"fmt"
	"slices"

	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// A commit whose answer is lost may or may not have happened. The records of the
// attempt are its identity: the next attempt looks for them, and only decides
// again what it does not find. Should the lost transaction still be running, our
// write of the contact waits for it and then meets a version it does not expect,
// so it is looked for once more. Ours may be lost while it waits: so what is in
// doubt stays in doubt.

// doubtAttempt notes that nobody knows whether the attempt was committed.
func (r *request) doubtAttempt() {
	if r.attempted != (consent.RecordID{}) {
		r.doubts = append(r.doubts, r.attempted)
	}
}

// isSettled reports whether an attempt that was in doubt was committed after all.
func (r *request) isSettled(ctx context.Context, db *sqlx.DB) (bool, error) {
	for _, doubt := range slices.Backward(r.doubts) {
		var found int
		err := db.GetContext(ctx, &found, `SELECT count(*) FROM audit_record WHERE contact_id = $1 AND id = $2`, r.id, doubt)
		if err != nil {
			return false, fmt.Errorf("looking for a commit: %w", err)
		}
		if found > 0 {
			return true, nil
		}
	}
	return false, nil
}
