package httpx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// AdmissionOptions are the bounds of an Admission.
type AdmissionOptions struct {
	Requests int           // carried out at once
	Within   time.Duration // for which the context of a request lasts
	MaxBody  int64         // in bytes; a handler reads of a larger one that it is (http.MaxBytesError)
	Refused  func()        // is told of each request that finds no place
}

// Admission bounds how many requests are carried out at once, and for how long, so
// that they do not pile up behind whatever is slow.
type Admission struct {
	AdmissionOptions
	places chan struct{}
}

// NewAdmission returns an Admission with every place free.
func NewAdmission(o AdmissionOptions) *Admission {
	return &Admission{o, make(chan struct{}, o.Requests)}
}

// retryAfter is when a refused client may come again, in seconds (RFC 9110,
// section 10.2.3): what is carried out now is over by then.
const retryAfter = "5"

// usualBody is how many bytes of a body are believed to come.
const usualBody = 4 << 10

// Guard lets h carry out what finds a place. Anything else refuse answers at once,
// with Retry-After set. A request takes its place when its body has come: a slow
// client takes nobody's, and none of its own time.
func (a *Admission) Guard(h, refuse http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := a.received(r)
		r.Body = body
		select {
		case a.places <- struct{}{}:
			defer func() { <-a.places }()
			ctx, cancel := context.WithTimeout(body.context(r), a.Within)
			defer cancel()
			ServeContext(ctx, h, w, r)
		default:
			a.Refused()
			w.Header().Set("Retry-After", retryAfter)
			refuse.ServeHTTP(w, r)
		}
	})
}

// received reads the whole body. What ended it early is found at its end. A client
// that asks before it sends too much (RFC 9110, section 10.1.1) is not told to.
func (a *Admission) received(r *http.Request) failingBody {
	if r.ContentLength > a.MaxBody {
		return failingBody{bytes.NewReader(nil), &http.MaxBytesError{Limit: a.MaxBody}}
	}
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), usualBody)) + bytes.MinRead) // or it grows step by step
	_, err := body.ReadFrom(http.MaxBytesReader(nil, r.Body, a.MaxBody))
	if err == nil {
		err = io.EOF
	}
	return failingBody{&body, err}
}

// failingBody ends with an error.
type failingBody struct {
	rest interface {
		io.Reader
		Len() int
	}
	err error
}

// context is that of the request. When a body is late or breaks off, net/http ends it as
// if the client had left: the handler is to see the body, which is why it has nothing to
// do, and not take that for a failure of its own.
func (b failingBody) context(r *http.Request) context.Context {
	var tooLarge *http.MaxBytesError
	if errors.Is(b.err, io.EOF) || errors.As(b.err, &tooLarge) {
		return r.Context()
	}
	return context.WithoutCancel(r.Context())
}

// Read implements io.Reader.
func (b failingBody) Read(p []byte) (int, error) {
	if b.rest.Len() == 0 {
		return 0, b.err
	}
	return b.rest.Read(p)
}

// Close implements io.Closer.
func (failingBody) Close() error { return nil }
