package store

import (
	"context"
	"fmt"

	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// A COMMIT whose answer is lost may or may not have happened. The records of the
// attempt are its identity: the next attempt looks for them, and only decides
// again what it does not find. Should the lost transaction still be running, our
// write of the contact waits for it and then meets a version it does not expect,
// so it is looked for once more.

// settledDoubts tells which of the doubtful records are there after all.
func settledDoubts(ctx context.Context, tx *sqlx.Tx, requests []*request) (map[consent.RecordID]bool, error) {
	settled := map[consent.RecordID]bool{}
	for _, r := range requests {
		if r.doubt == (consent.RecordID{}) {
			continue
		}
		var found int
		err := tx.GetContext(ctx, &found, `SELECT count(*) FROM audit_record WHERE contact_id = $1 AND id = $2`, r.id, r.doubt)
		if err != nil {
			return nil, fmt.Errorf("looking for a commit: %w", err)
		}
		settled[r.doubt] = found > 0
	}
	return settled, nil
}
