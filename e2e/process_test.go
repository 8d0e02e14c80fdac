package e2e

import (
	"bytes"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	startTimeout = time.Minute
	stopTimeout  = 30 * time.Second
)

// process is the program, running with settings of its own.
type process struct {
	url    string
	log    *logbook // what it logs
	banner string   // path of a file with what it prints
	cmd    *exec.Cmd
	exited chan struct{}
}

// start runs the program on a free port and waits until it listens. The settings
// are its whole environment. The end of its log is shown if the test fails.
func start(t *testing.T, settings ...string) *process {
	t.Helper()
	return startRelease(t, program, settings...)
}

func startRelease(t *testing.T, build release, settings ...string) *process {
	t.Helper()
	for range 5 {
		p := launch(t, build, freeAddress(t), settings)
		if p.listens() {
			return p
		}
		if !strings.Contains(p.log.String(), "address already in use") {
			t.Fatal("the program did not start")
		}
	}
	t.Fatal("every free port was taken by somebody else")
	return nil
}

// startAt runs the program on an address of the caller's.
func startAt(t *testing.T, address string, settings ...string) *process {
	t.Helper()
	p := launch(t, program, address, settings)
	if !p.listens() {
		t.Fatal("the program did not start")
	}
	return p
}

// listens waits until it does, or reports that it will not.
func (p *process) listens() bool {
	select {
	case <-p.log.listening:
		return true
	case <-p.exited:
	case <-time.After(startTimeout):
	}
	return false
}

func launch(t *testing.T, build release, address string, settings []string) *process {
	t.Helper()
	folder := t.TempDir()
	_, port, _ := net.SplitHostPort(address)
	p := &process{
		url: "http://localhost:" + port, log: newLogbook(), banner: filepath.Join(folder, "banner"), exited: make(chan struct{}),
	}
	banner, err := os.Create(p.banner)
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = command(t, build, settings, "serve")
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = folder, banner, p.log
	p.cmd.Env = append(p.cmd.Env, "LISTEN_ADDR="+address)
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("starting the program: %v", err)
	}
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait() // what matters of it is the exit status
		_ = banner.Close()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // of a test that ended early
		<-p.exited
		if t.Failed() {
			must(t, os.WriteFile(filepath.Join(t.ArtifactDir(), "program-"+port+".log"), []byte(p.log.String()), 0o600))
			t.Logf("log of the program at %s, in short (go test -artifacts keeps it whole):\n%s", p.url, p.log.inShort())
		}
	})
	return p
}

// stop asks the program to stop, as a service manager does, and wants it to end
// well and to have logged nobody's data.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("the program has ended by itself: %v", err)
	}
	select {
	case <-p.exited:
	case <-time.After(stopTimeout):
		t.Error("the program does not stop")
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
	if status := p.cmd.ProcessState.ExitCode(); status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
	for _, personal := range []string{mailDomain, phonePrefix, clientNetwork, "eyJ"} {
		if strings.Contains(p.log.String(), personal) {
			t.Errorf("the log holds personal data: %q", personal)
		}
	}
}

// command is the program with arguments, the settings being its environment.
func command(t *testing.T, build release, settings []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, args...)
	c.Dir = t.TempDir()
	// The race detector would otherwise sleep for a second before it lets go.
	c.Env = append([]string{"TMPDIR=" + os.TempDir(), "GORACE=atexit_sleep_ms=10"}, settings...)
	return c
}

// run runs a command of the program to its end.
func run(t *testing.T, settings []string, args ...string) (output string, failure string) {
	t.Helper()
	return runRelease(t, program, settings, args...)
}

func runRelease(t *testing.T, build release, settings []string, args ...string) (output string, failure string) {
	t.Helper()
	c := command(t, build, settings, args...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return stdout.String(), stderr.String() + err.Error()
	}
	return stdout.String(), ""
}

// steadyAddress is below the ports that outgoing connections use, so that it is
// still free when the program comes back to it.
func steadyAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+mathrand.IntN(12_000))
		if l, err := net.Listen("tcp", address); err == nil {
			must(t, l.Close())
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
