package storetest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/store"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// monthsAhead is for how many months the store promises to divide the log.
const monthsAhead = 24

func monthScenarios() []scenario {
	return []scenario{
		{"a record goes to the month of its id", onPostgres(recordsGoToTheirMonth)},
		{"an id of no month is kept too, and its month is not made later", onPostgres(keepsStrayRecords)},
		{"an old month can be moved away and read there, and the store goes on", onPostgres(goesOnWithoutAMonth)},
		{"a month is moved away and brought back while others write", onPostgres(movesAMonthUnderLoad)},
		{"the coming months are made while the service runs, by the owner", onPostgres(makesMonthsWhileRunning)},
		{"nobody can change or remove a record in any part of the log", onPostgres(refusesChangesOfParts)},
		{"records of an undivided log stay where they are, and writers keep their rights", onPostgres(dividesALogInUse)},
		{"whoever only writes leaves the months to the owner", onPostgres(leavesMonthsToTheOwner)},
		{"whoever only reads can ask how things stand", onPostgres(statusForReaders)},
		{"months are left to the next start while somebody reads the whole log", onPostgres(leavesMonthsToTheNext)},
	}
}

func recordsGoToTheirMonth(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	for ahead := 3; ahead <= monthsAhead; ahead += 7 {
		month := thisMonth().AddDate(0, ahead, 0)
		for _, at := range []time.Time{month, month.AddDate(0, 0, 14), month.AddDate(0, 1, 0).Add(-time.Millisecond)} {
			wantPart(t, s.db, addRecord(t, s.db, at), "audit_record_"+month.Format("2006_01"))
		}
	}
	wantPart(t, s.db, addRecord(t, s.db, time.Now()), "audit_record_before")
}

func keepsStrayRecords(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	dropMonths(t, s.db, monthsAhead-1)
	stray := addRecord(t, s.db, thisMonth().AddDate(0, monthsAhead-1, 0))
	wantPart(t, s.db, stray, "audit_record_default")
	migrate(t, s.store)
	wantPart(t, s.db, stray, "audit_record_default")
	wantPart(t, s.db, addRecord(t, s.db, thisMonth().AddDate(0, monthsAhead, 0)), monthName(monthsAhead))
}

// goesOnWithoutAMonth does what docs/operations.md says.
func goesOnWithoutAMonth(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	c := s.anyone()
	s.update(t, c.ID, s.choose(c, true))
	month := thisMonth().AddDate(0, 5, 0)
	moved := monthName(5)
	addRecord(t, s.db, month)
	s.db.MustExecContext(t.Context(), `ALTER TABLE audit_record DETACH PARTITION `+moved)
	migrate(t, s.store)
	s.update(t, c.ID, s.choose(c, false))
	if there, away := number(t, s.db, `SELECT count(*) FROM audit_record`), number(t, s.db, `SELECT count(*) FROM `+moved); there != 2 || away != 1 {
		t.Errorf("%d records are in the log and %d where one was moved, want 2 and 1", there, away)
	}
	wantAppendOnly(t, s.db, moved)
	CheckFold(t, s.db)
	attach(t, s.db, 5)
	if n := number(t, s.db, `SELECT count(*) FROM audit_record`); n != 3 {
		t.Errorf("%d records are in the log once the month is back, want 3", n)
	}
}

// movesAMonthUnderLoad also shows what tells an operator that a month is away.
func movesAMonthUnderLoad(t *testing.T, databaseURL string) {
	const least = 20 // changes before, between and after
	s := newShop(t, databaseURL, store.Options{})
	addRecord(t, s.db, thisMonth().AddDate(0, 5, 0))
	written, stop := make(chan struct{}), make(chan struct{})
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() { s.writeUntil(t, stop, written) })
	}
	await := func() {
		for range least {
			<-written
		}
	}
	moved := monthName(5)
	await()
	s.db.MustExecContext(t.Context(), `ALTER TABLE audit_record DETACH PARTITION `+moved)
	await()
	s.wantAway(t, moved)
	wantAppendOnly(t, s.db, moved)
	must(t, s.store.MakeMonths(t.Context()))
	attach(t, s.db, 5)
	await()
	s.wantAway(t)
	close(stop)
	go func() {
		writers.Wait()
		close(written)
	}()
	total := 3*least + 1 // with the record of the month
	for range written {
		total++
	}
	if n := number(t, s.db, `SELECT count(*) FROM audit_record`); n != total {
		t.Errorf("the log has %d records, want %d", n, total)
	}
}

// writeUntil changes contacts of its own.
func (s *shop) writeUntil(t *testing.T, stop <-chan struct{}, written chan<- struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		c := s.anyone()
		if err := s.store.Update(t.Context(), c.ID, s.choose(c, true)); err != nil {
			t.Error(err)
			return
		}
		written <- struct{}{}
	}
}

// wantAway asks what docs/operations.md asks.
func (s *shop) wantAway(t *testing.T, want ...string) {
	t.Helper()
	var away []string
	must(t, s.db.SelectContext(t.Context(), &away, `SELECT relname FROM pg_class
WHERE relname ~ '^audit_record_([0-9]{4}_[0-9]{2}|before|default)$' AND relkind = 'r' AND NOT relispartition
AND relnamespace = CAST(current_schema() AS regnamespace)`))
	if !slices.Equal(away, want) {
		t.Errorf("the months %v are away, want %v", away, want)
	}
}

func makesMonthsWhileRunning(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	role := newWriter(t, databaseURL)
	dropMonths(t, s.db, monthsAhead-1)
	must(t, openStore(t, as(t, databaseURL, role), store.Options{}).MakeMonths(t.Context()))
	wantLastMonth(t, s.db, false)
	must(t, s.store.MakeMonths(t.Context()))
	wantLastMonth(t, s.db, true)
}

func attach(t *testing.T, db *sqlx.DB, ahead int) {
	t.Helper()
	month := thisMonth().AddDate(0, ahead, 0)
	db.MustExecContext(t.Context(), fmt.Sprintf(`ALTER TABLE audit_record ATTACH PARTITION %s FOR VALUES FROM (first_id('%s')) TO (first_id('%s'))`,
		monthName(ahead), month.Format(time.DateOnly), month.AddDate(0, 1, 0).Format(time.DateOnly)))
}

func refusesChangesOfParts(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	parts := []string{"audit_record"}
	must(t, s.db.SelectContext(t.Context(), &parts,
		`SELECT CAST(CAST(inhrelid AS regclass) AS text) FROM pg_inherits WHERE inhparent = CAST('audit_record' AS regclass)`))
	if least := monthsAhead + 2; len(parts) < least { // with the log itself; the last day of a month, there is one less
		t.Errorf("the log has %d parts, want %d", len(parts), least)
	}
	for _, part := range parts {
		wantAppendOnly(t, s.db, part)
	}
}

// dividesALogInUse starts from the release before the log was divided.
func dividesALogInUse(t *testing.T, databaseURL string) {
	const releaseBefore = 4
	s, db := atRelease(t, databaseURL, releaseBefore), Raw(t, databaseURL)
	role := newWriter(t, databaseURL)
	for i := range 100 {
		addRecord(t, db, time.Now().AddDate(0, -i%40, 0))
	}
	const file = `SELECT pg_relation_filenode('%s')`
	before := number(t, db, fmt.Sprintf(file, "audit_record"))
	migrate(t, s)
	if after := number(t, db, fmt.Sprintf(file, "audit_record_before")); after != before {
		t.Error("the records were copied")
	}
	if n := number(t, db, `SELECT count(*) FROM audit_record`); n != 100 {
		t.Errorf("%d records are left of 100", n)
	}
	addRecord(t, Raw(t, as(t, databaseURL, role)), time.Now())
}

func leavesMonthsToTheOwner(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	role := newWriter(t, databaseURL)
	dropMonths(t, s.db, monthsAhead-2)
	migrate(t, openStore(t, as(t, databaseURL, role), store.Options{}))
	wantLastMonth(t, s.db, false)
	migrate(t, s.store)
	wantLastMonth(t, s.db, true)
}

func leavesMonthsToTheNext(t *testing.T, databaseURL string) {
	s := newShop(t, databaseURL, store.Options{})
	dropMonths(t, s.db, monthsAhead)
	backup, err := Raw(t, databaseURL).BeginTxx(t.Context(), nil)
	must(t, err)
	_, err = backup.ExecContext(t.Context(), `LOCK TABLE audit_record IN ACCESS SHARE MODE`)
	must(t, err)
	migrate(t, s.store)
	wantLastMonth(t, s.db, false)
	must(t, backup.Rollback())
	migrate(t, s.store)
	wantLastMonth(t, s.db, true)
}

func thisMonth() time.Time {
	now := time.Now().UTC()
	return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func monthName(ahead int) string {
	return "audit_record_" + thisMonth().AddDate(0, ahead, 0).Format("2006_01")
}

// addRecord adds a record whose id was made at a time, and returns the id.
func addRecord(t *testing.T, db *sqlx.DB, at time.Time) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	_, err := db.ExecContext(t.Context(), `INSERT INTO audit_record (contact_id, id, event_id, site_id, purpose, action, at, actor_kind,
actor_id, form_identifier, preference_version) VALUES ($1, $2, $2, $2, 'EMAIL', 'GRANTED', $3, 'VISITOR', '', 'footer', 0)`, uuid.New(), id, at)
	must(t, err)
	return id
}

func wantPart(t *testing.T, db *sqlx.DB, id uuid.UUID, want string) {
	t.Helper()
	var got string
	must(t, db.GetContext(t.Context(), &got, `SELECT CAST(CAST(tableoid AS regclass) AS text) FROM audit_record WHERE id = $1`, id))
	if got != want {
		t.Errorf("the record is in %s, want %s", got, want)
	}
}

func wantLastMonth(t *testing.T, db *sqlx.DB, want bool) {
	t.Helper()
	got := number(t, db, `SELECT count(*) FROM pg_class WHERE relname = $1 AND relnamespace = CAST(current_schema() AS regnamespace)`, monthName(monthsAhead))
	if got == 1 != want {
		t.Errorf("%s is there: %t, want %t", monthName(monthsAhead), got == 1, want)
	}
}

func wantAppendOnly(t *testing.T, db *sqlx.DB, table string) {
	t.Helper()
	for _, statement := range []string{`UPDATE %s SET action = 'WITHDRAWN'`, `DELETE FROM %s`, `TRUNCATE %s`} {
		_, err := db.ExecContext(t.Context(), fmt.Sprintf(statement, table))
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf(statement+": got %v, want it refused as append-only", table, err)
		}
	}
}

// dropMonths takes the last months away, as if the store had been started long ago.
func dropMonths(t *testing.T, db *sqlx.DB, from int) {
	t.Helper()
	for ahead := from; ahead <= monthsAhead; ahead++ {
		db.MustExecContext(t.Context(), `DROP TABLE `+monthName(ahead))
	}
}

func migrate(t *testing.T, s *store.Store) {
	t.Helper()
	_, err := s.Migrate(t.Context())
	must(t, err)
}

func statusForReaders(t *testing.T, databaseURL string) {
	openMigrated(t, databaseURL, store.Options{})
	reader := openStore(t, as(t, databaseURL, newWriter(t, databaseURL)), store.Options{})
	status, err := reader.Status(t.Context())
	must(t, err)
	if end := thisMonth().AddDate(0, monthsAhead+1, 0); status.Pending(time.Now()) || !status.MonthsEnd.Equal(end) {
		t.Errorf("got %+v, with months until %s", status, status.MonthsEnd)
	}
	if end := *status.MonthsEnd; !status.Pending(end) {
		t.Error("nothing is pending when the months are over")
	}
}

// newWriter makes a role with the rights that the service needs.
func newWriter(t *testing.T, databaseURL string) string {
	t.Helper()
	db, role := Raw(t, databaseURL), "writer_"+strings.ReplaceAll(uuid.NewString(), "-", "")
	schema := ""
	must(t, db.GetContext(t.Context(), &schema, `SELECT current_schema()`))
	db.MustExecContext(t.Context(), fmt.Sprintf(`CREATE ROLE %[1]s LOGIN; GRANT USAGE ON SCHEMA %[2]s TO %[1]s;
GRANT SELECT ON ALL TABLES IN SCHEMA %[2]s TO %[1]s; GRANT INSERT ON audit_record TO %[1]s`, role, schema))
	t.Cleanup(func() { exec(t, databaseURL, fmt.Sprintf(`DROP OWNED BY %[1]s; DROP ROLE %[1]s`, role)) })
	return role
}

// as is the URL for another role.
func as(t *testing.T, databaseURL, role string) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	must(t, err)
	u.User = url.User(role)
	return u.String()
}
