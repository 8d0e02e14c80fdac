package store

import (
	"context"
	"database/sql/driver"
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
// context of the statement before it.
type boundConn struct {
	driverConn
	wire *deadlineConn
}

// BeginTx implements driver.ConnBeginTx.
func (c *boundConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.wire.keepTo(ctx)
	return c.driverConn.BeginTx(ctx, o)
}

// ExecContext implements driver.ExecerContext.
func (c *boundConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.wire.keepTo(ctx)
	return c.driverConn.ExecContext(ctx, query, args)
}

// QueryContext implements driver.QueryerContext.
func (c *boundConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.wire.keepTo(ctx)
	return c.driverConn.QueryContext(ctx, query, args)
}

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
