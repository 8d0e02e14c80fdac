package store_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"assent/backoffice"
	"assent/consent"
	"assent/store"
	"assent/store/storetest"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// The lists of the back office and what a visitor is shown must not get slower
// with what they do not show. How long they take depends on the machine, so these
// tests look at what the databases read.

// TestSQLiteReadsNoWholeTableForAList wants every table to be searched by an index
// and lists of one table not to be sorted.
func TestSQLiteReadsNoWholeTableForAList(t *testing.T) {
	putTogether := []string{"everywhere", "here", "offered"} // parts of the texts on offer
	sorted := []string{"texts on offer at a site", "texts a visitor is shown", "campaigns of an organisation"}
	url := storetest.SQLite(t)
	migrated(t, url)
	db := storetest.Raw(t, url)
	for name, q := range store.ListQueries(anOrganisation(1), aSite(1), backoffice.Page{Limit: 50}) {
		for _, step := range sqlitePlan(t, db, q) {
			scans := strings.HasPrefix(step, "SCAN ") && !slices.Contains(putTogether, strings.TrimPrefix(step, "SCAN "))
			sorts := strings.Contains(step, "TEMP B-TREE") && !slices.Contains(sorted, name)
			if scans || sorts {
				t.Errorf("%s: %s", name, step)
			}
		}
	}
}

func sqlitePlan(t *testing.T, db *sqlx.DB, q store.Query) []string {
	t.Helper()
	var steps []struct {
		ID, Parent, NotUsed int
		Detail              string
	}
	if err := db.SelectContext(t.Context(), &steps, "EXPLAIN QUERY PLAN "+q.Text, q.Args...); err != nil {
		t.Fatal(err)
	}
	var details []string
	for _, s := range steps {
		details = append(details, s.Detail)
	}
	return details
}

// TestPostgreSQLReadsLittleMoreThanAListShows counts the rows read where there are
// 100,000 texts and 1,000 sites, once the server has looked at them as it does by
// itself within a minute.
func TestPostgreSQLReadsLittleMoreThanAListShows(t *testing.T) {
	const shown, visible = 50, 120 // on a page; to a visitor of one site, who sees all there is
	url := storetest.Postgres(t)
	migrated(t, url)
	db := storetest.Raw(t, url)
	db.MustExecContext(t.Context(), manyTexts)
	db.MustExecContext(t.Context(), `ANALYZE`)
	for name, q := range store.ListQueries(anOrganisation(1), aSite(1), backoffice.Page{Limit: shown}) {
		if n := rowsRead(t, db, q); n > 3*visible {
			t.Errorf("%s: %d rows are read", name, n)
		}
	}
}

// manyTexts are 100,000 of one organisation, of which every site has 100 to
// itself but for 20 that are on offer everywhere.
const manyTexts = `
INSERT INTO organisation (id, name, created_at, updated_at) SELECT lpad(to_hex(n), 32, '0')::uuid, 'Shop', now(), now()
FROM generate_series(1, 2) AS n;
INSERT INTO site (id, organisation_id, slug, name, features, default_region, locale, confirm_url, unsubscribe_url, sender_name,
sender_email, one_trust_url, neutral_responses, brand_colour, brand_logo_url, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad('1', 32, '0')::uuid, n, '', '', '', '', '', '', '', '', '', false, '', '', now() + n * interval '1s', now()
FROM generate_series(1, 1000) AS n;
INSERT INTO preference (id, organisation_id, everywhere, version, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad('1', 32, '0')::uuid, n % 5000 = 0, 1, now() + n * interval '1s', now()
FROM generate_series(1, 100000) AS n;
INSERT INTO preference_version (preference_id, version, text, created_at) SELECT id, 1, 'text', created_at FROM preference;
INSERT INTO site_preference (site_id, preference_id, enabled)
SELECT lpad(to_hex(n % 1000 + 1), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, true FROM generate_series(1, 100000) AS n WHERE n % 5000 <> 0;
INSERT INTO campaign (site_id, id, name, metadata_schema, created_at, updated_at) SELECT id, '42', '', '', now(), now() FROM site;
INSERT INTO contact (id, organisation_id, kind, address, suppression, version, created_at, updated_at)
SELECT gen_random_uuid(), lpad('1', 32, '0')::uuid, 'EMAIL', '', '', 1, now(), now() FROM generate_series(1, 20000);
INSERT INTO account (contact_id, site_id, email_contact_id, has_address, name, updated_at, customer_id)
SELECT gen_random_uuid(), lpad(to_hex(('x' || left(id::text, 4))::bit(16)::int % 10 + 1), 32, '0')::uuid, id, false, '', now(), id FROM contact`

func rowsRead(t *testing.T, db *sqlx.DB, q store.Query) int {
	t.Helper()
	var text string
	if err := db.GetContext(t.Context(), &text, "EXPLAIN (ANALYZE, FORMAT JSON) "+q.Text, q.Args...); err != nil {
		t.Fatal(err)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0].Plan.rowsRead()
}

// node is a step of a plan as PostgreSQL tells it after carrying it out.
type node struct {
	Relation string  `json:"Relation Name"` // empty: it reads no table
	Rows     float64 `json:"Actual Rows"`   // each time
	Filtered float64 `json:"Rows Removed by Filter"`
	Times    float64 `json:"Actual Loops"`
	Plans    []node
}

func (n node) rowsRead() int {
	total := 0
	if n.Relation != "" {
		total = int((n.Rows + n.Filtered) * n.Times)
	}
	for _, below := range n.Plans {
		total += below.rowsRead()
	}
	return total
}

func migrated(t *testing.T, url string) {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func anOrganisation(n byte) consent.OrganisationID {
	return consent.OrganisationID{UUID: uuid.UUID{15: n}}
}

func aSite(n byte) consent.SiteID { return consent.SiteID{UUID: uuid.UUID{15: n}} }
