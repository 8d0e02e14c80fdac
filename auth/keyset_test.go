package auth_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/auth"
)

func TestKeysAreFetchedOnceAndOnlyWhenNeeded(t *testing.T) {
	key := ecKey(t)
	i := newIssuer(t, published("a", key))
	customers := i.customers(noon)
	wantError(t, customers, bySecret(t, claims(nil)), auth.ErrInvalidToken)
	i.wantFetches(t, 0)
	wantCustomer(t, customers, byKey(t, "a", key))
	wantCustomer(t, customers, byKey(t, "a", key))
	i.wantFetches(t, 1)
}

func TestANewKeyIsFoundByItsID(t *testing.T) {
	before, after := ecKey(t), ecKey(t)
	i, c := newIssuer(t, published("a", before)), &clock{at: noon()}
	customers := i.customers(c.now)
	wantCustomer(t, customers, byKey(t, "a", before))
	i.publish(t, published("a", before), published("b", after))
	c.advance(time.Minute)
	wantCustomer(t, customers, byKey(t, "b", after))
	wantCustomer(t, customers, byKey(t, "a", before))
	i.wantFetches(t, 2)
}

func TestAWithdrawnKeyIsRefusedOnceTheCacheIsOld(t *testing.T) {
	before, after := ecKey(t), ecKey(t)
	i, c := newIssuer(t, published("a", before)), &clock{at: noon()}
	customers := i.customers(c.now)
	wantCustomer(t, customers, byKey(t, "a", before))
	i.publish(t, published("b", after))
	c.advance(14 * time.Minute)
	wantCustomer(t, customers, byKey(t, "a", before))
	i.wantFetches(t, 1)
	c.advance(2 * time.Minute)
	paused := i.pause()
	wantCustomer(t, customers, byKey(t, "a", before)) // starts the fetch and does not wait
	paused <- struct{}{}
	wantCustomer(t, customers, byKey(t, "b", after)) // waits for it
	wantError(t, customers, byKey(t, "a", before), auth.ErrInvalidToken)
	i.wantFetches(t, 2)
}

func TestAnEmptiedSetWithdrawsEveryKey(t *testing.T) {
	key := ecKey(t)
	i, c := newIssuer(t, published("a", key)), &clock{at: noon()}
	customers := i.customers(c.now)
	wantCustomer(t, customers, byKey(t, "a", key))
	i.serve([]byte(`{"keys":[]}`))
	c.advance(time.Minute)
	wantError(t, customers, byKey(t, "b", key), auth.ErrInvalidToken)
	wantError(t, customers, byKey(t, "a", key), auth.ErrInvalidToken)
}

func TestAnIssuerThatIsDownAtStartIsAskedAgain(t *testing.T) {
	key := ecKey(t)
	i, c := newIssuer(t, published("a", key)), &clock{at: noon()}
	i.breakDown()
	customers := i.customers(c.now)
	wantError(t, customers, byKey(t, "a", key), auth.ErrKeysUnavailable)
	i.publish(t, published("a", key))
	wantError(t, customers, byKey(t, "a", key), auth.ErrKeysUnavailable)
	i.wantFetches(t, 1)
	c.advance(10 * time.Second)
	wantCustomer(t, customers, byKey(t, "a", key))
	i.wantFetches(t, 2)
}

func TestKnownKeysOutliveTheIssuersOutage(t *testing.T) {
	key := ecKey(t)
	i, c := newIssuer(t, published("a", key)), &clock{at: noon()}
	customers := i.customers(c.now)
	wantCustomer(t, customers, byKey(t, "a", key))
	i.breakDown()
	c.advance(30 * time.Minute)
	wantCustomer(t, customers, byKey(t, "a", key))
	wantError(t, customers, byKey(t, "b", ecKey(t)), auth.ErrKeysUnavailable)
	wantCustomer(t, customers, byKey(t, "a", key))
	i.wantFetches(t, 2)
}

func TestAFloodOfUnknownKeyIDsCausesOneFetch(t *testing.T) {
	key := ecKey(t)
	i, c := newIssuer(t, published("a", key)), &clock{at: noon()}
	customers := i.customers(c.now)
	wantCustomer(t, customers, byKey(t, "a", key))
	c.advance(time.Minute)
	for n := range 50 {
		wantError(t, customers, byKey(t, strconv.Itoa(n), key), auth.ErrInvalidToken)
	}
	i.wantFetches(t, 2)
	wantCustomer(t, customers, byKey(t, "a", key))
}

func TestConcurrentCallersShareOneFetch(t *testing.T) {
	key := ecKey(t)
	i, c := newIssuer(t, published("a", key)), &clock{at: noon()}
	paused, customers, token := i.pause(), i.customers(c.now), byKey(t, "a", key)

	const callers = 20
	waiting := make(chan struct{})
	var done sync.WaitGroup
	for range callers {
		done.Go(func() {
			got, err := customers.Authenticate(announced{t.Context(), waiting}, token)
			if err != nil || got == nil {
				t.Errorf("got %v, %v; want a customer", got, err)
			}
		})
		<-waiting
		c.advance(time.Minute) // a slow fetch is still the only one
	}
	close(paused)
	done.Wait()
	i.wantFetches(t, 1)
}

func TestACallerWhoLeavesDoesNotEndTheFetchForOthers(t *testing.T) {
	key := ecKey(t)
	i := newIssuer(t, published("a", key))
	paused, customers, token := i.pause(), i.customers(noon), byKey(t, "a", key)

	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := customers.Authenticate(gone, token); !errors.Is(err, auth.ErrKeysUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want %v because of %v", err, auth.ErrKeysUnavailable, context.Canceled)
	}
	close(paused)
	wantCustomer(t, customers, token)
	i.wantFetches(t, 1)
}

func TestAnswersThatAreNoKeySetAreRefused(t *testing.T) {
	key := ecKey(t)
	for name, document := range map[string]string{
		"not JSON":        "<html>",
		"no keys":         "{}",
		"keys set null":   `{"keys":null}`,
		"larger than 1MB": `{"keys":[],"x":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.serve([]byte(document))
			wantError(t, i.customers(noon), byKey(t, "a", key), auth.ErrKeysUnavailable)
		})
	}
}

func TestARedirectToOtherKeysIsNotFollowed(t *testing.T) {
	key := ecKey(t)
	elsewhere := newIssuer(t, published("a", key))
	redirecting := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	t.Cleanup(redirecting.Close)
	i := &issuer{Server: redirecting}
	wantError(t, i.customers(noon), byKey(t, "a", key), auth.ErrKeysUnavailable)
	elsewhere.wantFetches(t, 0)
}

func TestAnOutageIsLogged(t *testing.T) {
	i := newIssuer(t)
	i.breakDown()
	var log bytes.Buffer
	keys := auth.NewKeySet(i.URL, slog.New(slog.NewTextHandler(&log, nil)), noon)
	wantError(t, auth.CustomersByKeySet(keys, rules()), byKey(t, "a", ecKey(t)), auth.ErrKeysUnavailable)
	if got := log.String(); !strings.Contains(got, "status 500") {
		t.Errorf("log %q does not name the status", got)
	}
}

func TestAnOutageIsLoggedWithoutTheURLWhichMayHoldAKey(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing":               "",
		"what was sent":         "GET /keys?apikey=s3cret HTTP/1.1\r\n\r\n",
		"a header that is none": "HTTP/1.1 200 OK\r\ns3cret\r\n\r\n",
		"a place that is none":  "HTTP/1.1 307 Moved\r\nLocation: /%zz?apikey=s3cret\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			}))
			t.Cleanup(server.Close)
			var log bytes.Buffer
			url := strings.Replace(server.URL, "http://", "http://user:s3cret@", 1) + "/keys?apikey=s3cret"
			customers := auth.CustomersByKeySet(auth.NewKeySet(url, slog.New(slog.NewTextHandler(&log, nil)), noon), rules())
			_, err := customers.Authenticate(t.Context(), byKey(t, "a", ecKey(t)))
			if !errors.Is(err, auth.ErrKeysUnavailable) || strings.Contains(err.Error()+log.String(), "s3cret") || log.Len() == 0 {
				t.Errorf("%v, logged: %s", err, log.String())
			}
		})
	}
}
