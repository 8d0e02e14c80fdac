package e2e

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assent/demo"
	"assent/outbox"
	"assent/store"
	"assent/store/storetest"
	"assent/token"

	"github.com/jmoiron/sqlx"
)

// publicURL is where shoppers would reach the service outside embedded mode.
const publicURL = "https://consent.shop.example"

// shop is the program at work on a database that holds the demo shop and what
// addFixtures adds to it.
type shop struct {
	*process
	settings  []string
	database  string // its URL
	db        *sqlx.DB
	store     *store.Store
	jwtSecret string
	clientIP  string // how evidence keeps the address of the clients here
	keys      *token.Keys
	composer  *outbox.Composer // writes the letters; nil in embedded mode
	countAll  string           // the query that counts the rows of every table
	people    atomic.Int64
}

// onBoth runs a test on a shop in embedded mode, just as `go run .` starts it,
// and on one in production mode on PostgreSQL. Settings come on top.
func onBoth(t *testing.T, test func(t *testing.T, s *shop), settings ...string) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		s := openEmbedded(t, settings...)
		defer s.close(t)
		test(t, s)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		s := openProduction(t, storetest.Postgres(t), settings...)
		defer s.close(t)
		test(t, s)
	})
}

func openEmbedded(t *testing.T, settings ...string) *shop {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	s := &shop{
		database: "sqlite://" + filepath.Join(folder, "assent.db"), clientIP: "127.0.0.0/24",
		settings: append([]string{"DATA_DIR=" + folder, "RATE_LIMITS=off"}, settings...),
	}
	s.process = start(t, s.settings...)
	s.jwtSecret = strings.TrimSpace(readFile(t, filepath.Join(folder, "jwt_secret")))
	s.openKeys(t, strings.TrimSpace(readFile(t, filepath.Join(folder, "secret"))))
	s.openStore(t)
	s.addFixtures(t)
	s.countAll = s.countingQuery(t)
	return s
}

// openProduction prepares the database as an operator would and starts the
// program on it.
func openProduction(t *testing.T, databaseURL string, settings ...string) *shop {
	t.Helper()
	secret := rand.Text() + rand.Text()
	s := &shop{database: databaseURL, jwtSecret: rand.Text() + rand.Text(), clientIP: clientNetwork + ".0/24"}
	s.settings = append([]string{
		"DATABASE_URL=" + databaseURL, "REDIS_URL=" + os.Getenv("TEST_REDIS_URL"), "PUBLIC_URL=" + publicURL + "/",
		"ASSENT_SECRET=" + secret, "JWT_SECRET=" + s.jwtSecret, "TRUSTED_PROXIES=127.0.0.0/8", "RATE_LIMITS=off",
		"DRAIN_TIME=0s",
	}, settings...)
	s.openStore(t)
	if _, err := s.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, demo.Define(t.Context(), s.store, "fixtures"))
	s.addFixtures(t)
	s.countAll = s.countingQuery(t)
	s.openKeys(t, secret)
	s.openComposer(t)
	s.process = start(t, s.settings...)
	return s
}

func openProductionSQLite(t *testing.T) *shop {
	t.Helper()
	return openProduction(t, storetest.SQLite(t))
}

func openProductionPostgres(t *testing.T) *shop {
	t.Helper()
	return openProduction(t, storetest.Postgres(t))
}

// openStore opens the database a second time, beside the program.
func (s *shop) openStore(t *testing.T) {
	t.Helper()
	var err error
	if s.store, err = store.Open(t.Context(), s.database, store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() }) // nothing of the test depends on it any more
	s.db = storetest.Raw(t, s.database)
}

func (s *shop) openKeys(t *testing.T, secret string) {
	t.Helper()
	var err error
	if s.keys, err = token.NewKeys([]byte(secret)); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) openComposer(t *testing.T) {
	t.Helper()
	var err error
	if s.composer, err = outbox.NewComposer(s.store, s.keys, publicURL, 7*24*time.Hour); err != nil {
		t.Fatal(err)
	}
}

// restart stops the program and starts it again with the same settings.
func (s *shop) restart(t *testing.T) {
	t.Helper()
	s.close(t)
	s.process = start(t, s.settings...)
}

// close stops the program and checks that the state of every contact is what its
// audit log says.
func (s *shop) close(t *testing.T) {
	t.Helper()
	s.stop(t)
	storetest.CheckFold(t, s.db)
}

// email is an address nobody has used yet; phone is a British mobile number.
func (s *shop) email(name string) string {
	return fmt.Sprintf("%s.%d@%s", name, s.people.Add(1), mailDomain)
}

func (s *shop) phone() string { return fmt.Sprintf("%s%08d", phonePrefix, 123456+s.people.Add(1)) }

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
