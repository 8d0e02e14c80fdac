package mail

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/mail/mailtest"
)

func TestAConnectionFoundDeadIsReplacedWithinTheSameSend(t *testing.T) {
	for name, misbehave := range map[string]mailtest.Hook{
		"dropped":                   mailtest.Drop,
		"ended because it was idle": mailtest.Answer(421, "4.4.2"),
	} {
		for _, step := range []mailtest.Step{mailtest.From, mailtest.To, mailtest.Data} {
			server := mailtest.NewServer(t, mailtest.Options{})
			s := senderTo(t, server, Options{})
			send(t, s, confirmation(t))
			server.On(step, once(misbehave))
			send(t, s, confirmation(t))
			if n, mails := server.Connections(), len(server.Mails()); n != 2 || mails != 2 {
				t.Errorf("%s at %s: %d mails over %d connections", name, step, mails, n)
			}
		}
	}
}

func once(hook mailtest.Hook) mailtest.Hook {
	var done sync.Once
	return func(argument string) (err error) {
		done.Do(func() { err = hook(argument) })
		return err
	}
}

func TestADeadConnectionIsReplacedOnlyOnce(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	s := senderTo(t, server, Options{})
	send(t, s, confirmation(t))
	server.On(mailtest.From, mailtest.Drop)
	if failureOf(t, s, confirmation(t)).Permanent() {
		t.Error("a lost connection is taken as permanent")
	}
	if n := server.Connections(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

func TestAMailThatTheServerMayHaveTakenIsNotSentAgain(t *testing.T) {
	for name, reused := range map[string]bool{"on a new connection": false, "on a reused one": true} {
		server := mailtest.NewServer(t, mailtest.Options{})
		s := senderTo(t, server, Options{})
		if reused {
			send(t, s, confirmation(t))
		}
		server.On(mailtest.Content, mailtest.Drop)
		if failureOf(t, s, confirmation(t)).Permanent() {
			t.Errorf("%s: a lost answer is taken as permanent", name)
		}
		if n := server.Connections(); n != 1 || len(s.pool.idle) != 0 {
			t.Errorf("%s: %d connections, the dead one kept: %v", name, n, len(s.pool.idle) != 0)
		}
		server.On(mailtest.Content, nil)
		send(t, s, confirmation(t))
		mails := server.Mails()
		want := "<" + sample(ConfirmSubscription, "en").ID + "@shop.example>"
		if got := mails[len(mails)-1].Header.Get("Message-ID"); got != want {
			t.Errorf("%s: a repeat has the Message-ID %s, want %s", name, got, want)
		}
	}
}

func TestMailFlowsAgainWhenTheServerIsBack(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	s := senderTo(t, server, Options{})
	send(t, s, confirmation(t))
	server.Stop()
	f := failureOf(t, s, confirmation(t))
	if f.Permanent() || !strings.Contains(f.Error(), "refused") {
		t.Errorf("a server that is down: permanent %v, %v", f.Permanent(), f)
	}
	server.Start()
	send(t, s, confirmation(t))
}

func TestAStalledServerIsGivenUpWhenTheContextEnds(t *testing.T) {
	for _, step := range []mailtest.Step{mailtest.Greeting, mailtest.From, mailtest.To, mailtest.Data, mailtest.Content} {
		server := mailtest.NewServer(t, mailtest.Options{})
		reached, release := server.Stall(step)
		s := senderTo(t, server, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		sent := make(chan error)
		go func() { sent <- s.Send(ctx, confirmation(t)) }()
		<-reached
		cancel()
		err := <-sent
		if f := asFailure(t, err); f.Permanent() || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: permanent %v, %v", step, f.Permanent(), err)
		}
		release()
	}
}

func TestAStalledServerIsGivenUpInTime(t *testing.T) {
	for _, step := range []mailtest.Step{mailtest.Greeting, mailtest.From, mailtest.To, mailtest.Data, mailtest.Content} {
		server := mailtest.NewServer(t, mailtest.Options{})
		_, release := server.Stall(step)
		s := senderTo(t, server, Options{Timeout: 150 * time.Millisecond})
		f := failureOf(t, s, confirmation(t))
		if f.Permanent() || f.NoSuchRecipient() {
			t.Errorf("%s: %v is taken as permanent", step, f)
		}
		if wholeTime := errors.Is(f, context.DeadlineExceeded); wholeTime != (step == mailtest.Content) {
			t.Errorf("%s: only the end of the data may take all the time there is: %v", step, f)
		}
		release()
	}
}

func TestAServerThatNeverStopsTalkingIsGivenUpInTime(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		for err == nil {
			_, err = conn.Write([]byte("220-wait\r\n"))
		}
	}()
	s := senderAt(t, "smtp://"+listener.Addr().String(), Options{Timeout: 150 * time.Millisecond})
	if failureOf(t, s, confirmation(t)).Permanent() {
		t.Error("a greeting without end is taken as permanent")
	}
}

func TestAnEndedContextCostsNoConnection(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	s := senderTo(t, server, Options{})
	send(t, s, confirmation(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Send(ctx, confirmation(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	send(t, s, confirmation(t))
	if n := server.Connections(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestCloseEndsIdleConnectionsAndLetsAMailOnItsWayArrive(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	closed, releaseClosed := server.Stall(mailtest.Closed)
	releaseClosed()
	reached, release := server.Stall(mailtest.Content)
	s := senderTo(t, server, Options{})
	s.pool.idleTime = time.Hour
	sent := make(chan error)
	for range 2 {
		go func() { sent <- s.Send(t.Context(), confirmation(t)) }()
		<-reached
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	release()
	for range 2 {
		if err := <-sent; err != nil {
			t.Error(err)
		}
		<-closed
	}
	if err := s.Send(t.Context(), confirmation(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestCloseSaysGoodbye(t *testing.T) {
	server := mailtest.NewServer(t, mailtest.Options{})
	closed, release := server.Stall(mailtest.Closed)
	release()
	s := senderTo(t, server, Options{})
	s.pool.idleTime = time.Hour
	send(t, s, confirmation(t))
	s.Close()
	<-closed
}
