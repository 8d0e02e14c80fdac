package store

import (
	"context"
	"database/sql/driver"
	"testing"
	"testing/synctest"
)

// hotConn prepares statements that do nothing.
type hotConn struct {
	driverConn
	prepared int
}

func (c *hotConn) PrepareContext(context.Context, string) (driver.Stmt, error) {
	c.prepared++
	return idle{}, nil
}

func (*hotConn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return driver.ResultNoRows, nil
}

func (*hotConn) IsValid() bool { return true }

type idle struct{ statement }

func (idle) ExecContext(context.Context, []driver.NamedValue) (driver.Result, error) {
	return driver.ResultNoRows, nil
}

func newHotConn(t *testing.T, pooled bool) (*boundConn, *hotConn) {
	t.Helper()
	wire, _, _ := newWire(t)
	driven := &hotConn{}
	l := &limited{hot: []string{"SELECT hot($1)"}}
	l.pooled.Store(pooled)
	return &boundConn{driven, wire, l, map[string]statement{}, t.Context()}, driven
}

func TestWhatIsRunAllTheTimeIsPreparedOnceUnlessThereIsAPooler(t *testing.T) {
	for pooled, want := range map[bool]int{false: 1, true: 0} {
		synctest.Test(t, func(t *testing.T) {
			c, driven := newHotConn(t, pooled)
			for _, query := range []string{"SELECT hot($1)", "SELECT cold($1)", "SELECT hot($1)"} {
				if _, err := c.ExecContext(t.Context(), query, nil); err != nil {
					t.Error(err)
				}
			}
			if driven.prepared != want || !c.IsValid() {
				t.Errorf("with a pooler %t: prepared %d times, want %d", pooled, driven.prepared, want)
			}
		})
	}
}

func TestAConnectionIsNotUsedAgainAfterAPreparedStatementWasGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newHotConn(t, false)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.ExecContext(ctx, "SELECT hot($1)", nil)
		cancel()
		if err != nil || c.IsValid() {
			t.Errorf("the connection is still good (%v)", err)
		}
	})
}
