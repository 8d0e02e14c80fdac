package store_test

import (
	"testing"

	"assent/store"
	"assent/store/storetest"
)

// TestLimits: who holds a row for long, or waits for one, is stopped by the
// server, whatever stands between us and it.
func TestLimits(t *testing.T) {
	direct := func(_ *testing.T, databaseURL string) string { return databaseURL }
	through := func(settings ...string) func(*testing.T, string) string {
		return func(t *testing.T, databaseURL string) string {
			return storetest.NewPgBouncer(t, databaseURL, settings...).URL
		}
	}
	const dropped = "ignore_startup_parameters = lock_timeout, statement_timeout, idle_in_transaction_session_timeout"
	const inURL = "&lock_timeout=70ms&statement_timeout=800"
	ours := store.Limits{Lock: "500ms", Statement: "5s", Idle: "1s", Durable: "on"}
	theirs := store.Limits{Lock: "70ms", Statement: "800ms", Idle: "1s", Durable: "on"}
	for _, c := range []struct {
		name  string
		way   func(*testing.T, string) string
		inURL string
		want  store.Limits
	}{
		{"a server is told with the connection", direct, "", ours},
		{"through a pooler that refuses start-up parameters it is told with each transaction", through(), "", ours},
		{"through one that drops them too", through(dropped), "", ours},
		{"what the URL says comes first", direct, inURL, theirs},
		{"what the URL says comes first through a pooler", through(), inURL, theirs},
	} {
		t.Run(c.name, func(t *testing.T) {
			database := storetest.Postgres(t)
			url := c.way(t, database) + c.inURL
			s, err := store.Open(t.Context(), url, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if got, err := s.Limits(t.Context()); err != nil || got != c.want {
				t.Errorf("a transaction has %+v, %v; want %+v", got, err, c.want)
			}
			// A batch is one statement: nothing can be idle within it, nor can it be given less time.
			if lock, durable := storetest.BatchLimits(t, database, url)(); lock != c.want.Lock || durable != c.want.Durable {
				t.Errorf("a batch has %s and %s, want %+v", lock, durable, c.want)
			}
		})
	}
}

// TestWhatOthersLeaveInASharedConnection: our commits are durable all the same.
func TestWhatOthersLeaveInASharedConnection(t *testing.T) {
	database := storetest.Postgres(t)
	url := storetest.NewPgBouncer(t, database, "default_pool_size = 1").URL
	s, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	batch := storetest.BatchLimits(t, database, url)
	other := storetest.Raw(t, url)
	for left, want := range map[string]string{"off": "on", "local": "local", "remote_apply": "remote_apply"} {
		other.MustExecContext(t.Context(), "SET synchronous_commit = "+left)
		if got, err := s.Limits(t.Context()); err != nil || got.Durable != want {
			t.Errorf("after %s it is %s, %v; want %s", left, got.Durable, err, want)
		}
		other.MustExecContext(t.Context(), "SET synchronous_commit = "+left)
		if _, got := batch(); got != want {
			t.Errorf("after %s it is %s for a batch; want %s", left, got, want)
		}
	}
}
