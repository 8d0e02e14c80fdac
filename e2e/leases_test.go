package e2e

import (
	"regexp"
	"strings"
	"syscall"
	"testing"

	"assent/mail/mailtest"
	"assent/store/storetest"
)

// TestAStopGivesMessagesBack: a process that is told to stop finishes the messages
// it is sending. What it had claimed beside them is there for others at once, not
// when the lease is over.
func TestAStopGivesMessagesBack(t *testing.T) {
	t.Parallel()
	const people = 40
	server := mailtest.NewServer(t, mailtest.Options{})
	s := openProduction(t, storetest.Postgres(t), "SMTP_URL="+server.URL(), "SEND_MESSAGES=false")
	defer s.close(t)
	for range people {
		s.visitor(t).at(double).does(signUp("EMAIL", s.email("ada")), "REQUIRES_VERIFICATION", requested("EMAIL"))
	}
	reached, release := server.Stall(mailtest.Content)
	sending := start(t, append(s.settings, "SEND_MESSAGES=true")...)
	<-reached
	s.waits(t, `SELECT count(*) FROM outbox WHERE claims > 0`, 32) // four lanes with eight each
	must(t, sending.cmd.Process.Signal(syscall.SIGTERM))
	if sending.log.waitFor(regexp.MustCompile(`"msg":"draining"`)) == "" {
		t.Fatal("it does not stop")
	}
	server.On(mailtest.Content, nil)
	release()
	<-sending.exited

	sent := len(server.Mails())
	if leased := s.count(t, `SELECT count(*) FROM outbox WHERE status = 'WAITING' AND due_at > now()`); leased > 0 || sent > 8 {
		t.Errorf("%d messages were sent, and %d are claimed by a process that is gone", sent, leased)
	}
	if got := s.count(t, `SELECT count(*) FROM outbox WHERE status = 'SENT'`); got != sent {
		t.Errorf("%d messages were sent, %d are known to be", sent, got)
	}
	s.revive(t, "SEND_MESSAGES=true")
	s.becomes(t, "40 SENT")
	if mails := server.Mails(); len(mails) != people {
		t.Errorf("%d mails were sent to %d people", len(mails), people)
	}
}

// count is the number that a query has for its answer.
func (s *shop) count(t *testing.T, query string) (n int) {
	t.Helper()
	must(t, s.db.GetContext(t.Context(), &n, query))
	return n
}

// TestDraining is what a load balancer and a client see of a stop.
func TestDraining(t *testing.T) {
	t.Parallel()
	s := openProduction(t, storetest.SQLite(t), "DRAIN_TIME=1h")
	visitor := s.visitor(t)
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	if s.log.waitFor(regexp.MustCompile(`"msg":"draining"`)) == "" {
		t.Fatal("it does not drain")
	}
	if got := visitor.do("GET", "/readyz", ""); got.status != 503 || !strings.Contains(got.body, `"status":"draining"`) {
		t.Errorf("/readyz answers %d %s", got.status, got.body)
	}
	if got := visitor.do("GET", "/healthz", ""); got.status != 200 {
		t.Errorf("/healthz answers %d %s", got.status, got.body)
	}
	visitor.does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
	s.close(t) // the second time it is told to: nobody waits an hour
}
