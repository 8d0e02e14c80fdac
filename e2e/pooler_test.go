package e2e

import (
	"flag"
	"strings"
	"sync"
	"testing"

	"assent/mail/mailtest"
	"assent/store/storetest"
)

var statements = flag.Int64("statements", 5_000, "how many statements TestPooler sends through PgBouncer")

// What is refused and no failure: start-up parameters, some times as each process
// starts, and statements that we cancelled.
const (
	refusedParameter = "FATAL 08P01"
	queryCancelled   = "ERROR 57014"
)

// TestPooler runs two processes on four connections to PostgreSQL that PgBouncer
// gives to a transaction at a time. Every answer must be what it would be without.
func TestPooler(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	bouncer := storetest.NewPgBouncer(t, database)
	p, through := newProxy(t, bouncer.URL)
	post := mailtest.NewServer(t, mailtest.Options{})
	s := openProduction(t, database, "DATABASE_URL="+through, "ADMIN_API_KEY="+bootstrapKey,
		"SMTP_URL="+post.URL(), "MESSAGES_PER_HOUR=2000")
	defer s.close(t)
	second := start(t, s.settings...)
	m := newMix(t, s, s.url, second.url)
	records := s.tables(t)["audit_record"]
	var waiting sync.WaitGroup
	for _, work := range m.everybody(t) {
		waiting.Go(func() {
			for p.statements.Load() < *statements && !m.isHopeless() {
				work()
			}
		})
	}
	waiting.Wait()
	second.stop(t)
	m.wantsOneLetterEach(post)

	refusals, failed := p.refusals(), 0
	cancelled := refusals[queryCancelled]
	delete(refusals, queryCancelled)
	delete(refusals, refusedParameter)
	for _, n := range refusals {
		failed += n
	}
	t.Logf("%d requests, %d statements (%d by PgBouncer's own count): %d wrong, %d failed, %d cancelled on request",
		m.requests.Load(), p.statements.Load(), bouncer.Statements(t), m.wrong.Load(), failed, cancelled)
	if failed > 0 {
		t.Errorf("PostgreSQL refused statements: %v", refusals)
	}
	if got, want := s.tables(t)["audit_record"]-records, int(m.records.Load()); got != want {
		t.Errorf("%d audit records were written, want %d", got, want)
	}
}

// TestMigrateThroughPooler: the tables can be made through PgBouncer, once.
func TestMigrateThroughPooler(t *testing.T) {
	t.Parallel()
	bouncer := storetest.NewPgBouncer(t, storetest.Postgres(t))
	settings := []string{"DATABASE_URL=" + bouncer.URL}
	for _, want := range []string{"0001_consent", "up to date"} {
		if printed, failure := run(t, settings, "migrate"); failure != "" || !strings.Contains(printed, want) {
			t.Errorf("it prints %q and fails with %q, want a word of %q", printed, failure, want)
		}
	}
}

// TestPoolerThatRefuses wants a word of what may be wrong: PgBouncer gives the same
// code for everything, and its reasons go to its own log.
func TestPoolerThatRefuses(t *testing.T) {
	t.Parallel()
	bouncer := storetest.NewPgBouncer(t, storetest.Postgres(t))
	for name, settings := range map[string]string{
		"a parameter":             "DATABASE_URL=" + bouncer.URL + "&search_path=hunter2",
		"a database that is none": "DATABASE_URL=" + strings.Replace(bouncer.URL, "/assent?", "/hunter2?", 1),
	} {
		_, failure := run(t, []string{settings}, "migrate")
		for _, want := range []string{"pooler", "its log says why", "08P01"} {
			if !strings.Contains(failure, want) || strings.Contains(failure, "hunter2") {
				t.Errorf("%s: no word of %q in %q", name, want, failure)
			}
		}
	}
}
