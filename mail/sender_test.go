package mail

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"assent/mail/mailtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func senderTo(t *testing.T, server *mailtest.Server, options Options) *Sender {
	t.Helper()
	return senderAt(t, server.URL(), options)
}

func senderAt(t *testing.T, url string, options Options) *Sender {
	t.Helper()
	var err error
	if options.Server, err = ParseServer(url); err != nil {
		t.Fatal(err)
	}
	s := NewSender(options)
	t.Cleanup(func() { s.Close() })
	return s
}

func confirmation(t *testing.T) Rendered {
	t.Helper()
	return render(t, sample(ConfirmSubscription, "en"))
}

func send(t *testing.T, s *Sender, m Rendered) {
	t.Helper()
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// failureOf sends and expects to fail, without a word about the recipient.
func failureOf(t *testing.T, s *Sender, m Rendered) *Failure {
	t.Helper()
	return asFailure(t, s.Send(t.Context(), m))
}

func asFailure(t *testing.T, err error) *Failure {
	t.Helper()
	var f *Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a Failure", err)
	}
	if strings.Contains(err.Error(), "ada") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error holds an address: %v", err)
	}
	return f
}

func TestOneConnectionCarriesTwentyMails(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	s, m := senderTo(t, server, Options{}), confirmation(t)
	for range 20 {
		send(t, s, m)
	}
	if n, mails := server.Connections(), len(server.Mails()); n != 1 || mails != 20 {
		t.Errorf("%d mails over %d connections", mails, n)
	}
}

func TestAConnectionIsReplacedAfterAHundredMails(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	s, m := senderTo(t, server, Options{}), confirmation(t)
	for range 101 {
		send(t, s, m)
	}
	if n := server.Connections(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

func TestConcurrentMailsHaveConnectionsOfTheirOwnAndFourAreKept(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	s := senderTo(t, server, Options{})
	reached, release := server.Stall(mailtest.From)
	var mails sync.WaitGroup
	for range 6 {
		mails.Go(func() {
			if err := s.Send(t.Context(), confirmation(t)); err != nil {
				t.Error(err)
			}
		})
	}
	for range 6 {
		<-reached
	}
	release()
	mails.Wait()
	if n := server.Connections(); n != 6 {
		t.Errorf("%d connections", n)
	}
	if n := len(s.pool.idle); n != 4 {
		t.Errorf("%d idle connections", n)
	}
}

func TestAnIdleConnectionIsClosedAfterAWhile(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	closed, release := server.Stall(mailtest.Closed)
	release()
	s := senderTo(t, server, Options{})
	s.pool.idleTime = time.Millisecond
	send(t, s, confirmation(t))
	<-closed
	send(t, s, confirmation(t))
	if n := server.Connections(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

func TestARefusedMailLeavesTheConnectionUsable(t *testing.T) {
	for _, step := range []mailtest.Step{mailtest.From, mailtest.To, mailtest.Data, mailtest.Content} {
		for _, code := range []int{450, 550} {
			server := mailtest.NewServer(t, mailtest.Options{})
			s := senderTo(t, server, Options{})
			server.On(step, mailtest.Answer(code, ""))
			_ = failureOf(t, s, confirmation(t))
			server.On(step, nil)
			send(t, s, confirmation(t))
			if n, mails := server.Connections(), len(server.Mails()); n != 1 || mails != 1 {
				t.Errorf("%d at %s: %d mails over %d connections", code, step, mails, n)
			}
		}
	}
}

func TestAServerThatSaysGoodbyeIsLeft(t *testing.T) {
	for _, step := range []mailtest.Step{mailtest.From, mailtest.To, mailtest.Data, mailtest.Content} {
		server := mailtest.NewServer(t, mailtest.Options{})
		s := senderTo(t, server, Options{})
		server.On(step, mailtest.Answer(421, "4.3.2"))
		if failureOf(t, s, confirmation(t)).Permanent() {
			t.Errorf("421 at %s is taken as permanent", step)
		}
		server.On(step, nil)
		send(t, s, confirmation(t))
		if n := server.Connections(); n != 2 {
			t.Errorf("421 at %s: %d connections", step, n)
		}
	}
}
