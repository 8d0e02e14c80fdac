package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assent/mail/mailtest"
)

// mix is what shoppers and staff do at once, at the doors of several processes.
// Each of them knows what every answer must be, whichever process gives it.
type mix struct {
	t        *testing.T
	shop     *shop
	doors    []string
	client   *http.Client
	requests atomic.Int64
	sent     atomic.Int64 // requests, and those that the client repeated by itself
	wrong    atomic.Int64
	records  atomic.Int64 // how many audit records must have come of it
}

const (
	regulars  = 8 // customers who are asked for again and again
	strangers = 6 // visitors who sign up with a new address each time
	offices   = 4 // companies whose texts are edited
	hurried   = 2 // companies where nobody waits for a list
	hopeless  = 20
)

func newMix(t *testing.T, s *shop, doors ...string) *mix {
	transport := &http.Transport{MaxIdleConnsPerHost: 2*regulars + strangers + offices + hurried}
	t.Cleanup(transport.CloseIdleConnections)
	return &mix{t: t, shop: s, doors: doors, client: &http.Client{Timeout: 30 * time.Second, Transport: transport}}
}

// everybody is what each of them does, one call after another.
func (m *mix) everybody(t *testing.T) []func() {
	t.Helper()
	var all []func()
	for range regulars {
		all = append(all, m.newRegular(t).comes)
	}
	for range strangers {
		all = append(all, m.newStranger(t).comes)
	}
	for range offices {
		all = append(all, m.newOffice(t).works)
	}
	for range hurried {
		all = append(all, m.newOffice(t).hurries)
	}
	return all
}

// isHopeless reports whether there is nothing to be learnt from more answers.
func (m *mix) isHopeless() bool { return m.wrong.Load() >= hopeless }

// isWrong is an answer that it should not have been.
func (m *mix) isWrong(format string, args ...any) {
	if m.wrong.Add(1) <= hopeless {
		m.t.Errorf(format, args...)
	}
}

// ask makes a request at any door.
func (m *mix) ask(method, path string, header http.Header, body any) (status int, text []byte) {
	status, text, err := m.try(context.Background(), method, path, header, body)
	if err != nil {
		m.isWrong("%s %s: %v", method, path, err)
	}
	return status, text
}

// try makes a request at any door and hangs up when ctx ends.
func (m *mix) try(ctx context.Context, method, path string, header http.Header, body any) (int, []byte, error) {
	m.requests.Add(1)
	var sent bytes.Buffer
	if form, ok := body.(url.Values); ok {
		sent.WriteString(form.Encode())
	} else if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return 0, nil, err
		}
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { m.sent.Add(1) }})
	request, err := http.NewRequestWithContext(ctx, method, m.doors[rand.IntN(len(m.doors))]+path, &sent)
	if err != nil {
		return 0, nil, err
	}
	request.Header = header
	response, err := m.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, text, err
}

// query wants the data, written without spaces.
func (m *mix) query(c *client, document, want string) {
	m.answers(c, document, nil, want)
}

// does carries a mutation out and wants its answer and one audit record.
func (m *mix) does(c *client, op operation, want string) {
	m.records.Add(1)
	m.answers(c, op.document, op.variables, fmt.Sprintf(`{%q:%s}`, op.field, want))
}

func (m *mix) answers(c *client, document string, variables map[string]any, want string) {
	status, text := m.ask(http.MethodPost, "/graphql", c.header, object{"query": document, "variables": variables})
	if got := strings.TrimSpace(string(text)); status != http.StatusOK || got != `{"data":`+want+`}` {
		m.isWrong("%s with %v\n got %d %s\nwant %s", document, variables, status, got, want)
	}
}

// wantsOneLetterEach wants some letters to have come, and none of them twice.
func (m *mix) wantsOneLetterEach(post *mailtest.Server) {
	mails, seen := post.Mails(), map[string]bool{}
	for _, letter := range mails {
		if id := letter.Header.Get("Message-ID"); seen[id] {
			m.isWrong("%s was sent twice", id)
		} else {
			seen[id] = true
		}
	}
	if m.t.Logf("%d letters", len(mails)); len(mails) == 0 {
		m.isWrong("no letter was sent")
	}
}
