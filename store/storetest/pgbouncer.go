package storetest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jmoiron/sqlx"
)

// poolSize is how many connections to PostgreSQL a PgBouncer of ours has.
const poolSize = 4

// PgBouncer is a connection pooler of the test's own in front of a database, in
// transaction mode with four connections.
type PgBouncer struct {
	URL   string // of the database, through the pooler
	admin *sqlx.DB
}

// NewPgBouncer starts one in front of a URL that Postgres returned. The settings
// are lines of pgbouncer.ini, on top of ours. Without PGBOUNCER, which names the
// program, the test is skipped.
func NewPgBouncer(t testing.TB, databaseURL string, settings ...string) *PgBouncer {
	t.Helper()
	program := os.Getenv("PGBOUNCER")
	if program == "" {
		t.Skip("PGBOUNCER is not set; `make test` installs PgBouncer where it can")
	}
	for range 5 {
		address := freeAddress(t)
		if runPgBouncer(t, program, pgBouncerSettings(t, databaseURL, address, settings)) {
			admin := Raw(t, "postgres://admin@"+address+"/pgbouncer?sslmode=disable")
			return &PgBouncer{URL: "postgres://assent@" + address + "/assent?sslmode=disable", admin: admin}
		}
	}
	t.Fatal("PgBouncer does not start")
	return nil
}

// Statements is how many statements PgBouncer has passed on.
func (p *PgBouncer) Statements(t testing.TB) int64 {
	t.Helper()
	var stats []struct {
		Database   string `db:"database"`
		Statements int64  `db:"total_query_count"`
	}
	// Unsafe lets us leave its many other columns out.
	if err := p.admin.Unsafe().SelectContext(t.Context(), &stats, `SHOW STATS`); err != nil {
		t.Fatalf("asking PgBouncer for its statistics: %v", err)
	}
	var sum int64
	for _, s := range stats {
		if s.Database == "assent" {
			sum += s.Statements
		}
	}
	return sum
}

// pgBouncerSettings writes a pgbouncer.ini. A schema can be told to PostgreSQL
// only when PgBouncer connects.
func pgBouncerSettings(t testing.TB, databaseURL, address string, settings []string) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatalf("the URL of the database: %v", err)
	}
	host, port, _ := net.SplitHostPort(address)
	password := ""
	if p, has := u.User.Password(); has { // an empty one would be an error
		password = fmt.Sprintf("password='%s'", strings.ReplaceAll(p, "'", "''"))
	}
	text := fmt.Sprintf(`[databases]
assent = host=%s port=%s dbname=%s user=%s %s connect_query='SET search_path TO %s'
[pgbouncer]
listen_addr = %s
listen_port = %s
unix_socket_dir =
auth_type = any
admin_users = admin
pool_mode = transaction
default_pool_size = %d
max_client_conn = 500
log_connections = 0
log_disconnections = 0
%s
`, u.Hostname(), u.Port(), strings.TrimPrefix(u.Path, "/"), u.User.Username(), password, u.Query().Get("search_path"),
		host, port, poolSize, strings.Join(settings, "\n"))
	path := filepath.Join(t.TempDir(), "pgbouncer.ini")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatalf("writing the settings of PgBouncer: %v", err)
	}
	return path
}

// runPgBouncer reports whether it is up; otherwise somebody else took its port.
// It refuses to be root.
func runPgBouncer(t testing.TB, program, settings string) bool {
	t.Helper()
	//nolint:gosec // whoever runs the tests names the program
	command := osexec.CommandContext(context.WithoutCancel(t.Context()), program, settings)
	if os.Getuid() == 0 {
		command.Args = append(command.Args, "-u", "nobody")
	}
	log, err := command.StderrPipe()
	if err != nil {
		t.Fatalf("reading the log of PgBouncer: %v", err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("starting PgBouncer: %v", err)
	}
	up, ended := make(chan bool, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			t.Log(lines.Text())
			if strings.Contains(lines.Text(), "process up") {
				up <- true
			}
		}
		_ = command.Wait() // it is told to end
		close(up)
	}()
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGQUIT)
		<-ended
	})
	return <-up
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("finding a port: %v", err)
	}
	defer l.Close()
	return l.Addr().String()
}
