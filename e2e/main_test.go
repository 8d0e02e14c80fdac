package e2e

import (
	"fmt"
	"os"
	"sync"
	"testing"

	programs "assent/e2e/program"
)

// program is the path of the binary, built when the first test asks for it.
var program func() (string, error)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "assent-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "creating a folder for the program:", err)
		os.Exit(1)
	}
	program = sync.OnceValues(func() (string, error) { return programs.Build("..", folder) })
	status := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(status)
}
