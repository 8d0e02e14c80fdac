package e2e

import (
	"strings"
	"testing"
)

// tables is how many rows each table has, and under "changes" how often a
// contact was written.
type tables map[string]int

func (s *shop) tables(t *testing.T) tables {
	t.Helper()
	var counts []struct {
		Name  string `db:"name"`
		Count int    `db:"count"`
	}
	must(t, s.db.SelectContext(t.Context(), &counts, s.countAll))
	all := tables{}
	for _, c := range counts {
		all[c.Name] = c.Count
	}
	return all
}

// wantUnchanged reports what was written since.
func (s *shop) wantUnchanged(t *testing.T, before tables) {
	t.Helper()
	if changed := diff(before, s.tables(t)); len(changed) > 0 {
		t.Errorf("something was written: %v", changed)
	}
}

// diff is by how many rows the tables differ.
func diff(before, after tables) tables {
	changed := tables{}
	for name, n := range after {
		if n != before[name] {
			changed[name] = n - before[name]
		}
	}
	return changed
}

// countingQuery counts the rows of every table there is.
func (s *shop) countingQuery(t *testing.T) string {
	t.Helper()
	query := `SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
AND relkind IN ('r', 'p') AND NOT relispartition`
	if s.db.DriverName() == "sqlite" {
		query = `SELECT name FROM sqlite_schema WHERE type = 'table'`
	}
	var names []string
	must(t, s.db.SelectContext(t.Context(), &names, query))
	parts := []string{`SELECT 'changes' AS name, COALESCE(CAST(sum(version) AS bigint), 0) AS count FROM contact`}
	for _, name := range names {
		parts = append(parts, `SELECT '`+name+`', count(*) FROM `+name)
	}
	return strings.Join(parts, ` UNION ALL `)
}
