package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// subscriber is whoever signs up where that has to be confirmed, and follows the
// links of the letter to the pages.
type subscriber struct {
	*mix
	t      *testing.T
	client *client
}

func (m *mix) newSubscriber(t *testing.T) *subscriber {
	return &subscriber{m, t, m.shop.visitor(t).at(double)}
}

func (s *subscriber) comes() {
	email := s.shop.email("subscriber")
	s.does(s.client, signUp("EMAIL", email), `"REQUIRES_VERIFICATION"`)
	l, found := s.letter(email)
	if !found {
		s.isWrong("no letter is written to %s", email)
		return
	}
	page, goodbye := l.link(s.t, confirmPage), l.link(s.t, unsubscribePage)
	s.reads(http.MethodGet, page.path(s.t), nil, "<form")
	s.records.Add(1)
	s.reads(http.MethodPost, confirmPage, url.Values{"uuid": {page.token}, "email": {page.hash}}, "Sign-up confirmed")
	s.reads(http.MethodGet, goodbye.path(s.t), nil, "<form")
	s.records.Add(1)
	s.reads(http.MethodPost, goodbye.path(s.t), url.Values{"List-Unsubscribe": {"One-Click"}}, "")
}

// letter is the message that was queued for the address a moment ago.
func (s *subscriber) letter(email string) (letter, bool) {
	queued, err := s.shop.store.Outbox(s.t.Context(), 100)
	if err != nil {
		s.isWrong("reading the outbox: %v", err)
	}
	for _, m := range queued {
		if m.Address != email {
			continue
		}
		l, err := s.shop.composer.Compose(s.t.Context(), m)
		if err != nil {
			s.isWrong("writing a letter: %v", err)
		}
		return letter{To: l.To, Text: l.Text}, true
	}
	return letter{}, false
}

// reads wants a page with the words on it, or an empty one without.
func (s *subscriber) reads(method, path string, form url.Values, words string) {
	header := http.Header{"Accept": {"text/html"}, "X-Forwarded-For": {clientAddress}}
	if form != nil {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	status, text := s.ask(method, path, header, form)
	if status != http.StatusOK || !strings.Contains(string(text), words) || words == "" && len(text) > 0 {
		s.isWrong("%s of a page answers %d %.300s, want %q", method, status, text, words)
	}
}
