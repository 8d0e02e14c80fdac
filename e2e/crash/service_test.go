package crash

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// service is the program on a port that stays the same however often it is
// killed.
type service struct {
	binary   string
	address  string
	settings []string
	wrapper  []string // a command that runs the program; may be empty
	log      *journal
	cmd      *exec.Cmd
	exited   chan struct{}

	mu sync.Mutex
	up chan struct{} // closed while it listens
}

func newService(t *testing.T, settings ...string) *service {
	t.Helper()
	binary, err := program()
	must(t, err)
	s := &service{
		binary: binary, address: fmt.Sprintf("127.0.0.1:%d", freePort(t)), settings: settings,
		log: &journal{}, up: make(chan struct{}),
	}
	t.Cleanup(func() {
		if s.cmd != nil {
			_ = s.cmd.Process.Kill() // of a test that ended early
			<-s.exited
		}
		if t.Failed() {
			t.Logf("the end of the service's log:\n%s", s.log.end())
		}
	})
	return s
}

// start runs the program until it is killed or stopped, and waits for it to
// listen.
func (s *service) start(t *testing.T) {
	t.Helper()
	line := append(append([]string{}, s.wrapper...), s.binary, "serve")
	s.cmd, s.exited = exec.Command(line[0], line[1:]...), make(chan struct{})
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = t.TempDir(), s.log, s.log
	// The race detector would otherwise sleep for a second before it lets go.
	s.cmd.Env = append([]string{"TMPDIR=" + os.TempDir(), "GORACE=atexit_sleep_ms=10", "LISTEN_ADDR=" + s.address}, s.settings...)
	must(t, s.cmd.Start())
	go func() {
		defer close(s.exited)
		_ = s.cmd.Wait() // what matters of it is the exit status
	}()
	until(t, "starting the service", s.listens)
	close(s.listening())
}

func (s *service) listens() error {
	select {
	case <-s.exited: // whoever answers is somebody else
		return errors.New("it has ended")
	default:
	}
	response, err := http.Get("http://" + s.address + "/healthz")
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// reads wants a query of the database to be answered.
func (s *service) reads(t *testing.T) {
	t.Helper()
	query := strings.NewReader(`{"query": "{ accountCreationMarketingPreferences(email: \"nobody@mail.example\") }"}`)
	post, err := http.NewRequest(http.MethodPost, "http://"+s.address+"/graphql", query)
	must(t, err)
	post.Header = http.Header{"Content-Type": {"application/json"}, "X-Site-Id": {single}}
	response, err := newClient().Do(post)
	must(t, err)
	if got := told(response, "accountCreationMarketingPreferences"); got != `"DOES_NOT_RECEIVE_MARKETING_MATERIAL"` {
		t.Errorf("a query is answered with %s", got)
	}
}

// listening is closed while the program listens.
func (s *service) listening() chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up
}

// down says that it does not listen any more.
func (s *service) down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up = make(chan struct{})
}

// kill ends the program with SIGKILL.
func (s *service) kill(t *testing.T) {
	t.Helper()
	s.down()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Errorf("the service has ended by itself: %v", err)
	}
	<-s.exited
}

// stop ends the program as a service manager does.
func (s *service) stop(t *testing.T) {
	t.Helper()
	s.down()
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	<-s.exited
	if status := s.cmd.ProcessState.ExitCode(); status != 0 {
		t.Errorf("the service ends with status %d, want 0", status)
	}
}

// nextPort is where the search for a free port goes on.
var nextPort atomic.Int64

// freePort is below those that outgoing connections use, so that it is still free
// when what listened there comes back, and nobody else's here.
func freePort(t *testing.T) int {
	t.Helper()
	for range 2000 {
		port := 12_000 + (os.Getpid()*16+int(nextPort.Add(1)))%8_000
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			must(t, l.Close())
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// journal keeps what a process logs.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) end() string {
	text := j.String()
	return text[max(0, len(text)-6000):]
}
