package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"assent/mail/mailtest"
)

// TestMailServerTrouble: whatever a mail server does, visitors are answered and
// no message is lost.
func TestMailServerTrouble(t *testing.T) {
	for _, trouble := range []struct {
		name   string
		begin  func(t *testing.T, s *shop, server *mailtest.Server)
		end    func(t *testing.T, s *shop, server *mailtest.Server)
		blamed bool // the message counts a failure, and waits its time
	}{
		{"a server that is down", func(_ *testing.T, _ *shop, server *mailtest.Server) { server.Stop() },
			func(_ *testing.T, _ *shop, server *mailtest.Server) { server.Start() }, false},
		{"a server that puts us off", misbehaving(mailtest.To, mailtest.Answer(451, "4.3.0")), misbehaving(mailtest.To, nil), true},
		{"a server that takes everything and hangs up", misbehaving(mailtest.Content, mailtest.Drop), misbehaving(mailtest.Content, nil), true},
		{"a server that hangs up at once", misbehaving(mailtest.Greeting, mailtest.Drop), misbehaving(mailtest.Greeting, nil), false},
		{"a server that refuses our account", misbehaving(mailtest.From, mailtest.Answer(550, "5.7.1")), misbehaving(mailtest.From, nil), true},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
				trouble.begin(t, s, server)
				email := s.email("ada")
				s.visitor(t).at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
				if trouble.blamed {
					s.waits(t, `SELECT attempts FROM outbox`, 1)
				} else if s.log.waitFor(regexp.MustCompile(`nothing can be sent for now`)) == "" {
					t.Error("the log does not tell of the trouble")
				}
				trouble.end(t, s, server)
				if trouble.blamed {
					s.leaseEnds(t)
				}
				confirming := asLetter(server.Next()).link(t, confirmPage)
				s.visitor(t).presses(confirming).shows(t, http.StatusOK, "Sign-up confirmed")
			})
		})
	}
}

func misbehaving(step mailtest.Step, hook mailtest.Hook) func(*testing.T, *shop, *mailtest.Server) {
	return func(_ *testing.T, _ *shop, server *mailtest.Server) { server.On(step, hook) }
}

// TestSlowMailServer: nobody who signs up waits for a mail server that does not answer.
func TestSlowMailServer(t *testing.T) {
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		reached, release := server.Stall(mailtest.Greeting)
		first := s.email("ada")
		s.visitor(t).at(double).does(signUp("EMAIL", first), "REQUIRES_VERIFICATION", requested("EMAIL"))
		<-reached
		for range 20 {
			s.visitor(t).at(double).does(signUp("EMAIL", s.email("grace")), "REQUIRES_VERIFICATION", requested("EMAIL"))
		}
		server.On(mailtest.Greeting, nil)
		release()
		for range 21 {
			server.Next()
		}
	})
}

// TestARefusedMail is given up at once, shown to the operator, and sent when the
// operator says so.
func TestARefusedMail(t *testing.T) {
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		server.On(mailtest.To, mailtest.Answer(552, "5.2.2")) // mailbox full
		email := s.email("ada")
		s.visitor(t).at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
		s.becomes(t, "1 PARKED")
		parked, failure := run(t, s.settings, "outbox", "parked")
		if failure != "" || !strings.Contains(parked, "552 5.2.2") || strings.Contains(parked, mailDomain) {
			t.Errorf("the operator is told %q %s", parked, failure)
		}
		server.On(mailtest.To, nil)
		if said, failure := run(t, s.settings, "outbox", "requeue", "--all"); said != "queued again: 1\n" || failure != "" {
			t.Errorf("queueing it again says %q %s", said, failure)
		}
		if to := server.Next().To[0]; to != email {
			t.Errorf("it goes to %s", to)
		}
		s.becomes(t, "1 SENT")
	})
}

// TestABouncedMail: where there is no mailbox, nobody is written to again.
func TestABouncedMail(t *testing.T) {
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		server.On(mailtest.To, mailtest.Answer(550, "5.1.1"))
		email := s.email("ada")
		s.visitor(t).does(signUp("EMAIL", email), "OK", granted("EMAIL"))
		s.becomes(t, "1 PARKED")
		s.visitor(t).at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
		s.becomes(t, "1 PARKED")
		s.visitor(t).knows(email, isSubscribed) // the answer stays as it was given
	})
}

// TestWhatChangedSince: a message is looked at once more before it is sent.
func TestWhatChangedSince(t *testing.T) {
	onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
		email := s.email("ada")
		visitor := s.visitor(t)
		visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
		customer := s.customer(t, claims{"sub": email, "email": email})
		customer.does(update("EMAIL", false, email), nil, withdrawn("EMAIL"))
		s.close(t)
		s.revive(t, "SEND_MESSAGES=true")
		s.becomes(t, "1 CANCELLED")
		if mails := server.Mails(); len(mails) > 0 {
			t.Errorf("%d mails were sent", len(mails))
		}
	}, "SEND_MESSAGES=false")
}

// becomes waits for the messages to have come so far: see statuses.
func (s *shop) becomes(t *testing.T, want string) {
	t.Helper()
	eventually(t, func() string { return s.statuses(t) }, want)
}

// waits waits for a query to have a number for its answer.
func (s *shop) waits(t *testing.T, query string, want int) {
	t.Helper()
	eventually(t, func() int {
		var n int
		must(t, s.db.GetContext(t.Context(), &n, query))
		return n
	}, want)
}

// eventually waits for what only shows in the database.
func eventually[V comparable](t *testing.T, look func() V, want V) {
	t.Helper()
	late := time.After(20 * time.Second)
	check := time.NewTicker(10 * time.Millisecond)
	defer check.Stop()
	for got := look(); got != want; got = look() {
		select {
		case <-check.C:
		case <-late:
			t.Fatalf("it is %v, want %v", got, want)
		}
	}
}
