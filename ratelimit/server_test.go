package ratelimit

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// server is a Redis of the test's own, to be stopped and treated badly.
type server struct {
	address string
	args    []string
	cmd     *exec.Cmd
	client  *redis.Client
}

// newServer runs redis-server on a free port until the end of the test. An argument may say %s for the port.
func newServer(t *testing.T, args ...string) *server {
	t.Helper()
	redisURL(t) // skips where there is no Redis
	l := listen(t, "127.0.0.1:0")
	_ = l.Close()
	s := &server{address: l.Addr().String(), args: args}
	_, port, _ := net.SplitHostPort(s.address)
	for i, a := range s.args {
		s.args[i] = strings.ReplaceAll(a, "%s", port)
	}
	s.args = append(s.args, "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--daemonize", "no")
	s.client = redis.NewClient(&redis.Options{Addr: s.address, MaxRetries: -1})
	s.start(t)
	t.Cleanup(func() { _ = s.client.Close(); s.stop() })
	return s
}

// newRedis keeps nothing on disk.
func newRedis(t *testing.T, args ...string) *server {
	t.Helper()
	return newServer(t, append(args, "--save", "", "--appendonly", "no")...)
}

func (s *server) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command("redis-server", s.args...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error { return s.client.Ping(t.Context()).Err() })
}

func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

func (s *server) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// do sends a command.
func (s *server) do(t *testing.T, command ...any) any {
	t.Helper()
	answer, err := s.client.Do(t.Context(), command...).Result()
	if err != nil {
		t.Fatal(fmt.Errorf("%v: %w", command, err))
	}
	return answer
}

// eventually asks until there is no error, for half a minute at most.
func eventually(t *testing.T, ask func() error) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-deadline:
			t.Fatal(err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
