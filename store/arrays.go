package store

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
)

// PostgreSQL takes each column of a table as one array, and all tables in one
// statement: however many rows there are, it has as little to parse and plan, and
// the batch waits for one answer.

// insertArrays writes the other tables only if all of the first could be written.
// Otherwise another process was faster, and what it wrote may well be in the way.
func insertArrays(ctx context.Context, tx *sqlx.Tx, first *rows, others ...*rows) (bool, error) {
	if first.count() == 0 {
		return true, nil
	}
	statement, args, err := arrayStatement(first, others)
	if err != nil {
		return false, err
	}
	written := 0
	if err := tx.GetContext(ctx, &written, statement, args...); err != nil {
		return false, fmt.Errorf("writing a batch: %w", err)
	}
	return written == first.count(), nil
}

// arrayStatement returns the statement that writes everything and counts the rows
// of the first table.
func arrayStatement(first *rows, others []*rows) (statement string, args []any, err error) {
	var b strings.Builder
	b.WriteString("WITH first AS (" + first.fromArrays(1, "") + " RETURNING 1), written AS (SELECT count(*) AS n FROM first)")
	if args, err = first.arrays(nil); err != nil {
		return "", nil, err
	}
	all := " WHERE (SELECT n FROM written) = " + strconv.Itoa(first.count())
	for _, r := range others {
		if r.count() == 0 {
			continue
		}
		b.WriteString(", into_" + r.name + " AS (" + r.fromArrays(len(args)+1, all) + ")")
		if args, err = r.arrays(args); err != nil {
			return "", nil, err
		}
	}
	b.WriteString(" SELECT n FROM written")
	return b.String(), args, nil
}

// fromArrays is an INSERT whose parameters begin with number from.
func (t table) fromArrays(from int, condition string) string {
	arrays := make([]string, len(t.columns))
	for i, c := range t.columns {
		arrays[i] = "$" + strconv.Itoa(from+i) + "::" + c.kind + "[]"
	}
	return t.into() + "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ") AS rows" + condition + " " + t.suffix
}

// arrays appends the columns to args.
func (r *rows) arrays(args []any) ([]any, error) {
	for c := range r.columns {
		array := []byte{'{'}
		for i := c; i < len(r.values); i += len(r.columns) {
			if i > c {
				array = append(array, ',')
			}
			var err error
			if array, err = appendElement(array, r.values[i]); err != nil {
				return nil, fmt.Errorf("writing to %s: %w", r.name, err)
			}
		}
		args = append(args, string(append(array, '}')))
	}
	return args, nil
}

// appendElement writes an element as section 8.15.2 of the PostgreSQL manual says.
func appendElement(array []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(array, "NULL"...), nil
	case string:
		return appendQuoted(array, v), nil
	case []byte:
		array = append(array, `"\\x`...)
		return append(hex.AppendEncode(array, v), '"'), nil
	case bool:
		return strconv.AppendBool(array, v), nil
	case int64:
		return strconv.AppendInt(array, v, 10), nil
	case driver.Valuer:
		plain, err := v.Value()
		if err != nil {
			return nil, err //nolint:wrapcheck // ours
		}
		return appendElement(array, plain)
	default:
		plain, err := driver.DefaultParameterConverter.ConvertValue(v)
		if err != nil {
			return nil, fmt.Errorf("a value that no database takes: %w", err)
		}
		return appendElement(array, plain)
	}
}

func appendQuoted(array []byte, s string) []byte {
	array = append(array, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			array = append(array, '\\')
		}
		array = append(array, s[i])
	}
	return append(array, '"')
}
