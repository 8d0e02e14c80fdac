package store

import (
	"context"
	"database/sql/driver"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"

	"assent/consent"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq/oid"
)

// commitArrays has a function write everything: however many rows there are, a batch
// is one statement, and that is a transaction by itself. The driver reads on until the
// server has committed, and runs it on a connection taken for it, since it would repeat
// what it runs on any.
func commitArrays(statement string, l *limited) committer {
	return func(ctx context.Context, db *sqlx.DB, tables []*rows) error {
		conn, err := db.Connx(ctx)
		if err != nil {
			return fmt.Errorf("connecting: %w", err)
		}
		defer conn.Close()
		args := []any{l.lockTimeout()} // which is known once there is a connection
		for _, r := range tables {
			if args, err = r.arrays(args); err != nil {
				return err
			}
		}
		result, err := conn.ExecContext(ctx, statement, args...)
		if err != nil {
			return fmt.Errorf("writing a batch: %w", unlessRefused(err))
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(errConflict, err)
		}
		return nil
	}
}

// arrays appends each column, as one array, to args.
func (r *rows) arrays(args []any) ([]any, error) {
	for c, column := range r.columns {
		a := newArray(column.kind, r.count())
		for i := c; i < len(r.values); i += len(r.columns) {
			if err := a.add(r.values[i]); err != nil {
				return nil, fmt.Errorf("writing to %s: %w", r.name, err)
			}
		}
		args = append(args, a.bytes)
	}
	return args, nil
}

// array is a PostgreSQL array in binary form, as its function array_send writes it.
// The driver sends bytes as they are.
type array struct {
	kind  string
	bytes []byte
}

// newArray starts an array of so many elements.
func newArray(kind string, length int) *array {
	const nullable, lowerBound, usual = 1, 1, 24 // the bytes of an element
	a := &array{kind, make([]byte, 0, usual*(length+1))}
	dimensions := min(length, 1)
	for _, n := range []uint32{uint32(dimensions), nullable, uint32(elementType(kind))} {
		a.bytes = binary.BigEndian.AppendUint32(a.bytes, n)
	}
	if dimensions > 0 {
		a.bytes = binary.BigEndian.AppendUint32(a.bytes, uint32(length))
		a.bytes = binary.BigEndian.AppendUint32(a.bytes, lowerBound)
	}
	return a
}

func elementType(kind string) oid.Oid {
	switch kind {
	case "uuid":
		return oid.T_uuid
	case "timestamptz":
		return oid.T_timestamptz
	case "bytea":
		return oid.T_bytea
	case "boolean":
		return oid.T_bool
	case "integer":
		return oid.T_int4
	case "bigint":
		return oid.T_int8
	default:
		return oid.T_text
	}
}

// epoch is the moment that PostgreSQL counts from, in microseconds since 1970.
const epoch = 946_684_800_000_000

var errKind = errors.New("the value does not fit its column")

// add appends an element.
func (a *array) add(value any) error {
	if value == nil {
		a.addNull()
		return nil
	}
	switch a.kind {
	case "uuid":
		if id, ok := value.(encoding.BinaryMarshaler); ok {
			bytes, err := id.MarshalBinary()
			a.addBytes(bytes)
			return err //nolint:wrapcheck // always nil
		}
	case "timestamptz":
		if t, ok := value.(Time); ok {
			a.addTime(t)
			return nil
		}
	case "bytea":
		if bytes, ok := value.([]byte); ok {
			a.addBytes(bytes)
			return nil
		}
	case "boolean":
		if b, ok := value.(bool); ok {
			a.addBool(b)
			return nil
		}
	case "integer":
		if n, ok := value.(int); ok {
			a.bytes = binary.BigEndian.AppendUint32(append(a.bytes, 0, 0, 0, 4), uint32(n))
			return nil
		}
	case "bigint":
		if n, ok := value.(int64); ok {
			a.addInt64(n)
			return nil
		}
	default:
		return a.addText(value)
	}
	return fmt.Errorf("%w: a %T for %s", errKind, value, a.kind)
}

func (a *array) addNull() { a.bytes = append(a.bytes, 0xff, 0xff, 0xff, 0xff) }

func (a *array) addBytes(element []byte) {
	a.bytes = append(binary.BigEndian.AppendUint32(a.bytes, uint32(len(element))), element...)
}

func (a *array) addTime(t Time) {
	if t.IsZero() {
		a.addNull()
		return
	}
	a.addInt64(t.UnixMicro() - epoch)
}

func (a *array) addInt64(n int64) {
	a.bytes = binary.BigEndian.AppendUint64(append(a.bytes, 0, 0, 0, 8), uint64(n))
}

func (a *array) addBool(b bool) {
	a.bytes = append(a.bytes, 0, 0, 0, 1, 0)
	if b {
		a.bytes[len(a.bytes)-1] = 1
	}
}

func (a *array) addText(value any) error {
	if v, ok := value.(driver.Valuer); ok {
		plain, err := v.Value()
		if err != nil {
			return err //nolint:wrapcheck // ours
		}
		value = plain
	}
	text := reflect.ValueOf(value)
	if text.Kind() != reflect.String {
		return fmt.Errorf("%w: a %T for %s", errKind, value, a.kind)
	}
	a.bytes = append(binary.BigEndian.AppendUint32(a.bytes, uint32(text.Len())), text.String()...)
	return nil
}

// idArray is an array of identifiers.
func idArray(ids []consent.ContactID) []byte {
	a := newArray("uuid", len(ids))
	for _, id := range ids {
		a.addBytes(id.UUID[:])
	}
	return a.bytes
}
