package httpx

import "net/http"

// recorder notes what is sent through it.
type recorder struct {
	http.ResponseWriter
	status int // 0 until the header is sent
	bytes  int64
	left   <-chan struct{} // closed when the client has; may be nil
	unseen bool            // a failure after the client had left
}

// shown is the status that the client was given: 0 when a failure is that nobody waits
// for the answer.
func (r *recorder) shown() int {
	if r.unseen {
		return 0
	}
	return r.status
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 { // others only announce the final status
		r.status = status
		r.unseen = status >= http.StatusInternalServerError && r.hasLeft()
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) hasLeft() bool {
	select {
	case <-r.left:
		return true
	default:
		return false
	}
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Flush implements http.Flusher.
func (r *recorder) Flush() {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	_ = http.NewResponseController(r.ResponseWriter).Flush() // http.Flusher cannot report an error
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
