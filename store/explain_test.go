package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Plans are those of the statements that a store made, by their text.
type Plans struct {
	mu    sync.Mutex
	steps map[string][]Step
}

// Step is one of a plan that reads a table.
type Step struct {
	Table, Index string // no index: all of the table is read
	Searched     bool   // what is looked for in the index is named
}

// Taken returns the plans and forgets them.
func (p *Plans) Taken() map[string][]Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.steps
	p.steps = map[string][]Step{}
	return taken
}

// AutoExplain, in the URL of a PostgreSQL database, makes the server tell the plan of
// each statement that it has carried out, those in functions too.
const AutoExplain = "&session_preload_libraries=auto_explain&auto_explain.log_min_duration=0&auto_explain.log_nested_statements=on" +
	"&auto_explain.log_format=json&auto_explain.log_level=notice"

// Explain keeps the plans of a store that has not been used. With PostgreSQL its URL
// ends in AutoExplain.
func Explain(s *Store) *Plans {
	p := &Plans{steps: map[string][]Step{}}
	if s.dialect.limits != nil {
		_ = s.reader.Close() // nothing was asked of it
		s.reader = sqlx.NewDb(sql.OpenDB(listener{s.dialect.limits, p}), "postgres")
		s.writer = s.reader
		return p
	}
	s.reader, s.writer = explaining(s.reader, p), explaining(s.writer, p)
	return p
}

// listener opens connections whose notices are plans.
type listener struct {
	driver.Connector
	plans *Plans
}

func (l listener) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := l.Connector.Connect(ctx)
	if err == nil {
		pq.SetNoticeHandler(conn.(*boundConn).driverConn, l.plans.notePostgres)
	}
	return conn, err
}

func (p *Plans) note(statement string, steps []Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps[statement] = append(p.steps[statement], steps...)
}

// pgNode is a step of a plan as PostgreSQL tells it.
type pgNode struct {
	Type  string `json:"Node Type"`
	Table string `json:"Relation Name"`
	Index string `json:"Index Name"`
	Cond  string `json:"Index Cond"`
	Plans []pgNode
}

// notePostgres understands "duration: 0.1 ms  plan:" and then JSON. What is not
// understood is a plan that reads something whole.
func (p *Plans) notePostgres(notice *pq.Error) {
	_, plan, found := strings.Cut(notice.Message, "plan:")
	if !found {
		return
	}
	var told struct {
		Statement string `json:"Query Text"`
		Plan      pgNode
	}
	if err := json.Unmarshal([]byte(plan), &told); err != nil {
		p.note(notice.Message, []Step{{Table: err.Error()}})
		return
	}
	p.note(told.Statement, told.Plan.read(nil))
}

func (n pgNode) read(all []Step) []Step {
	switch n.Type {
	case "Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan":
		all = append(all, Step{n.Table, n.Index, n.Cond != ""})
	}
	for _, below := range n.Plans {
		all = below.read(all)
	}
	return all
}

// explaining asks SQLite for the plan of each statement on the connection that the
// statement is made on, just before.
func explaining(db *sqlx.DB, p *Plans) *sqlx.DB {
	asking := sqlx.NewDb(sql.OpenDB(explainer{db, p}), db.DriverName())
	asking.SetMaxOpenConns(db.Stats().MaxOpenConnections)
	return asking
}

// explainer lends connections of a pool.
type explainer struct {
	pool  *sqlx.DB
	plans *Plans
}

// plain is what the driver has.
type plain interface {
	driver.Conn
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
}

func (e explainer) Driver() driver.Driver { return e.pool.Driver() }

// Close is called by the pool of the connections that were lent.
func (e explainer) Close() error { return e.pool.Close() }

func (e explainer) Connect(ctx context.Context) (driver.Conn, error) {
	lent, err := e.pool.DB.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &explained{lent: lent, plans: e.plans}
	return c, lent.Raw(func(conn any) error {
		c.plain = conn.(plain)
		return nil
	})
}

// explained is a connection that explains each statement first.
type explained struct {
	plain
	lent  *sql.Conn
	plans *Plans
}

func (c *explained) Close() error { return c.lent.Close() }

func (c *explained) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.note(ctx, text, args); err != nil {
		return nil, err
	}
	return c.plain.QueryContext(ctx, text, args)
}

func (c *explained) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.note(ctx, text, args); err != nil {
		return nil, err
	}
	return c.plain.ExecContext(ctx, text, args)
}

// note reads the column "detail" of the plan.
func (c *explained) note(ctx context.Context, text string, args []driver.NamedValue) error {
	rows, err := c.plain.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args)
	if err != nil {
		return fmt.Errorf("explaining %s: %w", text, err)
	}
	defer rows.Close()
	var steps []Step
	values := make([]driver.Value, len(rows.Columns()))
	for detail := slices.Index(rows.Columns(), "detail"); ; {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			c.plans.note(text, steps)
			return nil
		case err != nil:
			return err
		}
		if step, ok := sqliteStep(fmt.Sprint(values[detail])); ok {
			steps = append(steps, step)
		}
	}
}

// sqliteStep understands "SEARCH consent USING INDEX name (contact_id=?)" and
// "SCAN consent USING INDEX name". An index without a name is that of a key.
func sqliteStep(detail string) (Step, bool) {
	verb, rest, _ := strings.Cut(detail, " ")
	if verb != "SCAN" && verb != "SEARCH" || rest == "CONSTANT ROW" || strings.HasSuffix(rest, "-ROW VALUES CLAUSE") {
		return Step{}, false
	}
	table, using, _ := strings.Cut(rest, " USING ")
	return Step{table, using, verb == "SEARCH"}, true
}
