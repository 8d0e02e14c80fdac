package e2e

import (
	"sync"
	"testing"

	"assent/mail/mailtest"
)

// TestKilledBehindABalancer kills one of two instances under load. The requests
// that it was carrying out fail, and no others.
func TestKilledBehindABalancer(t *testing.T) {
	t.Parallel()
	const clients, before, after = 8, 200, 400
	post := mailtest.NewServer(t, mailtest.Options{})
	i := openInstances(t, "SMTP_URL="+post.URL())
	defer i.close()
	var mu sync.Mutex
	var working sync.WaitGroup
	told := answers{}
	for range clients {
		working.Go(func() {
			visitor := &client{t: t, shop: &shop{process: &process{url: i.url}}, header: i.shop.visitor(t).header}
			for {
				email := i.shop.email("busy")
				answer := visitor.signsUp(email)
				if answer != "OK" {
					answer = "" // HAProxy's own page, or nothing
				}
				mu.Lock()
				told[email] = answer
				n := len(told)
				if n == before {
					i.shop.kill(t)
				}
				mu.Unlock()
				if n >= before+after {
					return
				}
			}
		})
	}
	working.Wait()
	told.areTrue(t, i.shop, "OK", "")
	failed := 0
	for _, answer := range told {
		if answer == "" {
			failed++
		}
	}
	if failed > clients {
		t.Errorf("%d requests failed, at most %d can have been under way", failed, clients)
	}
	t.Logf("%d of %d requests failed", failed, len(told))
	i.running[0] = startAt(t, i.addresses[0], i.shop.settings...)
	i.shop.process = i.running[0]
	i.sends(2)
	i.shop.leaseEnds(t)
	i.shop.waits(t, `SELECT count(*) FROM outbox WHERE status = 'WAITING'`, 0)
	i.wantsLettersTo(post, told)
}

// wantsLettersTo wants everybody who was told OK to have got a letter. Only what
// the killed process was sending may have come twice.
func (i *instances) wantsLettersTo(post *mailtest.Server, told answers) {
	i.t.Helper()
	letters, twice := map[string]int{}, 0
	for _, m := range post.Mails() {
		if letters[m.To[0]]++; letters[m.To[0]] == 2 {
			twice++
		}
	}
	for email, answer := range told {
		if answer == "OK" && letters[email] == 0 {
			i.t.Errorf("%s got no letter", email)
		}
	}
	i.t.Logf("%d letters came twice", twice)
	if claimed := 4 * 8; twice > claimed {
		i.t.Errorf("%d letters came twice", twice)
	}
}
