package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"assent/consent"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // registers the driver
)

// dialect is everything that differs between the two databases.
type dialect struct {
	name       string                                             // of the migrations folder
	readers    int                                                // how many batches may be read at once
	load       func(ids []consent.ContactID, since Time) query    // see loadedTable
	views      func(contacts, accounts []consent.ContactID) query // the same
	commit     committer                                          // writes many rows
	functions  []function                                         // that the above call
	skipLocked string                                             // makes a SELECT pass over rows that others hold
	editLock   string                                             // waits for other edits of what has the number; empty: there is only one at a time
	lock       string                                             // taken first in a migration
	hasTable   string                                             // counts the tables of the given name
	months     string                                             // makes the months of the audit log, so many ahead; empty: it is not divided
	forgetful  string                                             // lists what lets commits be lost; empty: nothing can
	monthsEnd  string                                             // selects the id with which the last month of the audit log ends; empty: it is not divided
	limits     *limited                                           // for how long the server may wait; nil: it is no server
	migrator   func() (*sqlx.DB, error)                           // opens a pool whose statements may take long; nil: any may
	byIndex    string                                             // makes the transaction search by index wherever it can; empty: it does
	copier     func() (*sqlx.DB, error)                           // opens a pool that may copy the database; nil: it is no file
}

var (
	errScheme     = errors.New("the database URL must start with postgres:// or sqlite://")
	errNoFile     = errors.New("the database URL must name a file after sqlite://")
	errUnreadable = errors.New("the database URL cannot be read: percent-encode special characters in user and password") // its cause would quote them
)

// connect opens a pool for writing and one for reading.
func connect(databaseURL string) (d dialect, writer, reader *sqlx.DB, err error) {
	switch scheme, rest, _ := strings.Cut(databaseURL, "://"); scheme {
	case "postgres", "postgresql":
		return connectPostgres(databaseURL)
	case "sqlite":
		return connectSQLite(rest)
	default:
		return d, nil, nil, errScheme
	}
}

func connectPostgres(databaseURL string) (dialect, *sqlx.DB, *sqlx.DB, error) {
	d := dialect{
		name: "postgres", readers: 1,
		byIndex:    `SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']) AS name`,
		skipLocked: `FOR UPDATE SKIP LOCKED`,
		editLock:   `SELECT pg_advisory_xact_lock($1)`,
		lock:       `SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(4158673290)`,
		hasTable:   `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1`,
		months:     `SELECT make_audit_months($1)`,
		monthsEnd:  `SELECT audit_months_end()`,
		forgetful:  forgetfulSettings,
	}
	const size = 8 // one writes batches, one reads accounts, the others do all the rest
	db, limits, err := openPostgres(databaseURL, silence, size)
	if err != nil {
		return d, nil, nil, err
	}
	db.SetConnMaxLifetime(30 * time.Minute)
	d.limits = limits
	d.callFunctions()
	d.migrator = func() (*sqlx.DB, error) {
		db, _, err := openPostgres(databaseURL, forEver, 1)
		return db, err
	}
	return d, db, db, nil
}

// callFunctions leaves to functions what is asked for all the time.
func (d *dialect) callFunctions() {
	load, view, write := loadFunction(), viewFunction(), newTables().writeFunction()
	loading, viewing, writing := load.call(), view.call(), write.call()+" AS written WHERE written"
	d.load = func(ids []consent.ContactID, since Time) query { return query{loading, []any{idArray(ids), since}} }
	d.views = func(contacts, accounts []consent.ContactID) query {
		return query{viewing, []any{idArray(contacts), idArray(accounts)}}
	}
	d.commit = commitArrays(writing, d.limits)
	d.functions = []function{load, view, write}
	d.limits.hot = []string{loading, viewing, writing}
}

// openPostgres opens a pool of so many connections, gives one up that is silent for
// so long, and tells the server to do the same. The idle ones are then given up too:
// most likely they lead nowhere either, and whoever takes one of them would wait.
func openPostgres(databaseURL string, silence time.Duration, size int) (*sqlx.DB, *limited, error) {
	u, err := url.Parse(databaseURL)
	if err != nil {
		return nil, nil, errUnreadable
	}
	dialer := &deadlineDialer{silence: silence}
	connector, err := newLimited(u, dialer)
	if err != nil {
		return nil, nil, err
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	dialer.fellSilent = func() {
		db.SetMaxIdleConns(0)
		db.SetMaxIdleConns(size)
	}
	return db, connector, nil
}

// connectSQLite opens one connection that writes, since SQLite has one writer at
// a time anyway, and several that cannot.
func connectSQLite(path string) (dialect, *sqlx.DB, *sqlx.DB, error) {
	d := dialect{
		name: "sqlite", readers: max(2, runtime.NumCPU()), load: loadQuery, views: viewsQuery, commit: commitTuples,
		lock:     `SELECT 1`, // transactions are immediate: the lock is already held
		hasTable: `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1`,
	}
	if err := checkFile(path); err != nil {
		return d, nil, nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return d, nil, nil, fmt.Errorf("creating the data folder: %w", err)
	}
	if err := createPrivate(path); err != nil {
		return d, nil, nil, fmt.Errorf("creating the database: %w", err)
	}
	pragmas := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)",
			"foreign_keys(1)", "recursive_triggers(1)", "cache_size(-16000)",
		},
	}
	writer, err := sqlx.Open("sqlite", sqliteDSN(path, pragmas))
	if err != nil {
		return d, nil, nil, fmt.Errorf("opening %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	pragmas["_txlock"] = []string{"deferred"}
	copying := sqliteDSN(path, pragmas)
	d.copier = func() (*sqlx.DB, error) { return sqlx.Open("sqlite", copying) } // query_only would refuse
	pragmas["_pragma"] = append(pragmas["_pragma"], "query_only(1)")
	reader, err := sqlx.Open("sqlite", sqliteDSN(path, pragmas))
	if err != nil {
		return d, nil, nil, fmt.Errorf("opening %s: %w", path, err)
	}
	reader.SetMaxOpenConns(d.readers)
	reader.SetMaxIdleConns(d.readers)
	return d, writer, reader, nil
}

// createPrivate makes the file that SQLite would make readable for everybody. Those
// beside it take its mode over.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// checkFile refuses the names that SQLite takes for a database without a file. It would
// end with its connection, of which there are several.
func checkFile(path string) error {
	if path == "" || path == ":memory:" {
		return errNoFile
	}
	return nil
}

func sqliteDSN(path string, pragmas url.Values) string {
	return "file:" + escapePath(path) + "?" + pragmas.Encode()
}

func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }
