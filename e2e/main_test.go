package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
)

// program is the path of the binary, built when the first test asks for it.
var program func() (string, error)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "assent-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "creating a folder for the program:", err)
		os.Exit(1)
	}
	program = sync.OnceValues(func() (string, error) { return build(folder) })
	status := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(status)
}

// build builds the program, with the race detector when the tests have it: it
// needs a C compiler, which a bare machine lacks.
func build(folder string) (string, error) {
	if err := noticeChanges(); err != nil {
		return "", err
	}
	path := filepath.Join(folder, "assent")
	command := exec.Command("go", "build", "-buildvcs=false", fmt.Sprintf("-race=%t", withRace()), "-o", path, "assent")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
}

// noticeChanges reads the folders of the program. `go test` repeats a remembered
// result unless something that the test has read is different.
func noticeChanges() error {
	err := filepath.WalkDir("..", func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == ".git" {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the folders of the program: %w", err)
	}
	return nil
}

func withRace() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
