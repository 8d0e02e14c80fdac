package program

import (
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
)

// Build builds the program from the root of the project into a folder and returns
// its path. It has the race detector when the tests have it: that needs a C
// compiler, which a bare machine lacks. More flags of `go build` may be given.
func Build(root, folder string, flags ...string) (string, error) {
	if err := noticeChanges(root); err != nil {
		return "", err
	}
	path := filepath.Join(folder, "assent")
	race := fmt.Sprintf("-race=%t", withRace())
	args := append([]string{"build", "-buildvcs=false", race, "-o", path}, flags...)
	command := exec.Command("go", append(args, "assent")...) //nolint:noctx,gosec // a build ends by itself; tests give the flags
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
}

// noticeChanges reads the folders of the program. `go test` repeats a remembered
// result unless something that the test has read is different.
func noticeChanges(root string) error {
	err := filepath.WalkDir(root, func(_ string, entry fs.DirEntry, err error) error {
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
