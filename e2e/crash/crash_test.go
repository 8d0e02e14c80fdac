package crash

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"assent/store/storetest"
)

// round is a fault and what it takes to live on.
type round struct {
	fault
	recover func(t *testing.T)
}

// TestPostgres kills the service and PostgreSQL and cuts the connection between
// them, at a random message, in random order.
func TestPostgres(t *testing.T) {
	t.Parallel()
	server, breaker := newPostgres(t), &saboteur{}
	h := newHarness(t, server.url(), storetest.Interpose(t, server.url(), breaker.watch))
	var rounds []round
	add := func(times int, f fault, then func(t *testing.T)) {
		rounds = append(rounds, slices.Repeat([]round{{f, then}}, times)...)
	}
	restarted := func(t *testing.T) { server.kill(t); server.start(t) }
	for _, k := range []struct {
		name  string
		times int
		then  func(t *testing.T)
	}{
		{"SIGKILL of the service", *kills, h.killed},
		{"SIGKILL of PostgreSQL", *serverKills, restarted},
		{"SIGKILL of a connection's process", *serverKills, server.killBackend},
	} {
		add(k.times/2, fault{k.name, anywhere, answering(storetest.Pass)}, k.then)
		add(k.times-k.times/2, fault{k.name + " at COMMIT", storetest.IsCommit, answering(storetest.Pass)}, k.then)
	}
	for _, cut := range connectionCuts {
		add(*cuts, cut, func(*testing.T) {})
	}
	h.chance.Shuffle(len(rounds), func(i, j int) { rounds[i], rounds[j] = rounds[j], rounds[i] })

	h.load(t)
	for _, r := range rounds {
		await(t, r.name, breaker.arm(r.fault, 1+h.chance.IntN(40)))
		r.recover(t)
		h.struck(r.name)
		h.lives(t)
	}
	h.end(t)
	server.quiet(t)
	h.account(t)
}

// killed kills the service and starts it again.
func (h *harness) killed(t *testing.T) {
	t.Helper()
	h.kill(t)
	h.start(t)
}

// TestSQLite kills the service at random moments.
func TestSQLite(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	h := newHarness(t, url, url)
	h.load(t)
	for range *kills {
		await(t, "a few answers", h.ledger.acknowledges(1+h.chance.IntN(3**writers)))
		// Answers come at the end of a commit; the kill shall come anywhere.
		<-time.After(time.Duration(h.chance.IntN(20_000)) * time.Microsecond)
		h.killed(t)
		h.struck("SIGKILL of the service")
		h.isSound(t)
		h.lives(t)
	}
	h.end(t)
	h.isSound(t)
	h.account(t)
}

// isSound wants the database file to be as SQLite left it.
func (h *harness) isSound(t *testing.T) {
	t.Helper()
	var verdict string
	must(t, h.db.GetContext(t.Context(), &verdict, `PRAGMA integrity_check`))
	if verdict != "ok" {
		t.Errorf("integrity_check: %s", verdict)
	}
}

// TestFullDisk fills the disk under SQLite. Nobody is told that all is well, the
// log says what is wrong, reading goes on, and so does all when there is room
// again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for _, d := range disks(t) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			url := "sqlite://" + filepath.Join(d.folder, "assent.db")
			h := newHarness(t, url, url)
			h.wrapper = d.wrapper
			h.load(t)
			await(t, "the disk to be full", d.fill(t, h))
			h.struck(d.name)
			logs(t, h.service, d.complaint)
			h.reads(t)
			d.empty(t, h)
			h.lives(t)
			h.isSound(t)
			h.end(t)
			h.isSound(t)
			h.account(t)
		})
	}
}
