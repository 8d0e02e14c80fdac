package e2e

import (
	"context"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"assent/store/storetest"
)

// What is promised whatever PostgreSQL does, and how long it does it here.
const (
	answeredWithin  = 3 * time.Second
	recoveredWithin = 5 * time.Second
	stallLasts      = 4 * time.Second
)

// trouble is a way in which PostgreSQL stalls.
type trouble struct {
	begin, end func(t *testing.T, s *shop, between *swamp)
	total      bool // nothing that is stored can be read or written
}

func troubles() map[string]trouble {
	flood := func(_ *testing.T, _ *shop, between *swamp) { between.flood() }
	locks := map[string]func(){}
	lock := func(statement string) func(t *testing.T, s *shop, _ *swamp) {
		return func(t *testing.T, s *shop, _ *swamp) {
			tx := s.db.MustBeginTx(context.Background(), nil)
			_, err := tx.ExecContext(t.Context(), statement)
			must(t, err)
			locks[t.Name()] = func() { must(t, tx.Rollback()) }
		}
	}
	unlock := func(t *testing.T, _ *shop, _ *swamp) { locks[t.Name()]() }
	const tables = `audit_record, evidence, contact, consent, account, verification, outbox, site, message_text, organisation, api_key, admin_record`
	return map[string]trouble{
		"the network holds everything up": {flood, func(_ *testing.T, _ *shop, between *swamp) { between.dry() }, true},
		"the network loses every connection": {flood, func(_ *testing.T, _ *shop, between *swamp) {
			between.lose()
			between.dry()
		}, true},
		"every answer takes a second": {
			func(_ *testing.T, _ *shop, between *swamp) { between.slow(time.Second) },
			func(_ *testing.T, _ *shop, between *swamp) { between.slow(0) }, false,
		},
		"somebody has locked every contact": {lock(`SELECT id FROM contact FOR UPDATE`), unlock, false},
		"somebody has locked the tables":    {lock(`LOCK TABLE ` + tables + ` IN ACCESS EXCLUSIVE MODE`), unlock, true},
	}
}

// TestStalledDatabase: however PostgreSQL stalls, everybody is answered in time,
// nobody is told what is not so, and it is over soon after the stall is.
func TestStalledDatabase(t *testing.T) {
	for name, trouble := range troubles() {
		t.Run(name, func(t *testing.T) {
			database := storetest.Postgres(t)
			between, through := newSwamp(t, database)
			s := openProduction(t, database, "DATABASE_URL="+through+"&application_name="+programName, "ADMIN_API_KEY="+bootstrapKey)
			defer s.close(t)
			told := &signUps{answers: answers{}}
			deeds := s.deeds(t, told)
			s.warm(t, deeds)
			before := s.held(t)

			trouble.begin(t, s, between)
			ctx, cancel := context.WithTimeout(t.Context(), stallLasts)
			defer cancel()
			endures(t, crowd(ctx, deeds), trouble.total)
			trouble.end(t, s, between)

			s.recovers(t, deeds)
			s.lets(t, before)
			told.areTrue(t, s, "OK", "UNKNOWN_ERROR")
		})
	}
}

// TestStalledDatabaseForOne: who comes alone finds idle connections, and may try one
// after another, where a crowd waits for them.
func TestStalledDatabaseForOne(t *testing.T) {
	database := storetest.Postgres(t)
	between, through := newSwamp(t, database)
	s := openProduction(t, database, "DATABASE_URL="+through, "ADMIN_API_KEY="+bootstrapKey)
	defer s.close(t)
	deeds := s.deeds(t, &signUps{answers: answers{}})
	s.warm(t, deeds)
	between.flood()
	began, alone := time.Now(), []asked(nil)
	for _, d := range deeds {
		if d.name == "a sign-up with words of its own" || d.name == "a change of the back office" {
			alone = append(alone, d.ask(began))
		}
	}
	endures(t, alone, true)
	between.dry()
	s.recovers(t, deeds)
}

// TestForgottenConnections: after a quiet night behind a firewall whoever comes first with
// a change waits, and has it.
func TestForgottenConnections(t *testing.T) {
	database := storetest.Postgres(t)
	between, through := newSwamp(t, database)
	s := openProduction(t, database, "DATABASE_URL="+through)
	defer s.close(t)
	visits := func() { s.visitor(t).does(signUp("EMAIL", s.email("new")), "OK", granted("EMAIL")) }
	visits()
	between.lose()
	came := time.Now()
	visits()
	if took := time.Since(came); took >= answeredWithin {
		t.Errorf("the first is answered after %v", took)
	}
	visits()
}

// programName is how PostgreSQL tells the program's connections from others.
const programName = "assent-stalled"

// warm lets a crowd take everything that the program keeps for later.
func (s *shop) warm(t *testing.T, deeds []deed) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for _, a := range crowd(ctx, deeds) {
		if a.err != nil || a.failed() {
			t.Fatalf("%s: %v %d %s", a.name, a.err, a.status, a.body)
		}
	}
}

// endures wants every request of a stall to have been answered in time, and what
// needs the database not to have been done while there was none.
func endures(t *testing.T, requests []asked, total bool) {
	t.Helper()
	failed, longest := map[string]int{}, time.Duration(0)
	for _, a := range requests {
		longest = max(longest, a.took)
		if a.err != nil || a.took >= answeredWithin {
			t.Errorf("%s: after %v: %v %d %s", a.name, a.took, a.err, a.status, a.body)
		}
		if a.failed() {
			failed[a.name]++
		} else if total && a.stored && a.began+a.took < stallLasts {
			t.Errorf("%s is done without a database: %d %s", a.name, a.status, a.body)
		}
	}
	t.Logf("%d requests, the longest took %v; failed: %v", len(requests), longest.Round(time.Millisecond), failed)
}

// recovers wants everything to work again soon.
func (s *shop) recovers(t *testing.T, deeds []deed) {
	t.Helper()
	over := time.Now()
	for _, d := range deeds {
		a := d.ask(over)
		for a.failed() && time.Since(over) < recoveredWithin {
			a = d.ask(over)
		}
		if took := time.Since(over); a.err != nil || a.failed() || took >= recoveredWithin {
			t.Fatalf("%s: %v after the stall is over: %v %d %s", d.name, took, a.err, a.status, a.body)
		}
	}
	t.Logf("everything works %v after the stall", time.Since(over).Round(time.Millisecond))
}

// held is what the program holds: goroutines, files, connections to PostgreSQL.
func (s *shop) held(t *testing.T) map[string]int {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	metrics := s.visitor(t).do(http.MethodGet, "/metrics", "").body
	held := map[string]int{}
	for _, name := range []string{"go_goroutines", "process_open_fds"} {
		found := regexp.MustCompile(`(?m)^` + name + ` (\d+)`).FindStringSubmatch(metrics)
		if found == nil {
			t.Fatalf("%s is not in the metrics", name)
		}
		n, err := strconv.Atoi(found[1])
		must(t, err)
		held[name] = n
	}
	var connections int
	must(t, s.db.GetContext(t.Context(), &connections, `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1`, programName))
	held["connections"] = connections
	return held
}

// maxConnections is how many the program has to PostgreSQL.
const maxConnections = 8

// lets wants the program to hold no more than before, give or take what just
// happens to be open.
func (s *shop) lets(t *testing.T, before map[string]int) {
	t.Helper()
	after := s.held(t)
	eventually(t, func() string {
		after = s.held(t)
		var more []string
		for name, n := range before {
			if after[name] > n+maxConnections {
				more = append(more, name)
			}
		}
		if after["connections"] > maxConnections {
			more = append(more, "more connections than the pool has")
		}
		return strings.Join(more, ", ")
	}, "")
	t.Logf("held before: %v, after: %v", maps.Clone(before), after)
}
