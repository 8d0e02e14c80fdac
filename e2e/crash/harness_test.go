package crash

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"assent/demo"
	"assent/store"
	"assent/store/storetest"
	"assent/token"

	"github.com/jmoiron/sqlx"
)

// harness is a service under load.
type harness struct {
	*service
	ledger  ledger
	db      *sqlx.DB // beside the service
	chance  *mathrand.Rand
	keys    *token.Keys
	secret  string
	faults  map[string]int // how often each happened
	order   []string
	stopped chan struct{}
	writing sync.WaitGroup
}

// newHarness prepares the demo shop in the database that direct leads to, and the
// service to reach it by another URL, without starting either.
func newHarness(t *testing.T, direct, through string) *harness {
	t.Helper()
	prepare(t, direct)
	h := &harness{
		chance: mathrand.New(mathrand.NewPCG(*seed, 0)), secret: rand.Text() + rand.Text(),
		faults: map[string]int{}, stopped: make(chan struct{}),
	}
	t.Logf("repeat the same choices with -seed %d", *seed)
	var err error
	h.keys, err = token.NewKeys([]byte(h.secret))
	must(t, err)
	h.service = newService(t, "DATABASE_URL="+through, "PUBLIC_URL=https://consent.shop.example", "ASSENT_SECRET="+h.secret,
		"JWT_SECRET="+h.secret, "RATE_LIMITS=off", "SEND_MESSAGES=false", "DRAIN_TIME=0s")
	h.db = storetest.Raw(t, direct)
	return h
}

func prepare(t *testing.T, databaseURL string) {
	t.Helper()
	s, err := store.Open(t.Context(), databaseURL, store.Options{})
	must(t, err)
	_, err = s.Migrate(t.Context())
	must(t, err)
	must(t, demo.Define(t.Context(), s, "fixtures"))
	must(t, s.Close())
}

// load starts the service and lets the writers write.
func (h *harness) load(t *testing.T) {
	t.Helper()
	h.start(t)
	for n := range *writers {
		a := &author{
			t: t, keys: h.keys, secret: h.secret, chance: mathrand.New(mathrand.NewPCG(*seed, uint64(n)+1)), name: fmt.Sprintf("w%d", n),
		}
		h.writing.Go(func() { h.write(t, a) })
	}
	t.Cleanup(h.rest) // of a test that ended early
	h.lives(t)
}

// write sends one request after another while the service listens.
func (h *harness) write(t *testing.T, a *author) {
	client := newClient()
	for {
		select {
		case <-h.stopped:
			return
		case <-h.listening():
		}
		select {
		case <-h.stopped: // both may be ready
			return
		default:
		}
		r := a.next()
		if err := r.send(client, h.address); err != nil {
			t.Error(err)
			return
		}
		a.learn(r)
		h.ledger.add(r)
	}
}

// rest ends the writers, each after its last answer.
func (h *harness) rest() {
	select {
	case <-h.stopped:
	default:
		close(h.stopped)
	}
	h.writing.Wait()
}

// lives wants the service to acknowledge as many requests as there are writers.
func (h *harness) lives(t *testing.T) {
	t.Helper()
	await(t, "an answer", h.ledger.acknowledges(*writers))
}

// struck notes a fault.
func (h *harness) struck(name string) {
	if h.faults[name] == 0 {
		h.order = append(h.order, name)
	}
	h.faults[name]++
}

// end ends the writers and the service.
func (h *harness) end(t *testing.T) {
	t.Helper()
	h.rest()
	h.stop(t)
}

// account prints what became of the requests, after the end.
func (h *harness) account(t *testing.T) {
	t.Helper()
	b := h.ledger.settle(t, h.db)
	if b.acknowledged == 0 {
		t.Error("nothing was acknowledged")
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(format string, values ...any) { fmt.Fprintf(table, format+"\t\n", values...) }
	total := 0
	for _, name := range h.order {
		line("%s\t%d", name, h.faults[name])
		total += h.faults[name]
	}
	line("all faults\t%d", total)
	line("requests\t%d", b.requests)
	line("acknowledged\t%d", b.acknowledged)
	line("unknown\t%d", b.unknown)
	line("of these there\t%d", b.there)
	line("lost\t%d", b.lost)
	line("twice\t%d", b.twice)
	line("half\t%d", b.half)
	line("fold errors\t%d", b.foldErrors)
	must(t, table.Flush())
	t.Logf("what became of the requests\n%s", &text)
}

func await(t *testing.T, what string, happens <-chan struct{}) {
	t.Helper()
	select {
	case <-happens:
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	}
}
