package e2e

import (
	"flag"
	"net/http"
	"strings"
	"sync"
	"testing"

	"assent/mail/mailtest"
	"assent/store/storetest"
)

var rounds = flag.Int("rounds", 2, "how often TestRollingRestart restarts both instances")

// instances are two processes at work on one database, behind a balancer, that
// come back to the addresses they had.
type instances struct {
	*balancer
	shop      *shop
	addresses [2]string
	running   [2]*process
}

// openInstances starts both. The shop's own process is the first.
func openInstances(t *testing.T, settings ...string) *instances {
	t.Helper()
	i := &instances{addresses: [2]string{steadyAddress(t), steadyAddress(t)}}
	i.balancer = newBalancer(t, i.addresses[0], i.addresses[1])
	i.shop = openProduction(t, storetest.Postgres(t), append([]string{"DRAIN_TIME=3s", "MESSAGES_PER_HOUR=0"}, settings...)...)
	i.shop.stop(t)
	for n, address := range i.addresses {
		i.running[n] = startAt(t, address, i.shop.settings...)
	}
	i.shop.process = i.running[0]
	i.sends(2)
	return i
}

// restart replaces one and waits until it is sent requests again.
func (i *instances) restart(n int) {
	i.t.Helper()
	i.running[n].stop(i.t)
	i.wantsWork(i.running[n])
	i.running[n] = startAt(i.t, i.addresses[n], i.shop.settings...)
	i.shop.process = i.running[0]
	i.sends(2)
}

// wantsWork wants a process to have answered requests of every kind.
func (i *instances) wantsWork(p *process) {
	i.t.Helper()
	for _, route := range []string{"/graphql", confirmPage, unsubscribePage, textsPath} {
		if !strings.Contains(p.log.String(), route+`","status":200`) {
			i.t.Errorf("an instance has answered nothing at %s", route)
		}
	}
}

// close stops both, so that every message is sent or waits.
func (i *instances) close() {
	i.t.Helper()
	i.running[1].stop(i.t)
	i.shop.close(i.t)
}

// TestRollingRestart restarts two instances behind a balancer, one after the other,
// while shoppers and staff do everything they do. Nobody notices.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	post := mailtest.NewServer(t, mailtest.Options{})
	i := openInstances(t, "ADMIN_API_KEY="+bootstrapKey, "SMTP_URL="+post.URL())
	defer i.close()
	i.hidesMetrics()
	m := newMix(t, i.shop, i.url)
	records := i.shop.tables(t)["audit_record"]
	finished := make(chan struct{})
	var working sync.WaitGroup
	for _, work := range m.shoppersAndStaff(t) {
		working.Go(func() {
			for !isClosed(finished) && !m.isHopeless() {
				work()
			}
		})
	}
	for range *rounds {
		i.restart(0)
		i.restart(1)
	}
	close(finished)
	working.Wait()

	m.wantsEverythingOnce(records)
	i.shop.waits(t, `SELECT count(*) FROM outbox WHERE status = 'WAITING' AND channel = 'EMAIL'`, 0)
	m.wantsOneLetterEach(post)
	i.shop.waits(t, `SELECT count(*) FROM outbox WHERE status = 'SENT'`, len(post.Mails()))
	i.wantsNoTrouble()
	t.Logf("%d restarts, %d requests, %d audit records: %d wrong", 2**rounds, m.requests.Load(), m.records.Load(), m.wrong.Load())
}

// shoppersAndStaff make requests of every kind, and never hang up: that would look
// like a failure to the balancer.
func (m *mix) shoppersAndStaff(t *testing.T) []func() {
	t.Helper()
	var all []func()
	for range 3 {
		all = append(all, m.newRegular(t).comes, m.newStranger(t).comes, m.newSubscriber(t).comes)
	}
	return append(all, m.newOffice(t).works, m.newOffice(t).works)
}

// wantsEverythingOnce wants one audit record for each answer that needs one, and no
// request to have been made again by the client.
func (m *mix) wantsEverythingOnce(before int) {
	m.t.Helper()
	if got, want := m.shop.tables(m.t)["audit_record"]-before, int(m.records.Load()); got != want {
		m.t.Errorf("%d audit records were written, want %d", got, want)
	}
	var doubled int
	must(m.t, m.shop.db.GetContext(m.t.Context(), &doubled, `SELECT count(*) FROM (
  SELECT 1 FROM audit_record WHERE form_identifier LIKE 'form-%' GROUP BY form_identifier HAVING count(*) > 1) d`))
	if doubled > 0 {
		m.t.Errorf("%d requests were carried out more than once", doubled)
	}
	if sent, asked := m.sent.Load(), m.requests.Load(); sent != asked {
		m.t.Errorf("%d requests were sent %d times", asked, sent)
	}
}

// wantsNoTrouble wants the balancer to have seen no failure, not even one that it
// made good.
func (i *instances) wantsNoTrouble() {
	i.t.Helper()
	for name, f := range i.servers() {
		for _, trouble := range []string{"econ", "eresp", "hrsp_5xx", "wretr", "wredis", "srv_abrt", "cli_abrt"} {
			if n := f.number(trouble); n > 0 {
				i.t.Errorf("%s: %s is %d", name, trouble, n)
			}
		}
		i.t.Logf("%s: %d requests, longest answer after %d ms", name, f.number("stot"), f.number("rtime_max"))
	}
}

// hidesMetrics wants figures to be kept from the public, however they are asked for.
func (i *instances) hidesMetrics() {
	i.t.Helper()
	for _, path := range []string{"/metrics", "/%6detrics", "/metrics?x", "/readyz"} {
		response, err := http.Get(i.url + path)
		must(i.t, err)
		response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			i.t.Errorf("%s answers %d", path, response.StatusCode)
		}
	}
}
