package crash

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// disk is a place for a database that can be full.
type disk struct {
	name      string
	folder    string
	wrapper   []string // what the service is run by
	complaint string   // what the log says of it
	fill      func(t *testing.T, h *harness) <-chan struct{}
	empty     func(t *testing.T, h *harness)
}

// disks are a file system of a few megabytes, where we may mount one, and a bound
// on the size of files, which everybody may set.
func disks(t *testing.T) []disk {
	t.Helper()
	bounded := disk{
		name: "files that may not grow", folder: t.TempDir(), complaint: "SQLITE_IOERR_WRITE",
		wrapper: []string{"sh", "-c", `ulimit -S -f 2048 && exec "$@"`, "sh"}, // a megabyte
		fill:    func(_ *testing.T, h *harness) <-chan struct{} { return h.ledger.fails(2 * *writers) },
		empty:   func(t *testing.T, h *harness) { h.wrapper = nil; h.killed(t) },
	}
	folder := t.TempDir()
	if err := mountSmall(t, folder); err != nil {
		t.Logf("only a bound on the size of files is tried, since no file system can be mounted: %v", err)
		return []disk{bounded}
	}
	ballast := filepath.Join(folder, "ballast")
	return []disk{bounded, {
		name: "a full disk", folder: folder, complaint: "SQLITE_FULL",
		fill: func(t *testing.T, h *harness) <-chan struct{} {
			t.Helper()
			fill(t, ballast)
			return h.ledger.fails(2 * *writers)
		},
		empty: func(t *testing.T, _ *harness) { t.Helper(); must(t, os.Remove(ballast)) },
	}}
}

// fill writes a file until there is no room for more.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	must(t, err)
	defer file.Close()
	block := make([]byte, 4096)
	for err == nil {
		_, err = file.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
}

// logs wants the service to say what is wrong.
func logs(t *testing.T, s *service, complaint string) {
	t.Helper()
	until(t, "reading of "+complaint+" in the log", func() error {
		if !strings.Contains(s.log.String(), complaint) {
			return errors.New("it is not there")
		}
		return nil
	})
}
