package store

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strconv"

	"assent/consent"

	"github.com/jmoiron/sqlx"
)

// insertArrays has a function write everything: however many rows there are, a
// batch costs one statement.
func insertArrays(f function) inserter {
	return func(ctx context.Context, tx *sqlx.Tx, first *rows, others ...*rows) (all bool, err error) {
		args, err := first.arrays(nil)
		for _, r := range others {
			if err == nil {
				args, err = r.arrays(args)
			}
		}
		if err != nil {
			return false, err
		}
		q := f.call(args...)
		if err := tx.GetContext(ctx, &all, q.text, q.args...); err != nil {
			return false, fmt.Errorf("writing a batch: %w", err)
		}
		return all, nil
	}
}

// arrays appends each column, as one array, to args.
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

// idArray is an array of identifiers.
func idArray(ids []consent.ContactID) string {
	array := []byte{'{'}
	for i, id := range ids {
		if i > 0 {
			array = append(array, ',')
		}
		array = append(array, id.String()...)
	}
	return string(append(array, '}'))
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
