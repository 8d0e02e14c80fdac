package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assent/config"
)

// echo answers with how much it could read.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "not read", http.StatusBadRequest)
		return
	}
	_, _ = w.Write(body)
}

// drip sends the first part, then the other again and again, one each pause, until
// the service hangs up. It returns what was answered.
func drip(conn net.Conn, first, then string, pause time.Duration) string {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, err := io.WriteString(conn, first)
		for err == nil && then != "" {
			<-time.After(pause)
			_, err = io.WriteString(conn, then)
		}
	}()
	answer, _ := io.ReadAll(conn)
	_ = conn.Close()
	<-sent
	return string(answer)
}

// TestWhoeverDoesNotFinishIsCutOff has clients that hold on to a connection in every
// way there is, and others that are served meanwhile.
func TestWhoeverDoesNotFinishIsCutOff(t *testing.T) {
	const post = "POST / HTTP/1.1\r\nHost: shop.example\r\n"
	tests := []struct {
		name        string
		first, then string
		within      time.Duration
	}{
		{"nothing is sent", "", "", readHeaderTimeout},
		{"headers one by one", "GET / HTTP/1.1\r\nHost: shop.example\r\n", "X-A: b\r\n", readHeaderTimeout},
		{"a header letter by letter", "GET / HTTP/1.1\r\nHost: shop.example\r\nX-A: ", "b", readHeaderTimeout},
		{"a body that is promised and not sent", post + "Content-Length: 100\r\n\r\n", "", readTimeout},
		{"a body letter by letter", post + "Content-Length: 100000\r\n\r\n", "x", readTimeout},
		{"chunks without an end", post + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", readTimeout},
		{"a chunk that is promised and not sent", post + "Transfer-Encoding: chunked\r\n\r\nffff\r\n", "x", readTimeout},
		{"trailers without an end", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-A: b\r\n", readTimeout},
		{"a request and then nothing", "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n", "", idleTimeout},
		{"a request and then half of another", "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\nGET /", "", readHeaderTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, echo)
				conn, err := s.dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				began, cut := time.Now(), make(chan time.Duration, 1)
				go func() {
					drip(conn, tt.first, tt.then, time.Second/2)
					cut <- time.Since(began)
				}()
				synctest.Wait()
				if got := <-s.get(); got != "" {
					t.Errorf("somebody else is answered %q", got)
				}
				if took := <-cut; took > tt.within+2*time.Second {
					t.Errorf("it was cut off after %s", took)
				}
				s.end(t)
			})
		})
	}
}

// end stops the service and waits for it.
func (s *serving) end(t *testing.T) {
	t.Helper()
	s.client.CloseIdleConnections()
	s.stop()
	if err := <-s.ended; err != nil {
		t.Error(err)
	}
}

func TestAClientThatDoesNotReadItsAnswerIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan error, 1)
		s := start(t, func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(bytes.Repeat([]byte("x"), 1<<20))
			failed <- err
		})
		conn, err := s.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
		if err := <-failed; err == nil || time.Since(began) > writeTimeout+time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		_ = conn.Close()
		s.end(t)
	})
}

// TestWhatTwoReadersCouldReadDifferentlyIsRefused is about requests that a proxy
// could take for others than the service does (RFC 9112, 11.2).
func TestWhatTwoReadersCouldReadDifferentlyIsRefused(t *testing.T) {
	const hidden = "GET /hidden HTTP/1.1\r\nHost: shop.example\r\n\r\n"
	post := func(headers ...string) string {
		return "POST / HTTP/1.1\r\nHost: shop.example\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n"
	}
	for name, request := range map[string]string{
		"two lengths":                    post("Content-Length: 0", "Content-Length: 44") + hidden,
		"a length in a list":             post("Content-Length: 0, 44") + hidden,
		"a length with a sign":           post("Content-Length: +0") + hidden,
		"a length below nothing":         post("Content-Length: -1") + hidden,
		"a length in hexadecimal digits": post("Content-Length: 0x2c") + hidden,
		"a coding nobody knows":          post("Transfer-Encoding: xchunked") + "0\r\n\r\n" + hidden,
		"two codings":                    post("Transfer-Encoding: chunked, identity") + "0\r\n\r\n" + hidden,
		"a coding twice":                 post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n" + hidden,
		"a coding behind a tab":          post("Transfer-Encoding:\vchunked") + "0\r\n\r\n" + hidden,
		"a length beyond the last chunk": post("Transfer-Encoding: chunked") + "fffffffffffffffff\r\n\r\n" + hidden,
		"a chunk length with a sign":     post("Transfer-Encoding: chunked") + "-1\r\n\r\n" + hidden,
		"a blank before the colon":       post("Content-Length : 44") + hidden,
		"a NUL in a header":              post("X-A: b\x00c") + hidden,
		"a NUL in the name of a header":  post("X\x00A: b") + hidden,
		"a carriage return in a header":  post("X-A: b\rContent-Length: 44") + hidden,
		"a header without a name":        post(": b") + hidden,
		"two hosts":                      post("Host: other.example") + hidden,
		"no host":                        "GET / HTTP/1.1\r\n\r\n" + hidden,
		"a host with a blank":            "GET / HTTP/1.1\r\nHost: shop .example\r\n\r\n" + hidden,
		"a version nobody knows":         "GET / HTTP/9.9\r\nHost: shop.example\r\n\r\n" + hidden,
		"no version":                     "GET /\r\n\r\n" + hidden,
		"a blank in the path":            "GET /a b HTTP/1.1\r\nHost: shop.example\r\n\r\n" + hidden,
		"a line break in the path":       "GET /a\nb HTTP/1.1\r\nHost: shop.example\r\n\r\n" + hidden,
		"rubbish":                        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n" + hidden,
		"rubbish behind a request":       "POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 2\r\n\r\nok\x00\x00rubbish\r\n\r\n" + hidden,
		"a header that is too large":     post("X-A: " + strings.Repeat("b", 64<<10)),
		"headers that are too many":      post(strings.Split(strings.Repeat("X-A: b|", 9000), "|")[:9000]...),
		"a path that is too long":        "GET /" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: shop.example\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/hidden" {
						t.Error("what is hidden in the request is served")
					}
					echo(w, r)
				})
				conn, err := s.dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				answers := drip(conn, request, "", 0)
				if strings.Count(answers, "HTTP/1.1 200 ") > strings.Count(name, "behind a request") {
					t.Errorf("answered with %s", answers)
				}
				if last := answers[max(0, strings.LastIndex(answers, "HTTP/1.1 ")):]; last != "" && !strings.HasPrefix(last, "HTTP/1.1 4") && !strings.HasPrefix(last, "HTTP/1.1 5") {
					t.Errorf("answered with %s", answers)
				}
				s.end(t)
			})
		})
	}
}

// A length and chunks contradict each other. Only the chunks count (RFC 9112, 6.3),
// and what is behind them is the next request, however long the length.
func TestOfALengthAndChunksTheChunksCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		s := start(t, func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, r.URL.Path+" "+string(body))
		})
		conn, err := s.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		drip(conn, "POST /one HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 400\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"+
			"GET /two HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n", "", 0)
		if got := strings.Join(bodies, ", "); got != "/one ok, /two " {
			t.Errorf("served: %s", got)
		}
		s.end(t)
	})
}

func TestOneConnectionMoreThanAllowedWaits(t *testing.T) {
	l, err := listen(t.Context(), &config.Settings{ListenAddr: "127.0.0.1:0", MaxConnections: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	dial()
	dial()
	first, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			err = conn.Close()
		}
		accepted <- err
	}()
	select {
	case err := <-accepted:
		t.Errorf("the second is accepted beside the first: %v", err)
	default:
	}
	_ = first.Close()
	if err := <-accepted; err != nil {
		t.Error(err)
	}
}

// TestEveryAnswerOfTheProgram asks for what no route is for as well.
func TestEveryAnswerOfTheProgram(t *testing.T) {
	p := wired(t, "https://consent.example")
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"} {
		for _, target := range []string{"/", "/graphql", "/healthz", "/marketing/confirm", "/unsubscribe", "/sites", "/nowhere", "/static/x"} {
			request := method + " " + target + " HTTP/1.1\r\nHost: consent.example\r\nConnection: close\r\n\r\n"
			if method == "CONNECT" {
				request = "CONNECT consent.example:443 HTTP/1.1\r\nHost: consent.example:443\r\n\r\n"
			}
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(request)))
			if err != nil {
				t.Fatal(err)
			}
			w := &recorded{header: http.Header{}}
			p.handler.ServeHTTP(w, r)
			if w.status == 0 || w.status >= 500 {
				t.Errorf("%s %s: status %d", method, target, w.status)
			}
			if w.status == http.StatusMethodNotAllowed && w.header.Get("Allow") == "" {
				t.Errorf("%s %s: nothing says what is allowed", method, target)
			}
			for _, name := range []string{"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Request-Id"} {
				if w.header.Get(name) == "" {
					t.Errorf("%s %s: no %s", method, target, name)
				}
			}
		}
	}
}

// recorded is an answer, without the leniency of net/http/httptest.
type recorded struct {
	header http.Header
	status int
}

func (r *recorded) Header() http.Header { return r.header }

func (r *recorded) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorded) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return len(b), nil
}

// wired is the program as it would run in production.
func wired(t *testing.T, publicURL string) *program {
	t.Helper()
	secret := config.Secret(strings.Repeat("s", config.MinSecret))
	settings := &config.Settings{
		DatabaseURL: config.Secret("sqlite://" + filepath.Join(t.TempDir(), "assent.db")), PublicURL: publicURL,
		AssentSecret: secret, JWTSecret: secret, ConfirmWithin: time.Hour, RejectSilence: time.Hour, MaxConnections: 1, MaxRequests: 1,
	}
	parsed, problems := parse(settings)
	p, err := wire(t.Context(), settings, parsed, slog.New(slog.DiscardHandler))
	if err := errors.Join(append(problems, err)...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

func TestNoRouteReadsABodyWithoutEnd(t *testing.T) {
	p := wired(t, "https://consent.example")
	for _, target := range []string{"/", "/graphql", "/healthz", "/metrics", "/marketing/confirm", "/marketing/reject", "/unsubscribe", "/sites", "/nowhere"} {
		for _, contentType := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
			endless := &zeros{}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://consent.example"+target, endless)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", contentType)
			p.handler.ServeHTTP(&recorded{header: http.Header{}}, r)
			if endless.read > maxBody+64<<10 {
				t.Errorf("%s reads %d bytes of %s", target, endless.read, contentType)
			}
		}
	}
}

// zeros is a body without an end.
type zeros struct{ read int }

func (z *zeros) Read(p []byte) (int, error) {
	z.read += len(p)
	if z.read > 10<<20 {
		return 0, errors.New("there is no end")
	}
	return len(p), nil
}
