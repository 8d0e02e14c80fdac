package store

import (
	"database/sql"
	"slices"
	"testing"

	"github.com/lib/pq"
)

// FuzzAnArrayHoldsWhatWasPutIn has the driver read what we write.
func FuzzAnArrayHoldsWhatWasPutIn(f *testing.F) {
	f.Add("plain", "")
	f.Add(`{"a","b"}`, `NULL`)
	f.Add(`back\slash \" quote`, "line\nbreak\t,")
	f.Add("Grüße 🙂", " spaces ")
	f.Fuzz(func(t *testing.T, a, b string) {
		r := rows{table: newTable("t", "c text", "")}
		r.add(a)
		r.add(nil)
		r.add(b)
		args, err := r.arrays(nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []sql.NullString
		if err := pq.Array(&got).Scan(args[0]); err != nil {
			t.Fatalf("%q: %v", args[0], err)
		}
		if want := []sql.NullString{{String: a, Valid: true}, {}, {String: b, Valid: true}}; !slices.Equal(got, want) {
			t.Errorf("%+v became %+v", want, got)
		}
	})
}
