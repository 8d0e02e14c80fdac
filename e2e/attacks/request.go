package attacks

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Canary is in every value and every long name of the corpus, and may be in no
// answer.
const Canary = "canary0cage1"

// Key stands where an attack shows the key of the REST admin.
const Key = "{key}"

// nonce stands where an attack has something new each time, so that it is not
// answered from memory.
const nonce = "{nonce}"

// patience is how long an answer may take; what it may cost is measured elsewhere.
const patience = 30 * time.Second

// Request is one attack.
type Request struct {
	Name   string
	method string
	target string
	header []string // lines
	body   string
}

// All is the corpus. Names differ.
func All() []Request {
	var all []Request
	for _, part := range [][]Request{
		documents(), names(), fragments(), literals(), introspection(), variables(), transport(), headers(), admin(), pages(), paths(),
	} {
		all = append(all, part...)
	}
	return all
}

func request(name, method, target string, header []string, body string) Request {
	return Request{name, method, target, header, body}
}

// Answer is what came back.
type Answer struct {
	Status int
	Text   string // headers and body
	Length int    // of the body, in bytes
}

// Send sends the request to the service at the address, showing the key if it
// shows any.
func (r Request) Send(ctx context.Context, address, key string) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return Answer{}, fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return Answer{}, fmt.Errorf("setting a deadline: %w", err)
	}
	if _, err := conn.Write(r.bytes(address, key)); err != nil && !isHungUp(err) { // it may be refused before it is read
		return Answer{}, fmt.Errorf("sending: %w", err)
	}
	return read(conn, r.method)
}

// isHungUp reports whether the service has closed the connection.
func isHungUp(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

func (r Request) bytes(address, key string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", r.method, r.target, address)
	for _, line := range r.header {
		b.WriteString(strings.ReplaceAll(line, Key, key) + "\r\n")
	}
	body := strings.ReplaceAll(r.body, nonce, rand.Text())
	if body != "" || r.method == http.MethodPost {
		b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

func read(conn net.Conn, method string) (Answer, error) {
	var text bytes.Buffer
	response, err := http.ReadResponse(bufio.NewReader(io.TeeReader(conn, &text)), &http.Request{Method: method})
	if err != nil {
		return Answer{}, fmt.Errorf("reading the answer: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil && !isHungUp(err) {
		return Answer{}, fmt.Errorf("reading the answer: %w", err)
	}
	return Answer{response.StatusCode, text.String(), len(body)}, nil
}
