package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// letter is a message that waits to be sent.
type letter struct {
	Channel string            `json:"channel"`
	To      string            `json:"to"`
	Subject string            `json:"subject"`
	Text    string            `json:"text"`
	HTML    string            `json:"html"`
	Headers map[string]string `json:"headers"`
}

// Where the links of a letter lead unless the site has pages of its own.
const (
	confirmPage     = "/marketing/confirm"
	rejectPage      = "/marketing/reject"
	unsubscribePage = "/unsubscribe"
)

// lettersTo are the messages that wait for an address, newest first.
func (s *shop) lettersTo(t *testing.T, address string) []letter {
	t.Helper()
	all := s.composed
	if s.composer == nil {
		all = s.inbox
	}
	var letters []letter
	for _, l := range all(t) {
		if l.To == address {
			letters = append(letters, l)
		}
	}
	return letters
}

// letterTo is the only one.
func (s *shop) letterTo(t *testing.T, address string) letter {
	t.Helper()
	letters := s.lettersTo(t, address)
	if len(letters) != 1 {
		t.Fatalf("%d messages wait for %s, want one", len(letters), address)
	}
	return letters[0]
}

func (s *shop) inbox(t *testing.T) []letter {
	t.Helper()
	got := s.visitor(t).with("Accept", "application/json").do(http.MethodGet, "/dev/inbox", "")
	var letters []letter
	if err := json.Unmarshal([]byte(got.body), &letters); err != nil || got.status != http.StatusOK {
		t.Fatalf("the inbox answers %d %s", got.status, got.body)
	}
	return letters
}

// composed writes the letters that wait outside embedded mode, where no page
// shows them.
func (s *shop) composed(t *testing.T) []letter {
	t.Helper()
	queued, err := s.store.Outbox(t.Context(), 1000)
	must(t, err)
	var letters []letter
	for _, m := range queued {
		l, err := s.composer.Compose(t.Context(), m)
		must(t, err)
		letters = append(letters, letter{string(l.Channel), l.To, l.Subject, l.Text, l.HTML, l.Headers})
	}
	return letters
}

// link is what a link in a message carries, and whose message it was.
type link struct{ page, token, hash, to string }

var urls = regexp.MustCompile(`https?://\S+`)

// link finds the link to the page in the letter.
func (l letter) link(t *testing.T, page string) link {
	t.Helper()
	for _, text := range urls.FindAllString(l.Text, -1) {
		u, err := url.Parse(text)
		must(t, err)
		if strings.Contains(text, page) {
			return link{text, u.Query().Get("uuid"), u.Query().Get("email"), l.To}
		}
	}
	t.Fatalf("no link to %s in\n%s", page, l.Text)
	return link{}
}

// linkTo is the link to the page in the only message that waits for the address.
func (s *shop) linkTo(t *testing.T, page, address string) link {
	t.Helper()
	return s.letterTo(t, address).link(t, page)
}
