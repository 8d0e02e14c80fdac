package crash

import (
	"slices"
	"sync"
	"testing"

	"assent/store/storetest"

	"github.com/jmoiron/sqlx"
)

// ledger holds every request and what it was told.
type ledger struct {
	mu       sync.Mutex
	requests []*request
	known    int // acknowledged
	unknown  int
	wanted   func() bool
	reached  chan struct{}
}

func (l *ledger) add(r *request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = append(l.requests, r)
	if r.acknowledged() {
		l.known++
	}
	if r.isUnknown() {
		l.unknown++
	}
	if l.reached != nil && l.wanted() {
		close(l.reached)
		l.reached = nil
	}
}

// soFar is how many requests have been answered.
func (l *ledger) soFar() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.requests)
}

// asOf is the ledger of somebody who knows the first n answers only. What was asked
// later may have been carried out or not.
func (l *ledger) asOf(n int) *ledger {
	earlier := &ledger{}
	for i, r := range l.requests {
		known := *r
		if i >= n {
			known.told = ""
		}
		earlier.add(&known)
	}
	return earlier
}

// acknowledges is closed once n more requests have been.
func (l *ledger) acknowledges(n int) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	enough := l.known + n
	return l.await(func() bool { return l.known >= enough })
}

// fails is closed once n more requests got no good answer.
func (l *ledger) fails(n int) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	enough := l.unknown + n
	return l.await(func() bool { return l.unknown >= enough })
}

func (l *ledger) await(wanted func() bool) <-chan struct{} {
	l.wanted, l.reached = wanted, make(chan struct{})
	return l.reached
}

// balance is what became of the requests.
type balance struct {
	requests, acknowledged, unknown int
	there                           int // of the unknown
	lost, twice, half, foldErrors   int
}

// found is what an audit log holds for one request: the records of each event.
type found map[string][]string

// settle compares the ledger with the database, to which nobody may write any
// more.
func (l *ledger) settle(t *testing.T, db *sqlx.DB) balance {
	t.Helper()
	b := balance{requests: len(l.requests), acknowledged: l.known, unknown: l.unknown}
	log := readLog(t, db)
	expected := map[string]rows{}
	for _, r := range l.requests {
		if !r.acknowledged() && !r.isUnknown() {
			t.Errorf("%s %s was told %s", r.field, r.key, r.told)
		}
		events := log[r.key]
		delete(log, r.key)
		b.judge(t, r, events)
		if len(events) > 0 {
			expected[r.address] = expected[r.address].plus(r.rows)
		}
	}
	for key := range log {
		b.half++
		t.Errorf("nobody sent %q, but the audit log holds it", key)
	}
	b.compare(t, l.addresses(), expected, readRows(t, db))
	counted := &counter{TB: t}
	storetest.CheckFold(counted, db)
	b.foldErrors = counted.errors
	return b
}

// judge compares the records of one request with what it was told.
func (b *balance) judge(t *testing.T, r *request, events found) {
	t.Helper()
	if len(events) == 0 && r.acknowledged() {
		b.lost++
		t.Errorf("%s %s was told %s and is lost", r.field, r.key, r.told)
	}
	if len(events) > 0 && r.isUnknown() {
		b.there++
	}
	if len(events) > 1 {
		b.twice++
		t.Errorf("%s %s was carried out %d times", r.field, r.key, len(events))
	}
	for _, records := range events {
		slices.Sort(records)
		if !slices.Equal(records, r.records) {
			b.half++
			t.Errorf("%s %s left %v, want %v", r.field, r.key, records, r.records)
		}
	}
}

// addresses are those that the requests were about; true for those of which
// everything is counted.
func (l *ledger) addresses() map[string]bool {
	counted := map[string]bool{}
	for _, r := range l.requests {
		counted[r.address] = r.rows.Version > 0
	}
	return counted
}

// compare wants the rows of each address to be those of the requests that were
// carried out.
func (b *balance) compare(t *testing.T, counted map[string]bool, expected, actual map[string]rows) {
	t.Helper()
	for address, got := range actual {
		everything, ours := counted[address]
		if !everything && ours {
			got = rows{Records: got.Records, Evidence: got.Evidence}
		}
		if got != expected[address] {
			b.half++
			t.Errorf("%s has %+v, want %+v", address, got, expected[address])
		}
	}
	for address, want := range expected {
		if _, there := actual[address]; !there {
			b.half++
			t.Errorf("%s has nothing, want %+v", address, want)
		}
	}
}

// readLog is the audit log by the key of the request.
func readLog(t *testing.T, db *sqlx.DB) map[string]found {
	t.Helper()
	var lines []struct{ Key, Event, Record string }
	must(t, db.SelectContext(t.Context(), &lines, `SELECT COALESCE(NULLIF(e.landing_url, ''), r.form_identifier) AS key,
CAST(r.event_id AS text) AS event, r.action || ' ' || r.purpose AS record
FROM audit_record r LEFT JOIN evidence e ON e.contact_id = r.contact_id AND e.event_id = r.event_id`))
	log := map[string]found{}
	for _, line := range lines {
		if log[line.Key] == nil {
			log[line.Key] = found{}
		}
		log[line.Key][line.Event] = append(log[line.Key][line.Event], line.Record)
	}
	return log
}

// readRows counts what each address has.
func readRows(t *testing.T, db *sqlx.DB) map[string]rows {
	t.Helper()
	var lines []struct {
		Address string `db:"address"`
		rows
	}
	must(t, db.SelectContext(t.Context(), &lines, `SELECT address, version,
(SELECT count(*) FROM consent x WHERE x.contact_id = c.id) AS consents,
(SELECT count(*) FROM outbox x WHERE x.contact_id = c.id) AS messages,
(SELECT count(*) FROM verification x WHERE x.contact_id = c.id) AS verifications,
(SELECT count(*) FROM campaign_entry x WHERE x.contact_id = c.id) AS entries,
(SELECT count(*) FROM audit_record x WHERE x.contact_id = c.id) AS records,
(SELECT count(*) FROM evidence x WHERE x.contact_id = c.id) AS evidence
FROM contact c WHERE address <> ''`))
	all := map[string]rows{}
	for _, line := range lines {
		all[line.Address] = line.rows
	}
	return all
}

// counter counts the errors of a test.
type counter struct {
	testing.TB
	errors int
}

func (c *counter) Errorf(format string, args ...any) {
	c.Helper()
	c.errors++
	c.TB.Errorf(format, args...)
}
