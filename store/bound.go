package store

import (
	"context"
	"database/sql/driver"
	"errors"
)

// driverConn is what database/sql can do with a connection of the driver.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// boundConn ends each statement with its context, also when the server is silent:
// the driver only asks the server to, and goes on waiting. A COMMIT ends with the
// context of the statement before it. What is run all the time is prepared once.
type boundConn struct {
	driverConn
	wire     *deadlineConn
	limited  *limited
	prepared map[string]statement
	last     context.Context // of what was prepared and run
}

// statement is what the driver can do with one that is prepared.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// BeginTx implements driver.ConnBeginTx.
func (c *boundConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.wire.keepTo(ctx)
	return c.driverConn.BeginTx(ctx, o)
}

// ExecContext implements driver.ExecerContext.
func (c *boundConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.wire.keepTo(ctx)
	if !c.limited.prepares(query) {
		return c.driverConn.ExecContext(ctx, query, args)
	}
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	c.last = ctx
	return s.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *boundConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.wire.keepTo(ctx)
	if !c.limited.prepares(query) {
		return c.driverConn.QueryContext(ctx, query, args)
	}
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	c.last = ctx
	return s.QueryContext(ctx, args)
}

// prepare prepares a statement once. The server forgets it with the connection.
func (c *boundConn) prepare(ctx context.Context, query string) (statement, error) {
	if s, ok := c.prepared[query]; ok {
		return s, nil
	}
	prepared, err := c.driverConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(statement)
	if !ok {
		return nil, errors.Join(errDriver, prepared.Close())
	}
	c.prepared[query] = s
	return s, nil
}

// IsValid implements driver.Validator. Whoever gives up a prepared statement asks the
// server to cancel it, which may come too late and hit the next one on the connection.
func (c *boundConn) IsValid() bool { return c.last.Err() == nil && c.driverConn.IsValid() }

// PrepareContext implements driver.ConnPrepareContext.
func (c *boundConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.wire.keepTo(ctx)
	return c.driverConn.PrepareContext(ctx, query)
}

// Ping implements driver.Pinger.
func (c *boundConn) Ping(ctx context.Context) error {
	c.wire.keepTo(ctx)
	return c.driverConn.Ping(ctx)
}

// Close says goodbye to the server, for which the last statement's context is no measure.
func (c *boundConn) Close() error {
	c.wire.keepTo(context.Background())
	return c.driverConn.Close()
}
