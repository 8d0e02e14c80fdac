package store

import (
	"strconv"
	"strings"
	"testing"
)

func FuzzPlaceholdersAreNumberedInOrder(f *testing.F) {
	f.Add(1, 0)
	f.Add(1, 1)
	f.Add(9, 256)
	f.Fuzz(func(t *testing.T, from, n int) {
		if from < 1 || n < 1 || from > 100_000 || n > 10_000 {
			return // no statement has such numbers
		}
		wantNumbers(t, strings.Split(placeholders(from, n), ", "), from, n)
	})
}

func FuzzAnInsertHasOneTupleForEachRow(f *testing.F) {
	f.Add(1, 1)
	f.Add(12, 256)
	f.Fuzz(func(t *testing.T, columns, tuples int) {
		if columns < 1 || tuples < 1 || columns > 50 || tuples > 1_000 {
			return // no table has such numbers
		}
		r := newTable("t", strings.TrimSuffix(strings.Repeat("c uuid, ", columns), ", "), "ON CONFLICT DO NOTHING")
		values, ok := strings.CutPrefix(r.tuples(columns*tuples), "INSERT INTO t ("+strings.TrimSuffix(strings.Repeat("c, ", columns), ", ")+") VALUES (")
		values, ends := strings.CutSuffix(values, ") ON CONFLICT DO NOTHING")
		if !ok || !ends {
			t.Fatalf("not an insert: %s", values)
		}
		got := strings.Split(values, "), (")
		if len(got) != tuples {
			t.Fatalf("%d tuples, want %d", len(got), tuples)
		}
		for i, tuple := range got {
			wantNumbers(t, strings.Split(tuple, ", "), i*columns+1, columns)
		}
	})
}

func wantNumbers(t *testing.T, got []string, from, n int) {
	t.Helper()
	if len(got) != n {
		t.Fatalf("%d placeholders, want %d", len(got), n)
	}
	for i, p := range got {
		if want := "$" + strconv.Itoa(from+i); p != want {
			t.Fatalf("placeholder %d is %s, want %s", i, p, want)
		}
	}
}
