package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	programs "assent/e2e/program"
	"assent/store/storetest"
)

// laterMigration is what a newer release adds: it expands, and takes nothing away.
const (
	later          = "9999_later"
	laterMigration = `ALTER TABLE contact ADD COLUMN later text; CREATE TABLE later (id text PRIMARY KEY);`
)

// buildNewer builds the program as it would be with another migration, from these
// sources and one file that only the compiler sees.
func buildNewer(folder string) (string, error) {
	folder = filepath.Join(folder, "newer")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	root, err := filepath.Abs("..")
	if err != nil {
		return "", err
	}
	file := filepath.Join(folder, later+".sql")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(root, "store", "migrations", "postgres", later+".sql"): file,
		filepath.Join(root, "store", "migrations", "sqlite", later+".sql"):   file,
	}})
	if err != nil {
		return "", err
	}
	for path, text := range map[string]string{file: laterMigration, file + ".json": string(overlay)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return programs.Build("..", folder, "-overlay="+file+".json")
}

// TestRollingUpgrade is what docs/operations.md tells operators to do: migrate with the
// newer release while the older one serves, then replace it process by process.
func TestRollingUpgrade(t *testing.T) {
	t.Parallel()
	s := openProductionPostgres(t)
	busy := newShoppers(t, s)
	if printed, failure := runRelease(t, newer, s.settings, "migrate"); failure != "" || printed != "applied "+later+"\n" {
		t.Errorf("migrate prints %q %s", printed, failure)
	}
	second := startRelease(t, newer, s.settings...)
	busy.rest()
	s.visitor(t).isReady(200, "ok")
	s.visitor(t).does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
	older := s.process
	s.process = second
	s.visitor(t).does(signUp("EMAIL", s.email("eve")), "OK", granted("EMAIL"))
	s.process = older
	second.stop(t)
	s.close(t)
}

// shoppers sign people up, each after another, until they may rest. Nobody is refused.
type shoppers struct {
	stop    chan struct{}
	waiting sync.WaitGroup
}

func newShoppers(t *testing.T, s *shop) *shoppers {
	c := &shoppers{stop: make(chan struct{})}
	busy := make(chan struct{}, 64)
	for range 4 {
		c.waiting.Go(func() {
			for {
				op := signUp("EMAIL", s.email("crowd"))
				if got := s.visitor(t).send(op.document, op.variables); !strings.Contains(got.body, `"signUpForMarketing":"OK"`) {
					t.Errorf("a sign-up is answered %d %s", got.status, got.body)
				}
				select {
				case busy <- struct{}{}:
				default:
				}
				select {
				case <-c.stop:
					return
				default:
				}
			}
		})
	}
	<-busy
	return c
}

func (c *shoppers) rest() {
	close(c.stop)
	c.waiting.Wait()
}

// TestANewerSchemaIsLeftAlone is an older release that starts where a newer one was.
func TestANewerSchemaIsLeftAlone(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, databaseURL string) {
		settings := productionSettings(databaseURL)
		if _, failure := runRelease(t, newer, settings, "migrate"); failure != "" {
			t.Fatal(failure)
		}
		before := schemaOf(t, databaseURL)
		for _, args := range [][]string{{"serve"}, {"migrate"}, {"migrate", "--status"}, {"keys", "list"}} {
			printed, failure := run(t, settings, args...)
			if printed != "" || !strings.Contains(failure, "newer release ("+later+")") {
				t.Errorf("%s prints %q and fails with %q", args, printed, failure)
			}
		}
		if after := schemaOf(t, databaseURL); after != before {
			t.Errorf("the schema was\n%s\nand is\n%s", before, after)
		}
	})
}
