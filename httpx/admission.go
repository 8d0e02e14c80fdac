package httpx

import (
	"bytes"
	"context"
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

// Guard lets h carry out what finds a place. Anything else refuse answers at once,
// with Retry-After set. A request takes its place when its body has come: a slow
// client takes nobody's, and none of its own time.
func (a *Admission) Guard(h, refuse http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = a.received(r)
		select {
		case a.places <- struct{}{}:
			defer func() { <-a.places }()
			ctx, cancel := context.WithTimeout(r.Context(), a.Within)
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
func (a *Admission) received(r *http.Request) io.ReadCloser {
	if r.ContentLength > a.MaxBody {
		return failingBody{bytes.NewReader(nil), &http.MaxBytesError{Limit: a.MaxBody}}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, a.MaxBody))
	if err == nil {
		err = io.EOF
	}
	return failingBody{bytes.NewReader(body), err}
}

// failingBody ends with an error.
type failingBody struct {
	rest interface {
		io.Reader
		Len() int
	}
	err error
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
