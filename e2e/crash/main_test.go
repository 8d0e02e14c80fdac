package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	programs "assent/e2e/program"
)

// How much is done. The default is short enough for every day.
var (
	kills       = flag.Int("kills", 3, "how often the service is killed on each database")
	serverKills = flag.Int("server-kills", 2, "how often PostgreSQL is killed whole, and as often one of its processes")
	cuts        = flag.Int("cuts", 2, "how often the connection is cut at each point")
	writers     = flag.Int("writers", 16, "how many clients write at once")
	seed        = flag.Uint64("seed", rand.Uint64(), "decides what is chosen at random")
)

// patience is how long anything may take that must happen.
const patience = time.Minute

// program is the path of the binary, built when the first test asks for it.
var program func() (string, error)

func TestMain(m *testing.M) {
	flag.Parse()
	folder, err := os.MkdirTemp("", "assent-crash-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "creating a folder for the program:", err)
		os.Exit(1)
	}
	program = sync.OnceValues(func() (string, error) { return programs.Build("../..", folder) })
	status := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(status)
}

// until repeats an attempt until it succeeds.
func until(t *testing.T, what string, attempt func() error) {
	t.Helper()
	late := time.After(patience)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		err := attempt()
		if err == nil {
			return
		}
		select {
		case <-again.C:
		case <-late:
			t.Fatalf("%s: %v", what, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
