package sms

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAMessageIsPostedAsTwiliosAPIAsks(t *testing.T) {
	const text = "Größe & Preis: 50 % + 1 €\nΚαλημέρα 🎉 https://shop.example/?a=b&c=d"
	const service = "MG0123456789abcdef0123456789abcdef"
	tests := map[string]struct {
		pathAndQuery, path string
		sender             url.Values
	}{
		"from a number":            {"?from=%2B447400000000", "/2010-04-01/Accounts/AC12/Messages.json", url.Values{"From": {"+447400000000"}}},
		"from a name":              {"?from=My+Shop", "/2010-04-01/Accounts/AC12/Messages.json", url.Values{"From": {"My Shop"}}},
		"from a messaging service": {"?from=" + service, "/2010-04-01/Accounts/AC12/Messages.json", url.Values{"MessagingServiceSid": {service}}},
		"to a path of its own":     {"/sms/v%2F2?from=Shop", "/sms/v%2F2", url.Values{"From": {"Shop"}}},
	}
	for name, test := range tests {
		provider := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
			want := url.Values{"To": {number}, "Body": {text}}
			maps.Copy(want, test.sender)
			if r.Method != http.MethodPost || r.RequestURI != test.path || r.PostForm.Encode() != want.Encode() {
				t.Errorf("%s: %s %s with %v", name, r.Method, r.RequestURI, r.PostForm)
			}
			if user, password, _ := r.BasicAuth(); user != "AC12" || password != "t:0/k@en" {
				t.Errorf("%s: user %q, password %q", name, user, password)
			}
			if got := r.Header.Get("Idempotency-Key"); got != "message-1" {
				t.Errorf("%s: Idempotency-Key %q", name, got)
			}
			created(w, r)
		})
		sender := newTestSender(t, "http://AC12:t%3A0%2Fk%40en@"+provider.host+test.pathAndQuery)
		if err := sender.Send(t.Context(), "message-1", number, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEverySuccessMeansTaken(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent} {
		provider := newProvider(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if err := provider.sender.Send(t.Context(), "id", number, "Hello"); err != nil {
			t.Errorf("status %d: got %v", status, err)
		}
	}
}

func TestASilentProviderIsGivenUpWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	provider := newProvider(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	err := provider.sender.Send(ctx, "id", number, "Hello")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	provider.checkSilence(t, err)
}

func TestASilentProviderIsGivenUpAfter20Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sender, _ := newPipedSender(t)
		start := time.Now()
		err := sender.Send(t.Context(), "id", number, "Hello")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 20*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestATakenMessageIsTakenEvenIfTheAnswerNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sender, provider := newPipedSender(t)
		go func() {
			if _, err := http.ReadRequest(bufio.NewReader(provider)); err != nil {
				t.Error(err)
			}
			_, _ = io.WriteString(provider, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
		}()
		if err := sender.Send(t.Context(), "id", number, "Hello"); err != nil {
			t.Errorf("got %v, so the message would be sent again", err)
		}
	})
}

func TestTheConnectionIsUsedAgainWhateverTheAnswer(t *testing.T) {
	var count atomic.Int32
	provider := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		switch count.Add(1) % 3 {
		case 0:
			created(w, r)
		case 1:
			http.Error(w, strings.Repeat("x", 10_000), http.StatusBadRequest)
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	for range 20 {
		_ = provider.sender.Send(t.Context(), "id", number, "Hello")
	}
	if got := provider.connections.Load(); got != 1 {
		t.Errorf("%d connections for 20 messages", got)
	}
	provider.sender.Close()
	<-provider.closed
}

func TestMessagesAreSentAtTheSameTime(t *testing.T) {
	var met sync.WaitGroup
	met.Add(2)
	provider := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		met.Done()
		met.Wait()
		created(w, r)
	})
	var sends sync.WaitGroup
	for range 2 {
		sends.Go(func() {
			if err := provider.sender.Send(t.Context(), "id", number, "Hello"); err != nil {
				t.Error(err)
			}
		})
	}
	sends.Wait()
}

func TestAMessageWhoseAnswerIsLostIsNotPostedAgainByItself(t *testing.T) {
	var posts atomic.Int32
	provider := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		if posts.Add(1) == 1 {
			created(w, r)
			return
		}
		panic(http.ErrAbortHandler) // taken, and the connection breaks
	})
	if err := provider.sender.Send(t.Context(), "id-1", number, "Hello"); err != nil {
		t.Fatal(err)
	}
	err := provider.sender.Send(t.Context(), "id-2", number, "Hello")
	var failure *Failure
	if err == nil || errors.As(err, &failure) || posts.Load() != 2 {
		t.Errorf("got %v after %d posts", err, posts.Load())
	}
	provider.checkSilence(t, err)
}

func TestARedirectIsNotFollowed(t *testing.T) {
	elsewhere := newProvider(t, func(http.ResponseWriter, *http.Request) { t.Error("the sender went elsewhere") })
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		provider := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+elsewhere.host+"/", status)
		})
		var failure *Failure
		if err := provider.sender.Send(t.Context(), "id", number, "Hello"); !errors.As(err, &failure) || failure.Permanent() {
			t.Errorf("status %d: got %v", status, err)
		}
	}
}

func TestAProviderOutOfReachIsATemporaryErrorThatSaysWhy(t *testing.T) {
	down := newProvider(t, created)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down.host = listener.Addr().String()
	listener.Close()
	untrusted := httptest.NewUnstartedServer(http.HandlerFunc(created))
	untrusted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)

	tests := map[string]struct{ smsURL, reason string }{
		"nobody listens":            {"http://AC12:" + token + "@" + down.host + "?from=Shop", "refused"},
		"an untrusted certificate":  {"https://AC12:" + token + "@" + untrusted.Listener.Addr().String() + "?from=Shop", "certificate"},
		"a server that speaks http": {"https://AC12:" + token + "@" + newProvider(t, created).host + "?from=Shop", "connection"},
		"a name that is not in DNS": {"https://AC12:" + token + "@provider.invalid?from=Shop", "name"},
	}
	for name, test := range tests {
		sender := newTestSender(t, test.smsURL)
		sender.client.Transport.(*http.Transport).Proxy = nil // whatever the environment of the tests says
		err := sender.Send(t.Context(), "id", number, "Hello")
		var failure *Failure
		if err == nil || errors.As(err, &failure) || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v", name, err)
		}
		down.checkSilence(t, err)
		u, _ := url.Parse(test.smsURL)
		if err != nil && strings.Contains(err.Error(), u.Hostname()) {
			t.Errorf("%s: the error tells the host: %v", name, err)
		}
	}
}

func TestATrustedCertificateIsAccepted(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(created))
	t.Cleanup(server.Close)
	sender := newTestSender(t, "https://AC12:"+token+"@"+server.Listener.Addr().String()+"?from=Shop")
	sender.client.Transport.(*http.Transport).TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	if err := sender.Send(t.Context(), "id", number, "Hello"); err != nil {
		t.Error(err)
	}
}
