package e2e

import (
	"testing"

	"assent/mail/mailtest"
	"assent/store/storetest"
)

// TestKilledWhileSending: a program that is killed at any step of sending loses
// no message. One that had been taken already comes once more, under the same
// Message-ID.
func TestKilledWhileSending(t *testing.T) {
	for _, killed := range []struct {
		name string
		kill func(t *testing.T, s *shop, server *mailtest.Server, email string)
		sent int // how often the mail arrives in the end
	}{
		{"before the message is claimed", killBeforeClaim, 1},
		{"after the message is claimed", killAfterClaim, 1},
		{"while the server reads the message", killAtData, 1},
		{"after the server has taken the message", killAfterAccepted, 2},
	} {
		t.Run(killed.name, func(t *testing.T) {
			onBothWithMail(t, func(t *testing.T, s *shop, server *mailtest.Server) {
				email := s.email("ada")
				killed.kill(t, s, server, email)
				s.leaseEnds(t)
				s.revive(t)
				s.becomes(t, "1 SENT")
				mails := server.Mails()
				if len(mails) != killed.sent {
					t.Fatalf("the mail arrives %d times, want %d", len(mails), killed.sent)
				}
				for _, m := range mails {
					if m.To[0] != email || m.Header.Get("Message-ID") != mails[0].Header.Get("Message-ID") {
						t.Errorf("%s to %s is not the same mail", m.Header.Get("Message-ID"), m.To)
					}
				}
				s.visitor(t).presses(asLetter(mails[0]).link(t, confirmPage)).shows(t, 200, "Sign-up confirmed")
			})
		})
	}
}

func killBeforeClaim(t *testing.T, s *shop, _ *mailtest.Server, email string) {
	s.stop(t)
	s.revive(t, "SEND_MESSAGES=false")
	s.visitor(t).at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	s.kill(t)
}

func killAfterClaim(t *testing.T, s *shop, server *mailtest.Server, email string) {
	killAt(t, s, server, mailtest.Greeting, email)
}

func killAtData(t *testing.T, s *shop, server *mailtest.Server, email string) {
	killAt(t, s, server, mailtest.Data, email)
}

func killAt(t *testing.T, s *shop, server *mailtest.Server, step mailtest.Step, email string) {
	t.Helper()
	reached, release := server.Stall(step)
	s.visitor(t).at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	<-reached
	s.kill(t)
	server.On(step, nil)
	release()
}

// killAfterAccepted keeps the program from writing down that the mail was taken,
// by holding the row, and kills it then.
func killAfterAccepted(t *testing.T, s *shop, server *mailtest.Server, email string) {
	reached, release := server.Stall(mailtest.Content)
	s.visitor(t).at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	<-reached
	tx := s.db.MustBeginTx(t.Context(), nil)
	tx.MustExecContext(t.Context(), `UPDATE outbox SET reason = reason`)
	server.On(mailtest.Content, nil)
	release()
	server.Next()
	s.kill(t)
	must(t, tx.Rollback())
}

// TestTwoProcessesShareTheOutbox: a second process on the same database sends as
// well, and nobody gets a mail twice.
func TestTwoProcessesShareTheOutbox(t *testing.T) {
	t.Parallel()
	const people = 60
	server := mailtest.NewServer(t, mailtest.Options{})
	s := openProduction(t, storetest.Postgres(t), "SMTP_URL="+server.URL(), "SEND_MESSAGES=false")
	defer s.close(t)
	for range people {
		s.visitor(t).at(double).does(signUp("EMAIL", s.email("ada")), "REQUIRES_VERIFICATION", requested("EMAIL"))
	}
	var others []*process
	for range 2 {
		others = append(others, start(t, append(append([]string{}, s.settings...), "SEND_MESSAGES=true")...))
	}
	seen := map[string]bool{}
	for range people {
		to := server.Next().To[0]
		if seen[to] {
			t.Errorf("somebody gets a second mail")
		}
		seen[to] = true
	}
	s.becomes(t, "60 SENT")
	for _, p := range others {
		p.stop(t)
	}
	if mails := server.Mails(); len(mails) != people {
		t.Errorf("%d mails were sent to %d people", len(mails), people)
	}
}
