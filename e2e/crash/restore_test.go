package crash

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"assent/consent"
	"assent/store/storetest"
	"assent/token"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// TestRestore backs up under load, as docs/operations.md says, restores elsewhere,
// and accounts for every request that was acknowledged before the backup began.
func TestRestore(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		url, copied := storetest.SQLite(t), filepath.Join(t.TempDir(), "assent.db")
		h := newHarness(t, url, url)
		h.load(t)
		await(t, "some work", h.ledger.acknowledges(20**writers))
		before, began := h.ledger.soFar(), time.Now()
		h.command(t, url, "backup", copied)
		h.lives(t)
		h.end(t)
		h.livesOn(t, "sqlite://"+copied, before)
		h.carriesOver(t, url, "sqlite://"+copied, began)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		server := newPostgres(t)
		h := newHarness(t, server.url(), server.url())
		server.giveRights(t, h.db)
		h.load(t)
		await(t, "some work", h.ledger.acknowledges(20**writers))
		before, began := h.ledger.soFar(), time.Now()
		dump := filepath.Join(server.folder, "assent.dump")
		server.tool(t, "pg_dump", "--format=custom", "--file="+dump, server.url())
		h.lives(t)
		h.end(t)
		server.tool(t, "createdb", "--template=template0", "restored")
		restored := server.urlOf("restored")
		server.tool(t, "pg_restore", "--exit-on-error", "--single-transaction", "--dbname="+restored, dump)
		h.wantSameRights(t, restored)
		h.livesOn(t, restored, before)
		h.carriesOver(t, server.url(), restored, began)
	})
}

// livesOn wants a restored database to hold what was acknowledged before the backup
// and nothing by halves, and a service on it to do its work.
func (h *harness) livesOn(t *testing.T, restored string, before int) {
	t.Helper()
	db := storetest.Raw(t, restored)
	b := h.ledger.asOf(before).settle(t, db)
	t.Logf("acknowledged before: %d, lost: %d; of the %d others there: %d", b.acknowledged, b.lost, b.unknown, b.there)
	if b.acknowledged == 0 || b.unknown == 0 {
		t.Error("the backup was not made under load")
	}
	wantProtected(t, db)
	if said := h.command(t, restored, "migrate"); said != "the schema is up to date\n" {
		t.Errorf("migrating says %q", said)
	}
	h.settings = append(h.settings, "DATABASE_URL="+restored)
	h.start(t)
	h.reads(t)
	h.wantOldLinks(t, before)
	h.stop(t)
	storetest.CheckFold(t, db)
	if strings.HasPrefix(restored, "sqlite") {
		h.db = db
		h.isSound(t)
	}
}

// carriesOver wants everybody who withdrew before the database was replaced to have
// withdrawn afterwards, and doing it again to change nothing.
func (h *harness) carriesOver(t *testing.T, replaced, restored string, since time.Time) {
	t.Helper()
	carry := func() string {
		return h.command(t, restored, "carry-over", "--from", replaced, "--since", since.UTC().Format(time.RFC3339))
	}
	after, missing := storetest.Raw(t, restored), 0
	for round, want := range []string{"contacts that had ended something: ", "contacts that had ended something: 0\n"} {
		if said := carry(); !strings.HasPrefix(said, want) {
			t.Errorf("round %d says %q", round, said)
		}
	}
	for _, w := range withdrawals(t, storetest.Raw(t, replaced)) {
		var n int
		must(t, after.GetContext(t.Context(), &n, `SELECT count(*) FROM consent WHERE contact_id = $1 AND site_id = $2 AND purpose = $3
AND status = 'WITHDRAWN'`, w.Contact, w.Site, w.Purpose))
		missing += 1 - n
	}
	if missing > 0 {
		t.Errorf("%d withdrawals are missing", missing)
	}
	storetest.CheckFold(t, after)
}

// withdrawal is a consent that has ended.
type withdrawal struct {
	Contact string `db:"contact_id"`
	Site    string `db:"site_id"`
	Purpose string `db:"purpose"`
}

func withdrawals(t *testing.T, db *sqlx.DB) []withdrawal {
	t.Helper()
	var all []withdrawal
	must(t, db.SelectContext(t.Context(), &all, `SELECT contact_id, site_id, purpose FROM consent WHERE status = 'WITHDRAWN'`))
	if len(all) == 0 {
		t.Error("nobody withdrew")
	}
	return all
}

// command runs a command of the program beside the service.
func (h *harness) command(t *testing.T, databaseURL string, args ...string) string {
	t.Helper()
	c := exec.Command(h.binary, args...)
	c.Dir, c.Env = t.TempDir(), append([]string{"TMPDIR=" + os.TempDir()}, append(h.settings, "DATABASE_URL="+databaseURL)...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("assent %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// wantOldLinks follows links of messages that were queued before the backup.
func (h *harness) wantOldLinks(t *testing.T, before int) {
	t.Helper()
	followed := 0
	for _, r := range h.ledger.requests[:before] {
		if r.kind != signUp || !r.acknowledged() || followed == 5 {
			continue
		}
		address, err := consent.ParseEmail("email", r.address)
		must(t, err)
		hash := h.keys.HashAddress(consent.OrganisationID{UUID: uuid.MustParse(organisation)}, address)
		link := consent.UnsubscribeLink{Address: hash, Site: consent.SiteID{UUID: uuid.MustParse(singleSite)}, Channel: consent.Email}
		key := landing + "restored." + strconv.Itoa(followed)
		leave := &request{kind: unsubscribe, key: key, address: r.address, input: map[string]any{
			"token": h.keys.Unsubscribe(link), "email": token.FormatAddress(hash), "auditData": map[string]any{"landingUrl": key},
		}}
		must(t, leave.send(newClient(), h.address))
		if !leave.acknowledged() {
			t.Errorf("an old link is answered with %s", leave.told)
		}
		followed++
	}
	if followed == 0 {
		t.Error("nobody signed up before the backup")
	}
}

// wantProtected tries to change what is append-only, in every part of it.
func wantProtected(t *testing.T, db *sqlx.DB) {
	t.Helper()
	tables := []string{"audit_record", "message_text", "admin_record"}
	if db.DriverName() == "postgres" {
		must(t, db.SelectContext(t.Context(), &tables, `SELECT CAST(CAST(inhrelid AS regclass) AS text) FROM pg_inherits
WHERE inhparent = CAST('audit_record' AS regclass) UNION ALL VALUES ('audit_record'), ('message_text'), ('admin_record')`))
		if len(tables) < 20 {
			t.Errorf("the parts of the log are %v", tables)
		}
	}
	for _, table := range tables {
		_, err := db.ExecContext(t.Context(), `DELETE FROM `+table)
		// A trigger of SQLite is for rows, of which there may be none.
		if err == nil && db.DriverName() == "postgres" || err != nil && !strings.Contains(err.Error(), "append-only") {
			t.Errorf("deleting from %s: %v", table, err)
		}
	}
}

// giveRights makes the role of docs/operations.md that cannot change what is
// append-only.
func (p *postgres) giveRights(t *testing.T, db *sqlx.DB) {
	t.Helper()
	db.MustExecContext(t.Context(), `CREATE ROLE assent LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO assent;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_record, message_text, admin_record FROM assent; REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM assent`)
}

const rights = `SELECT COALESCE(string_agg(relname || ' ' || relacl::text, ', ' ORDER BY relname), '') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relacl IS NOT NULL`

func (h *harness) wantSameRights(t *testing.T, restored string) {
	t.Helper()
	var before, after string
	must(t, h.db.GetContext(t.Context(), &before, rights))
	must(t, storetest.Raw(t, restored).GetContext(t.Context(), &after, rights))
	if before != after || before == "" {
		t.Errorf("the rights were %s\nand are %s", before, after)
	}
}

// tool runs a client program of PostgreSQL's, which is beside the server.
func (p *postgres) tool(t *testing.T, name string, args ...string) {
	t.Helper()
	c := exec.Command(filepath.Join(filepath.Dir(p.program), name), args...)
	c.Dir, c.SysProcAttr = p.folder, p.owner
	c.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH"), "PGHOST=127.0.0.1", fmt.Sprintf("PGPORT=%d", p.port), "PGUSER=postgres"}
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// urlOf is another database of the server.
func (p *postgres) urlOf(database string) string {
	u := &url.URL{Scheme: "postgres", User: url.User("postgres"), Host: fmt.Sprintf("127.0.0.1:%d", p.port), Path: database, RawQuery: "sslmode=disable"}
	return u.String()
}
