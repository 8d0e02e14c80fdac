package store_test

import (
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/store"
	"assent/store/storetest"

	"github.com/google/uuid"
)

// TestPostgreSQLReadsOurArrays has the server tell what it was sent.
func TestPostgreSQLReadsOurArrays(t *testing.T) {
	db := storetest.Raw(t, storetest.Postgres(t)+"&binary_parameters=yes")
	at := time.Date(1999, 12, 31, 23, 59, 59, 123_456_000, time.UTC)
	id := consent.ContactID{UUID: uuid.MustParse("0de30000-0000-4000-8000-000000000001")}
	for _, tt := range []struct {
		kind   string
		values []any
		want   string
	}{
		{"text", nil, `[]`},
		{"text", []any{"plain", "", nil, `{"a\b",NULL}`, "Grüße 🙂\n", consent.EmailContact}, `["plain","",null,"{\"a\\b\",NULL}","Grüße 🙂\n","EMAIL"]`},
		{"uuid", []any{id, nil, id.UUID}, `["0de30000-0000-4000-8000-000000000001",null,"0de30000-0000-4000-8000-000000000001"]`},
		{"timestamptz", []any{store.Time{Time: at}, store.Time{}}, `["1999-12-31T23:59:59.123456+00:00",null]`},
		{"bytea", []any{[]byte{0, 255}, nil}, `["\\x00ff",null]`},
		{"boolean", []any{true, false, nil}, `[true,false,null]`},
		{"integer", []any{-1, 7, nil}, `[-1,7,null]`},
		{"bigint", []any{int64(-1), int64(1) << 40}, `[-1,1099511627776]`},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			array, err := store.Array(tt.kind, tt.values...)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			tx := db.MustBeginTx(t.Context(), nil)
			defer func() { _ = tx.Rollback() }()
			tx.MustExecContext(t.Context(), `SET LOCAL TimeZone = 'UTC'`)
			if err := tx.GetContext(t.Context(), &got, `SELECT array_to_json($1::`+tt.kind+`[])`, array); err != nil || got != tt.want {
				t.Errorf("PostgreSQL reads %s, %v; want %s", got, err, tt.want)
			}
		})
	}
}

func TestAnArrayTakesOnlyItsOwnKind(t *testing.T) {
	for kind, value := range map[string]any{
		"text": 1, "uuid": "0de30000-0000-4000-8000-000000000001", "timestamptz": time.Now(), "bytea": "x", "boolean": 1, "integer": "1", "bigint": 1,
	} {
		if _, err := store.Array(kind, value); err == nil || !strings.Contains(err.Error(), "does not fit") {
			t.Errorf("%s takes a %T: %v", kind, value, err)
		}
	}
}
