package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener without a network, so that time can be made up.
type pipes struct {
	dialled chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialled:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (*pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.dialled <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, errors.New("connection refused")
	}
}

// serving is the loop of the program over a listener without a network.
type serving struct {
	*pipes
	client *http.Client
	stop   func()
	ended  chan error
}

func start(t *testing.T, h http.HandlerFunc) *serving {
	t.Helper()
	return startDraining(t, &drain{}, h)
}

// startDraining serves with a drain of its own.
func startDraining(t *testing.T, d *drain, h http.HandlerFunc) *serving {
	t.Helper()
	l := &pipes{dialled: make(chan net.Conn), closed: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{pipes: l, client: &http.Client{Transport: &http.Transport{DialContext: l.dial}}, stop: stop, ended: make(chan error, 1)}
	go func() { s.ended <- serve(ctx, l, h, d, slog.New(slog.DiscardHandler)) }()
	return s
}

// get asks in the background; "" stands for no answer.
func (s *serving) get() <-chan string {
	answer := make(chan string, 1)
	go func() {
		response, err := s.client.Get("http://shop.example/")
		if err != nil {
			answer <- ""
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	return answer
}

func TestNoRequestIsAnsweredPastTheHandlerWhichLogsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked int
		s := start(t, func(http.ResponseWriter, *http.Request) { asked++ })
		conn, err := s.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, "OPTIONS * HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"); err != nil {
			t.Error(err)
		}
		_, _ = io.ReadAll(conn)
		if asked != 1 {
			t.Errorf("the handler is asked %d times", asked)
		}
		s.stop()
		if err := <-s.ended; err != nil {
			t.Error(err)
		}
	})
}

func TestStoppingLetsWhatWasAcceptedFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := start(t, func(w http.ResponseWriter, _ *http.Request) {
			<-release
			_, _ = io.WriteString(w, "done")
		})
		accepted := s.get()
		synctest.Wait()
		s.stop()
		synctest.Wait()
		select {
		case err := <-s.ended:
			t.Fatalf("it stopped with a request in flight: %v", err)
		default:
		}
		if got := <-s.get(); got != "" {
			t.Errorf("it still accepts: %q", got)
		}
		close(release)
		if got := <-accepted; got != "done" {
			t.Errorf("the answer is %q", got)
		}
		if err := <-s.ended; err != nil {
			t.Error(err)
		}
	})
}

// wave answers and says that it did.
func wave(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func TestWhileItDrainsRequestsAreStillAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startDraining(t, &drain{lasts: 5 * time.Second, again: context.WithCancel}, wave)
		if got := <-s.get(); got != "hello" {
			t.Fatalf("the answer is %q", got)
		}
		s.stop()
		stopped := time.Now()
		for time.Since(stopped) < 4*time.Second {
			<-time.After(time.Second)
			response, err := s.client.Get("http://shop.example/")
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if !response.Close {
				t.Error("the connection stays open after an answer")
			}
		}
		if err := <-s.ended; err != nil || time.Since(stopped) != 5*time.Second {
			t.Errorf("after %s: %v", time.Since(stopped), err)
		}
		if got := <-s.get(); got != "" {
			t.Errorf("it still accepts: %q", got)
		}
	})
}

func TestWhoeverStopsItAgainDoesNotWaitForTheDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var again context.CancelFunc
		d := &drain{lasts: time.Hour, again: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, again = context.WithCancel(ctx)
			return ctx, again
		}}
		s := startDraining(t, d, wave)
		s.stop()
		stopped := time.Now()
		synctest.Wait()
		again()
		if err := <-s.ended; err != nil || time.Since(stopped) != 0 {
			t.Errorf("after %s: %v", time.Since(stopped), err)
		}
	})
}

func TestStoppingDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := start(t, func(http.ResponseWriter, *http.Request) { <-release })
		answer := s.get()
		synctest.Wait()
		s.stop()
		stopped := time.Now()
		if err := <-s.ended; !errors.Is(err, context.DeadlineExceeded) || time.Since(stopped) != finishTimeout {
			t.Errorf("after %s: %v", time.Since(stopped), err)
		}
		close(release)
		<-answer
	})
}

func TestAClientThatIsSlowWithItsHeadersIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, func(http.ResponseWriter, *http.Request) { t.Error("it is served") })
		conn, err := s.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: ")
		_, _ = io.ReadAll(conn)
		if waited := time.Since(began); waited > readHeaderTimeout+time.Second {
			t.Errorf("it waited %s", waited)
		}
		s.stop()
		if err := <-s.ended; err != nil {
			t.Error(err)
		}
	})
}

func TestAListenerThatFailsEndsTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, nil)
		_ = s.Close()
		if err := <-s.ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("got %v", err)
		}
		s.stop()
	})
}
