package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// table is what an INSERT of several rows has to know.
type table struct {
	name    string
	columns []column
	suffix  string // ON CONFLICT …
	guards  bool   // another process was faster, unless every row is written
}

type column struct{ name, kind string }

// newTable reads columns written as "name type, …".
func newTable(name, columns, suffix string) table {
	t := table{name: name, suffix: suffix}
	for part := range strings.SplitSeq(columns, ",") {
		column := column{}
		column.name, column.kind, _ = strings.Cut(strings.TrimSpace(part), " ")
		t.columns = append(t.columns, column)
	}
	return t
}

// guarding is the same table, whose rows tell whether another process was faster.
func (t table) guarding() table {
	t.guards = true
	return t
}

// into starts an INSERT.
func (t table) into() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(names, ", ") + ") "
}

// rows are to be written to one table.
type rows struct {
	table
	values []any
}

func (r *rows) add(values ...any) { r.values = append(r.values, values...) }

func (r *rows) count() int { return len(r.values) / len(r.columns) }

// committer writes rows to several tables and commits them, or nothing: errConflict when
// not all of a table that guards could be written, errUnanswered when nobody knows.
type committer func(ctx context.Context, db *sqlx.DB, tables []*rows) error

// maxParameters is how many a statement of SQLite is given: it finds each $n by
// comparing names, so many cost the square of their number.
const maxParameters = 240

// commitTuples writes a table after the other, in several statements if need be.
func commitTuples(ctx context.Context, db *sqlx.DB, tables []*rows) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := insertTuples(ctx, tx, tables); err != nil {
		_ = tx.Rollback() // what made it necessary is the error to report
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w: %w", errUnanswered, err)
	}
	return nil
}

func insertTuples(ctx context.Context, tx *sqlx.Tx, tables []*rows) error {
	for _, r := range tables {
		written, err := r.insertTuples(ctx, tx)
		if r.guards && (isDuplicate(err) || err == nil && written < r.count()) {
			return errConflict
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) insertTuples(ctx context.Context, tx *sqlx.Tx) (int, error) {
	perStatement := maxParameters / len(r.columns) * len(r.columns)
	written := 0
	for start := 0; start < len(r.values); start += perStatement {
		chunk := r.values[start:min(start+perStatement, len(r.values))]
		result, err := tx.ExecContext(ctx, r.tuples(len(chunk)), chunk...)
		if err != nil {
			return 0, fmt.Errorf("writing to %s: %w", r.name, err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("counting rows of %s: %w", r.name, err)
		}
		written += int(n)
	}
	return written, nil
}

// tuples is an INSERT of so many values.
func (t table) tuples(values int) string {
	var b strings.Builder
	b.WriteString(t.into() + "VALUES ")
	for i := range values {
		switch {
		case i%len(t.columns) != 0:
			b.WriteString(", ")
		case i == 0:
			b.WriteString("(")
		default:
			b.WriteString("), (")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	b.WriteString(") " + t.suffix)
	return b.String()
}

// placeholders returns "$from, $from+1, …".
func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}
