package e2e

import (
	"encoding/csv"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// balancer is HAProxy before two instances, with the configuration that
// docker-compose.yml gives it.
type balancer struct {
	t      *testing.T
	url    string
	status string // URL of its own figures
}

// newBalancer leads to two addresses. Without HAPROXY, which names the program, the
// test is skipped.
func newBalancer(t *testing.T, one, two string) *balancer {
	t.Helper()
	program := os.Getenv("HAPROXY")
	if program == "" {
		t.Skip("HAPROXY is not set; `make test` installs HAProxy where it can")
	}
	config, err := filepath.Abs("../deploy/haproxy.cfg")
	must(t, err)
	for range 5 {
		address, status := freeAddress(t), freeAddress(t)
		command := exec.Command(program, "-db", "-f", config)
		command.Env = []string{"BIND=" + address, "BIND_STATUS=" + status, "ASSENT_ONE=" + one, "ASSENT_TWO=" + two}
		log := newLogbook()
		command.Stdout, command.Stderr = log, log
		must(t, command.Start())
		exited := make(chan struct{})
		go func() {
			defer close(exited)
			_ = command.Wait() // it is killed
		}()
		t.Cleanup(func() {
			_ = command.Process.Kill()
			<-exited
			if t.Failed() {
				t.Logf("log of HAProxy:\n%s", log)
			}
		})
		b := &balancer{t: t, url: "http://" + address, status: "http://" + status}
		if b.comesUp(exited) {
			return b
		}
	}
	t.Fatal("HAProxy does not start")
	return nil
}

// comesUp is false when somebody else has taken its port.
func (b *balancer) comesUp(exited <-chan struct{}) bool {
	late, check := time.After(startTimeout), time.NewTicker(10*time.Millisecond)
	defer check.Stop()
	for {
		select {
		case <-exited:
			return false
		case <-late:
			return false
		case <-check.C:
			if response, err := http.Get(b.status + "/healthz"); err == nil {
				response.Body.Close()
				return response.StatusCode == http.StatusOK
			}
		}
	}
}

// figures are what HAProxy counts of a server, by their names in its manual
// ("Statistics and monitoring", CSV format).
type figures map[string]string

func (f figures) number(name string) int {
	n, _ := strconv.Atoi(f[name]) // empty: none
	return n
}

// servers are the figures of the two, by name, and of both as "BACKEND".
func (b *balancer) servers() map[string]figures {
	b.t.Helper()
	response, err := http.Get(b.status + "/;csv")
	must(b.t, err)
	defer response.Body.Close()
	rows, err := csv.NewReader(response.Body).ReadAll()
	must(b.t, err)
	all := map[string]figures{}
	for _, row := range rows[1:] {
		if row[0] != "assent" {
			continue
		}
		f := figures{}
		for i, name := range rows[0] {
			f[name] = row[i]
		}
		all[row[1]] = f
	}
	return all
}

// sends waits until requests go to so many instances.
func (b *balancer) sends(to int) {
	b.t.Helper()
	eventually(b.t, func() int {
		up := 0
		for name, f := range b.servers() {
			if name != "BACKEND" && strings.HasPrefix(f["status"], "UP") && f["check_status"] == "L7OK" {
				up++
			}
		}
		return up
	}, to)
}
