package e2e

import (
	"fmt"
	"os"
	"sync"
	"testing"

	programs "assent/e2e/program"
)

// release is the path of a binary, built when the first test asks for it.
type release func() (string, error)

// program is this release; newer is the next one, with one migration more.
var program, newer release

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "assent-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "creating a folder for the program:", err)
		os.Exit(1)
	}
	program = sync.OnceValues(func() (string, error) { return programs.Build("..", folder) })
	newer = sync.OnceValues(func() (string, error) { return buildNewer(folder) })
	status := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(status)
}
