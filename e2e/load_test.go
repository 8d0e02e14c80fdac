package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"assent/store/storetest"
)

// answers are what visitors with new addresses were told, by address; "" for
// those who got no answer.
type answers map[string]string

// busy lets clients sign new addresses up at once, one after another, until each
// has made its calls or gets no answer any more. It calls during, if given, after
// every answer, one call at a time.
func (s *shop) busy(t *testing.T, clients, calls int, during func(answered int)) answers {
	t.Helper()
	var mu sync.Mutex
	var waiting sync.WaitGroup
	all := answers{}
	for range clients {
		waiting.Go(func() {
			for range calls {
				email := s.email("busy")
				answer := s.visitor(t).signsUp(email)
				mu.Lock()
				all[email] = answer
				during(len(all))
				mu.Unlock()
				if answer == "" {
					return
				}
			}
		})
	}
	waiting.Wait()
	return all
}

// signsUp is the answer to a sign-up, or "" for none.
func (c *client) signsUp(email string) string {
	got, err := c.try(http.MethodPost, "/graphql", body(c.t, signUp("EMAIL", email)))
	if err != nil {
		return ""
	}
	answer, err := got.answer("signUpForMarketing")
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(answer)
}

// areTrue wants everybody who was told OK to be subscribed by one record, and
// nobody to be told anything but the answers given.
func (a answers) areTrue(t *testing.T, s *shop, expected ...string) {
	t.Helper()
	records := map[string]int{}
	var addresses []string
	must(t, s.db.SelectContext(t.Context(), &addresses, `SELECT c.address FROM audit_record r
JOIN contact c ON c.id = r.contact_id JOIN consent n ON n.record_id = r.id WHERE n.status = 'GRANTED'`))
	for _, address := range addresses {
		records[address]++
	}
	count := map[string]int{}
	for address, answer := range a {
		count[answer]++
		if n := records[address]; n > 1 || answer == "OK" && n != 1 {
			t.Errorf("%s was told %s and has %d records", address, answer, n)
		}
	}
	t.Logf("answers: %v", count)
	for answer := range count {
		if !slices.Contains(expected, answer) {
			t.Errorf("answers %v, want only %s", count, strings.Join(expected, ", "))
		}
	}
}

// TestStopUnderLoad stops the program while visitors sign up.
func TestStopUnderLoad(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		var stopping sync.WaitGroup
		told := s.busy(t, 8, 1000, func(answered int) {
			if answered == 40 {
				stopping.Go(func() { s.stop(t) })
			}
		})
		stopping.Wait()
		told.areTrue(t, s, "OK", "")
		s.process = start(t, s.settings...) // to be closed as every other
	})
}

// TestFlakyDatabase cuts every connection to the database again and again while
// visitors sign up. A commit may be lost with its answer; a consent may not.
func TestFlakyDatabase(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	p, through := newProxy(t, database)
	s := openProduction(t, database, "DATABASE_URL="+through)
	defer s.close(t)
	told := s.busy(t, 8, 50, func(answered int) {
		p.setCut(true)
		p.setCut(answered%20 < 3 && answered < 380) // out of order for three answers in twenty
	})
	p.setCut(false)
	told.areTrue(t, s, "OK", "UNKNOWN_ERROR")
	s.visitor(t).does(signUp("EMAIL", s.email("late")), "OK", granted("EMAIL"))
}
