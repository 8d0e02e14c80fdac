package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
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

// Explain makes a store, before it is used, ask for the plan of each statement on
// the connection that the statement is made on, just before.
func Explain(s *Store) *Plans {
	p := &Plans{steps: map[string][]Step{}}
	wrap := func(db *sqlx.DB) *sqlx.DB {
		wrapped := sqlx.NewDb(sql.OpenDB(explainer{db, p}), db.DriverName())
		wrapped.SetMaxOpenConns(db.Stats().MaxOpenConnections)
		return wrapped
	}
	one := s.reader == s.writer
	s.reader = wrap(s.reader)
	if one {
		s.writer = s.reader
	} else {
		s.writer = wrap(s.writer)
	}
	return p
}

// explainer lends connections of a pool.
type explainer struct {
	pool  *sqlx.DB
	plans *Plans
}

// plain is what both drivers have.
type plain interface {
	driver.Conn
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
}

func (e explainer) Driver() driver.Driver { return e.pool.Driver() }

func (e explainer) Connect(ctx context.Context) (driver.Conn, error) {
	lent, err := e.pool.DB.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &explained{lent: lent, plans: e.plans, explain: explainPostgres}
	if e.pool.DriverName() == "sqlite" {
		c.explain = explainSQLite
	}
	return c, lent.Raw(func(conn any) error {
		c.plain = conn.(plain)
		return nil
	})
}

// explained is a connection that explains each statement first.
type explained struct {
	plain
	lent    *sql.Conn
	plans   *Plans
	explain func(context.Context, plain, string, []driver.NamedValue) ([]Step, error)
}

func (c *explained) Close() error { return c.lent.Close() }

func (c *explained) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.plain.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

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

func (c *explained) note(ctx context.Context, text string, args []driver.NamedValue) error {
	steps, err := c.explain(ctx, c.plain, text, args)
	if err != nil {
		return fmt.Errorf("explaining %s: %w", text, err)
	}
	c.plans.mu.Lock()
	defer c.plans.mu.Unlock()
	c.plans.steps[text] = append(c.plans.steps[text], steps...)
	return nil
}

// columnOf reads a column of what a query returns, as text.
func columnOf(ctx context.Context, c plain, query string, args []driver.NamedValue, name string) ([]string, error) {
	rows, err := c.QueryContext(ctx, query, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var texts []string
	for {
		values := make([]driver.Value, len(rows.Columns()))
		if err := rows.Next(values); errors.Is(err, io.EOF) {
			return texts, nil
		} else if err != nil {
			return nil, err
		}
		for i, title := range rows.Columns() {
			if title == name {
				texts = append(texts, fmt.Sprintf("%s", values[i]))
			}
		}
	}
}

// pgNode is a step of a plan as PostgreSQL tells it.
type pgNode struct {
	Type  string `json:"Node Type"`
	Table string `json:"Relation Name"`
	Index string `json:"Index Name"`
	Cond  string `json:"Index Cond"`
	Plans []pgNode
}

func explainPostgres(ctx context.Context, c plain, text string, args []driver.NamedValue) ([]Step, error) {
	lines, err := columnOf(ctx, c, "EXPLAIN (FORMAT JSON) "+text, args, "QUERY PLAN")
	if err != nil {
		return nil, err
	}
	var plans []struct{ Plan pgNode }
	if err := json.Unmarshal([]byte(lines[0]), &plans); err != nil {
		return nil, err
	}
	return plans[0].Plan.steps(nil), nil
}

func (n pgNode) steps(all []Step) []Step {
	switch n.Type {
	case "Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan":
		all = append(all, Step{n.Table, n.Index, n.Cond != ""})
	}
	for _, below := range n.Plans {
		all = below.steps(all)
	}
	return all
}

func explainSQLite(ctx context.Context, c plain, text string, args []driver.NamedValue) ([]Step, error) {
	details, err := columnOf(ctx, c, "EXPLAIN QUERY PLAN "+text, args, "detail")
	if err != nil {
		return nil, err
	}
	var all []Step
	for _, detail := range details {
		if s, ok := sqliteStep(detail); ok {
			all = append(all, s)
		}
	}
	return all, nil
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
