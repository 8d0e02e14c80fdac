package crash

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"assent/store/storetest"
)

// postgres is a server of the test's own, as durable as one in production, that
// can be killed and comes back on the same port.
type postgres struct {
	program string // its path; initdb is beside it
	folder  string
	port    int
	options []string             // on top of ours
	owner   *syscall.SysProcAttr // PostgreSQL refuses to run as root
	log     *journal
	cmd     *exec.Cmd
	exited  chan struct{}
}

// newPostgres starts an empty server, with options on top of ours. scripts/with-servers says where PostgreSQL
// is; without it the test is skipped, and without PostgreSQL it fails.
func newPostgres(t *testing.T, options ...string) *postgres {
	t.Helper()
	path, told := os.LookupEnv("POSTGRES")
	switch {
	case !told:
		t.Skip("POSTGRES is not set; `make test` sets it to the path of the server's program")
	case path == "":
		t.Fatal("PostgreSQL is not installed here, and only a server of our own can be killed: install it")
	}
	folder, err := os.MkdirTemp("", "assent-crash-pg-") //nolint:usetesting // the server's user must be able to reach it
	must(t, err)
	p := &postgres{program: path, folder: folder, port: freePort(t), options: options, owner: unprivileged(t, folder), log: &journal{}}
	t.Cleanup(func() {
		if p.cmd != nil {
			p.kill(t)
		}
		if t.Failed() {
			t.Logf("the end of PostgreSQL's log:\n%s", p.log.end())
		}
		_ = os.RemoveAll(folder)
	})
	prepare := p.command("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	if out, err := prepare.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	p.start(t)
	return p
}

// unprivileged gives the folder to a user other than root, and is how to run a
// program as that user.
func unprivileged(t *testing.T, folder string) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		owner, err = user.Lookup("nobody")
	}
	must(t, err)
	uid, err := strconv.ParseUint(owner.Uid, 10, 32)
	must(t, err)
	gid, err := strconv.ParseUint(owner.Gid, 10, 32)
	must(t, err)
	must(t, os.Chown(folder, int(uid), int(gid)))
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

// command runs one of the server's programs on its data.
func (p *postgres) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(filepath.Dir(p.program), name), append([]string{"-D", filepath.Join(p.folder, "data")}, args...)...)
	c.Dir, c.Env, c.SysProcAttr = p.folder, []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}, p.owner
	return c
}

// start runs the server and waits until it has recovered. One that was killed may
// leave processes that have yet to end, and does not start before.
func (p *postgres) start(t *testing.T) {
	t.Helper()
	p.launch(t)
	db := storetest.Raw(t, p.url())
	defer db.Close()
	until(t, "starting PostgreSQL", func() error {
		select {
		case <-p.exited:
			p.launch(t)
		default:
		}
		return db.PingContext(t.Context())
	})
}

func (p *postgres) launch(t *testing.T) {
	t.Helper()
	p.cmd = p.command("postgres", append([]string{"-p", strconv.Itoa(p.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=" + p.folder, "-c", "fsync=on", "-c", "synchronous_commit=on"}, p.options...)...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	must(t, p.cmd.Start())
	exited, cmd := make(chan struct{}), p.cmd
	p.exited = exited
	go func() {
		defer close(exited)
		_ = cmd.Wait() // the reason is in its log
	}()
}

func (p *postgres) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", p.port)
}

// kill ends the server and all its processes with SIGKILL. It is stopped first,
// so that none of them is born meanwhile.
func (p *postgres) kill(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGSTOP) // it may have ended
	for _, child := range children(t, p.cmd.Process.Pid) {
		_ = syscall.Kill(child, syscall.SIGKILL) // it may have ended
	}
	_ = p.cmd.Process.Kill()
	<-p.exited
}

func children(t *testing.T, parent int) []int {
	t.Helper()
	listed, err := exec.Command("ps", "-A", "-o", "pid=", "-o", "ppid=").Output()
	must(t, err)
	var found []int
	for line := range strings.Lines(string(listed)) {
		var child, itsParent int
		if _, err := fmt.Sscan(line, &child, &itsParent); err == nil && itsParent == parent {
			found = append(found, child)
		}
	}
	return found
}

// killBackend ends the process of one connection with SIGKILL, of one at work if
// there is any. The server then ends all others and recovers.
func (p *postgres) killBackend(t *testing.T) {
	t.Helper()
	db := storetest.Raw(t, p.url())
	defer db.Close()
	var pid int
	until(t, "finding a connection", func() error {
		return db.GetContext(t.Context(), &pid, `SELECT pid FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC LIMIT 1`)
	})
	_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
}

// quiet waits until nobody else is connected, so that nothing is still carried
// out for clients that are dead.
func (p *postgres) quiet(t *testing.T) {
	t.Helper()
	db := storetest.Raw(t, p.url())
	defer db.Close()
	until(t, "waiting for the last connection to end", func() error {
		var others int
		err := db.GetContext(t.Context(), &others, `SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`)
		if err == nil && others > 0 {
			err = fmt.Errorf("%d connections are open", others)
		}
		return err
	})
}
