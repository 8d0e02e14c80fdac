package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// limited opens connections to PostgreSQL and tells it how long to wait: a row
// stays locked neither by a client that has gone nor for one that would rather be
// refused. It implements driver.Connector.
//
// The limits are start-up parameters, which cost nothing. A connection pooler
// refuses them or drops them, since whoever connects shares its connections; then
// each transaction that writes begins with them (setLimits), and a batch, which is one
// statement, brings along what it can (imposeInside).
type limited struct {
	with, without *pq.Connector
	values        []any       // of the limits, in the order of setLimits
	pooled        atomic.Bool // a pooler is in between
	hot           []string    // statements that are run all the time
}

// setLimits also undoes what somebody else may have left in a connection that they
// share with us: a consent must not be acknowledged before it is on disk.
const setLimits = `SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true),
set_config('idle_in_transaction_session_timeout', $3, true),
set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true)`

// imposeInside does the same in a function whose first parameter is the lock_timeout, or null
// where the connection came with the limits. What is running cannot be given less time, and
// nothing is ever idle within it.
const imposeInside = `IF $1 IS NOT NULL THEN
PERFORM set_config('lock_timeout', $1, true),
  set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true);
END IF;
`

// countLimits counts those that came with the connection.
const countLimits = `SELECT count(*) FROM pg_settings WHERE source = 'client'
AND name IN ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout')`

var errDriver = errors.New("the driver is not the one this program was written for")

// newLimited makes both kinds of connection. What the URL says comes first.
func newLimited(u *url.URL, dialer pq.Dialer) (*limited, error) {
	with, without := u.Query(), u.Query()
	l := &limited{}
	for _, limit := range [][2]string{
		{"lock_timeout", "500ms"}, {"statement_timeout", "5s"}, {"idle_in_transaction_session_timeout", "1s"},
	} {
		name, ours := limit[0], limit[1]
		if !with.Has(name) {
			with.Set(name, ours)
		}
		without.Del(name)
		l.values = append(l.values, with.Get(name))
	}
	var err error
	if l.with, err = newConnector(u, with, dialer); err != nil {
		return nil, err
	}
	l.without, err = newConnector(u, without, dialer)
	return l, err
}

func newConnector(u *url.URL, query url.Values, dialer pq.Dialer) (*pq.Connector, error) {
	// Without it a transaction-pooling proxy can run another client's statement.
	query.Set("binary_parameters", "yes")
	dsn := *u
	dsn.Path = cmp.Or(dsn.Path, "/") // or it is written without //, where the driver reads no URL
	dsn.RawQuery = query.Encode()
	c, err := pq.NewConnector(dsn.String())
	if err != nil {
		return nil, errUnreadable
	}
	c.Dialer(dialer)
	return c, nil
}

// Connect opens a connection, without the limits once that is what it takes.
func (l *limited) Connect(ctx context.Context) (driver.Conn, error) {
	var wire *deadlineConn
	conn, err := l.connect(context.WithValue(ctx, dialedKey{}, &wire))
	if err != nil {
		return nil, err
	}
	bound, ok := conn.(driverConn)
	if !ok {
		return nil, errors.Join(errDriver, conn.Close())
	}
	return &boundConn{bound, wire, l, map[string]statement{}, context.Background()}, nil
}

func (l *limited) connect(ctx context.Context) (driver.Conn, error) {
	if l.pooled.Load() {
		return l.without.Connect(ctx)
	}
	conn, err := l.with.Connect(ctx)
	if !refusesParameters(err) {
		return conn, err
	}
	if conn, err = l.without.Connect(ctx); err == nil {
		l.pooled.Store(true)
	}
	return conn, err
}

// Driver is there for database/sql.
func (l *limited) Driver() driver.Driver { return l.with.Driver() }

// refusesParameters reports whether perhaps the start-up parameters are why there
// is no connection. PgBouncer calls that a protocol violation, others a feature
// that they do not support.
func refusesParameters(err error) bool {
	var refused *pq.Error
	return errors.As(err, &refused) && (refused.Code == "08P01" || refused.Code == "0A000")
}

// check finds out whether the limits arrive at the server or are dropped on the
// way.
func (l *limited) check(ctx context.Context, db *sqlx.DB) error {
	var arrived int
	if err := db.GetContext(ctx, &arrived, countLimits); err != nil {
		return redacted(err)
	}
	if arrived < len(l.values) {
		l.pooled.Store(true)
	}
	return nil
}

// impose sets the limits of a transaction unless its connection came with them.
func (l *limited) impose(ctx context.Context, tx *sqlx.Tx) error {
	if !l.pooled.Load() {
		return nil
	}
	if _, err := tx.ExecContext(ctx, setLimits, l.values...); err != nil {
		return fmt.Errorf("setting the limits of a transaction: %w", err)
	}
	return nil
}

// prepares reports whether a statement is prepared: never through a pooler, where the
// same name may mean another statement from one transaction to the next.
func (l *limited) prepares(query string) bool {
	return !l.pooled.Load() && slices.Contains(l.hot, query)
}

// lockTimeout is for imposeInside.
func (l *limited) lockTimeout() any {
	if !l.pooled.Load() {
		return nil
	}
	return l.values[0]
}
