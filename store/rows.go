package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// rows collects what one multi-row INSERT writes.
type rows struct {
	table   string
	columns []string
	suffix  string // ON CONFLICT …
	values  []any
}

func (r *rows) add(values ...any) { r.values = append(r.values, values...) }

// insert writes the rows, in several statements when they have more parameters
// than one may, and returns how many were written.
func (r *rows) insert(ctx context.Context, tx *sqlx.Tx, maxParameters int) (int64, error) {
	perStatement := maxParameters / len(r.columns) * len(r.columns)
	var written int64
	for start := 0; start < len(r.values); start += perStatement {
		chunk := r.values[start:min(start+perStatement, len(r.values))]
		result, err := tx.ExecContext(ctx, r.statement(len(chunk)), chunk...)
		if err != nil {
			return 0, fmt.Errorf("writing to %s: %w", r.table, err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("counting rows of %s: %w", r.table, err)
		}
		written += n
	}
	return written, nil
}

func (r *rows) statement(parameters int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + r.table + " (" + strings.Join(r.columns, ", ") + ") VALUES ")
	for i := range parameters {
		switch {
		case i%len(r.columns) != 0:
			b.WriteString(", ")
		case i == 0:
			b.WriteString("(")
		default:
			b.WriteString("), (")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	b.WriteString(") " + r.suffix)
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
