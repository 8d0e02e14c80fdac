package metrics

import (
	"database/sql"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

func TestBatchesAreMeasured(t *testing.T) {
	m := New()
	want(t, read(t, m), `assent_store_batch_troubles_total{outcome="split"} 0`, "assent_store_transaction_changes_count 0")
	s := m.Store()
	s.Waited(2 * time.Millisecond)
	s.Committed(3, 8*time.Millisecond, 4*time.Millisecond)
	s.Retried()
	s.Split()
	s.Failed()
	s.Read(2)
	want(t, read(t, m), `assent_store_change_wait_seconds_bucket{le="0.0025"} 1`, "assent_store_transaction_changes_sum 3",
		`assent_store_transaction_duration_seconds_bucket{le="0.005"} 0`, `assent_store_write_duration_seconds_bucket{le="0.005"} 1`,
		`assent_store_batch_troubles_total{outcome="retried"} 1`, `assent_store_batch_troubles_total{outcome="split"} 1`,
		`assent_store_batch_troubles_total{outcome="failed"} 1`, "assent_store_query_callers_sum 2")
}

func TestConnectionsToTheDatabaseAreShown(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(3)
	m := New()
	m.WatchDatabase(map[string]*sql.DB{"write": db})
	want(t, read(t, m), `go_sql_max_open_connections{db_name="write"} 3`, `go_sql_in_use_connections{db_name="write"} 0`)
}

func TestTheReleaseIsShown(t *testing.T) {
	m := New()
	m.WatchBuild("v1.2.3", "0006_audit_months")
	want(t, read(t, m), `assent_build_info{schema="0006_audit_months",version="v1.2.3"} 1`)
}
