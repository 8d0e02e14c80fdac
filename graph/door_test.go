package graph_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"assent/auth"
	"assent/captcha"
	"assent/consent"
	"assent/graph"
	"assent/httpx"
	"assent/ratelimit"
	"assent/token"
)

// door is the whole package with everything it stands on, but for the database.
type door struct {
	http.Handler
	store *memory
	keys  *token.Keys
	log   *logbook
}

type setup struct {
	graph.Options
	limits    ratelimit.Limits
	store     *memory
	verifyURL string // of the provider of CAPTCHAs
}

// open opens the door of the shop alone, without limits, unless told otherwise.
func open(t testing.TB, change ...func(*setup)) *door {
	t.Helper()
	s := setup{store: newMemory(shop())}
	for _, c := range change {
		c(&s)
	}
	keys, err := token.NewKeys([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	limiter := ratelimit.NewMemory(s.limits, keys.Limits())
	t.Cleanup(func() { _ = limiter.Close() })
	book := &logbook{}
	log := slog.New(slog.NewJSONHandler(book, nil))
	service := consent.NewService(s.store, keys, consent.Settings{ConfirmLifetime: 7 * 24 * time.Hour})
	customers := auth.CustomersBySecret([]byte(secret), loginRules())
	verifier := captcha.NewVerifier(keys, captcha.Options{VerifyURL: s.verifyURL}, log)
	handler := graph.NewHandler(graph.NewResolver(service, keys, limiter, verifier, log), customers, s.Options)
	return &door{
		Handler: httpx.Chain(handler, httpx.RequestID, httpx.ClientAddress(nil)), store: s.store, keys: keys, log: book,
	}
}

// over puts a store behind the door.
func over(m *memory) func(*setup) { return func(s *setup) { s.store = m } }

// limited allows each kind of subject one attempt a day in the bucket.
func limited(b ratelimit.Bucket, key string) func(*setup) {
	return func(s *setup) {
		s.limits = ratelimit.Limits{b: {key: {{Count: 1, Period: 24 * time.Hour}}}}
	}
}

func loginRules() auth.Rules {
	return auth.Rules{Now: func() time.Time { return noon }}
}

// login is the Authorization header of a customer.
func login(t testing.TB, c auth.Customer) string {
	t.Helper()
	signed, err := auth.Sign([]byte(secret), c, loginRules(), noon, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return "Bearer " + signed
}

// anna has everything a customer can have.
func anna() auth.Customer {
	return auth.Customer{ID: "c-1", Email: "Anna@example.com", PhoneNumber: "+447400123456", Name: "Anna", HasAddress: true}
}

func (d *door) contact(t testing.TB, site consent.Site, email string) consent.ContactID {
	t.Helper()
	return d.hash(t, site, email).ContactID()
}

func (d *door) hash(t testing.TB, site consent.Site, email string) consent.AddressHash {
	t.Helper()
	address, err := consent.ParseEmail("email", email)
	if err != nil {
		t.Fatal(err)
	}
	return d.keys.HashAddress(site.OrganisationID, address)
}

// send sends any request of a client that takes the newer media type; headers are
// names and values in turn.
func (d *door) send(t testing.TB, method, target, body string, headers ...string) answer {
	t.Helper()
	return read(t, d.record(t, method, target, body, headers...))
}

func (d *door) record(t testing.TB, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "unknown.example"
	r.Header.Set("Accept", newer)
	for i := 0; i < len(headers); i += 2 {
		if strings.EqualFold(headers[i], "Host") {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// post sends a body as JSON.
func (d *door) post(t testing.TB, body string, headers ...string) answer {
	t.Helper()
	return d.send(t, http.MethodPost, "/graphql", body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// ask sends a document with its variables, which are JSON or empty.
func (d *door) ask(t testing.TB, document, variables string, headers ...string) answer {
	t.Helper()
	quoted, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if variables == "" {
		variables = "null"
	}
	return d.post(t, `{"query":`+string(quoted)+`,"variables":`+variables+`}`, headers...)
}

// logbook keeps what was logged.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// lines are the records by attribute.
func (l *logbook) lines(t testing.TB) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(l.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		lines = append(lines, record)
	}
	return lines
}

// link is the input of the two mutations that take a link.
func (d *door) link(tokenText string, hash consent.AddressHash) string {
	return `{"in":{"token":"` + tokenText + `","email":"` + token.FormatAddress(hash) + `",` + landing + `}}`
}
