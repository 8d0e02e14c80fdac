package httpx

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// newGate is an Admission of one place before a handler, and how many it refused.
func newGate(h http.HandlerFunc) (gate http.Handler, refused *int) {
	refused = new(int)
	a := NewAdmission(AdmissionOptions{Requests: 1, Within: time.Second, MaxBody: 10, Refused: func() { *refused++ }})
	return a.Guard(h, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	})), refused
}

func ask(h http.Handler, body io.Reader) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", body))
	return w
}

func TestWhatFindsNoPlaceIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		gate, refused := newGate(func(http.ResponseWriter, *http.Request) { <-release })
		first := make(chan int)
		go func() { first <- ask(gate, nil).Code }()
		synctest.Wait()
		if got := ask(gate, nil); got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "5" || *refused != 1 {
			t.Errorf("got %d %v, %d counted; want 503 with Retry-After, counted", got.Code, got.Header(), *refused)
		}
		close(release)
		if got := <-first; got != http.StatusOK {
			t.Errorf("the first got %d", got)
		}
		if got := ask(gate, nil); got.Code != http.StatusOK || got.Header().Get("Retry-After") != "" {
			t.Errorf("afterwards the answer is %d %v", got.Code, got.Header())
		}
	})
}

func TestAPlaceIsFreeAgainAfterAPanic(t *testing.T) {
	gate, _ := newGate(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for range 2 {
		func() {
			defer func() { _ = recover() }()
			if got := ask(gate, nil).Code; got == http.StatusServiceUnavailable {
				t.Error("the place is still taken")
			}
		}()
	}
}

func TestARequestHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		gate, _ := newGate(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			if took := time.Since(start); took != time.Second || !errors.Is(r.Context().Err(), context.DeadlineExceeded) {
				t.Errorf("its context ends after %v with %v", took, r.Context().Err())
			}
		})
		ask(gate, nil)
	})
}

func TestAClientThatIsSlowToSendTakesNoPlaceAndLosesNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, _ := newGate(func(_ http.ResponseWriter, r *http.Request) {
			deadline, _ := r.Context().Deadline()
			if left := time.Until(deadline); left != time.Second {
				t.Errorf("%v are left", left)
			}
		})
		reader, writer := io.Pipe()
		slow := make(chan int)
		go func() { slow <- ask(gate, reader).Code }()
		<-time.After(time.Hour)
		if got := ask(gate, nil).Code; got != http.StatusOK {
			t.Errorf("while it sends, another gets %d", got)
		}
		_ = writer.Close()
		if got := <-slow; got != http.StatusOK {
			t.Errorf("it gets %d", got)
		}
	})
}

func TestAHandlerReadsWhatWasSent(t *testing.T) {
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		sent io.Reader
		want string
		err  error
	}{
		"nothing":                 {nil, "", nil},
		"a body":                  {strings.NewReader("0123456789"), "0123456789", nil},
		"one that says its size":  {strings.NewReader("0123456789a"), "", &http.MaxBytesError{}},
		"one that does not":       {io.MultiReader(strings.NewReader("0123456789a")), "0123456789", &http.MaxBytesError{}},
		"one that breaks off":     {io.MultiReader(strings.NewReader("012"), failingBody{strings.NewReader(""), broken}), "012", broken},
		"one that never arrives":  {failingBody{strings.NewReader(""), broken}, "", broken},
		"one that has no content": {http.NoBody, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			gate, _ := newGate(func(_ http.ResponseWriter, r *http.Request) {
				got, err := io.ReadAll(r.Body)
				if string(got) != test.want || !sameKind(err, test.err) {
					t.Errorf("it reads %q, %v; want %q, %v", got, err, test.want, test.err)
				}
			})
			ask(gate, test.sent)
		})
	}
}

// net/http ends the context of a request whose body is late.
func TestABodyThatNeverComesIsNoFailureOfTheHandler(t *testing.T) {
	gate, _ := newGate(func(_ http.ResponseWriter, r *http.Request) {
		if err := r.Context().Err(); err != nil {
			t.Errorf("its context has ended: %v", err)
		}
		if _, ok := r.Context().Deadline(); !ok {
			t.Error("it has no end")
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", failingBody{strings.NewReader(""), io.ErrUnexpectedEOF})
	gate.ServeHTTP(httptest.NewRecorder(), r)
}

func sameKind(got, want error) bool {
	var tooLarge *http.MaxBytesError
	if errors.As(want, &tooLarge) {
		return errors.As(got, &tooLarge)
	}
	return errors.Is(got, want)
}
