package crash

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"assent/store/storetest"

	"github.com/jmoiron/sqlx"
)

// archived are the settings of docs/operations.md. A server works in the folder of its
// data.
var archived = []string{
	"-c", "archive_mode=on",
	"-c", "archive_command=test ! -f ../archive/%f && cp %p ../archive/%f.part && mv ../archive/%f.part ../archive/%f",
}

// TestPointInTime restores the moment before something went wrong, under load, from a
// base backup and what PostgreSQL archived since.
func TestPointInTime(t *testing.T) {
	t.Parallel()
	server := newPostgres(t, archived...)
	server.makeFolder(t, "archive")
	h := newHarness(t, server.url(), server.url())
	h.load(t)
	server.tool(t, "pg_basebackup", "--pgdata="+filepath.Join(server.folder, "base"), "--checkpoint=fast", "--wal-method=stream")
	await(t, "some work", h.ledger.acknowledges(10**writers))
	before, moment := h.ledger.soFar(), ""
	must(t, h.db.GetContext(t.Context(), &moment, `SELECT CAST(now() AS text)`))
	h.lives(t) // what goes wrong
	h.end(t)
	archive(t, h.db)
	server.restore(t, moment)
	db := storetest.Raw(t, server.url())
	until(t, "recovering", func() error { return recovered(t, db) })
	h.livesOn(t, server.url(), before)
}

// archive waits until all that was written is in the archive.
func archive(t *testing.T, db *sqlx.DB) {
	t.Helper()
	var last string
	must(t, db.GetContext(t.Context(), &last, `SELECT pg_walfile_name(pg_switch_wal())`))
	until(t, "archiving", func() error {
		var done bool
		err := db.GetContext(t.Context(), &done, `SELECT COALESCE(last_archived_wal >= $1, false) FROM pg_stat_archiver`, last)
		if err == nil && !done {
			err = errors.New("it is not in the archive yet")
		}
		return err
	})
}

// restore puts the base backup in the place of the data and lets the server recover
// up to a moment.
func (p *postgres) restore(t *testing.T, moment string) {
	t.Helper()
	p.kill(t)
	data := filepath.Join(p.folder, "data")
	must(t, os.Rename(data, filepath.Join(p.folder, "replaced")))
	must(t, os.Rename(filepath.Join(p.folder, "base"), data))
	settings, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = fmt.Fprintf(settings, "restore_command = 'cp ../archive/%%f %%p'\nrecovery_target_time = '%s'\nrecovery_target_action = 'promote'\n", moment)
	must(t, err)
	must(t, settings.Close())
	must(t, os.WriteFile(filepath.Join(data, "recovery.signal"), nil, 0o644))
	p.start(t)
}

func recovered(t *testing.T, db *sqlx.DB) error {
	var recovering bool
	err := db.GetContext(t.Context(), &recovering, `SELECT pg_is_in_recovery()`)
	if err == nil && recovering {
		err = errors.New("the server is still recovering")
	}
	return err
}

// makeFolder makes a folder that the server can write to, beside its data.
func (p *postgres) makeFolder(t *testing.T, name string) {
	t.Helper()
	path := filepath.Join(p.folder, name)
	must(t, os.Mkdir(path, 0o700))
	if p.owner != nil {
		must(t, os.Chown(path, int(p.owner.Credential.Uid), int(p.owner.Credential.Gid)))
	}
}
