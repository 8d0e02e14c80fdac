package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

// InboxMessage is one message that was kept instead of sent. The JSON names are promised to clients.
type InboxMessage struct {
	ID        string            `json:"id"`
	Channel   string            `json:"channel"`
	To        string            `json:"to"`
	Subject   string            `json:"subject"`
	Text      string            `json:"text"`
	HTML      string            `json:"html"`
	Headers   map[string]string `json:"headers"`
	Status    string            `json:"-"` // "waiting", "sent", "parked" or "cancelled"
	CreatedAt time.Time         `json:"created_at"`
}

// Inbox shows the messages of list, newest first: as a page, or as a JSON array when the client asks for
// application/json. The query parameter "to" keeps those whose recipient contains it, in whatever case. On the page,
// "message" chooses a message by its id, and "view" what is shown of it: html, text or headers. It answers 500 when
// list fails. Everybody who can open it can read every message.
func Inbox(list func(ctx context.Context) ([]InboxMessage, error), log *slog.Logger) http.Handler {
	page := inboxTemplate()
	return handler(log, func(w http.ResponseWriter, r *http.Request) error {
		all, err := list(r.Context())
		if err != nil {
			return fmt.Errorf("listing the development inbox: %w", err)
		}
		query := r.URL.Query()
		to := strings.TrimSpace(query.Get("to"))
		messages := newestFirst(sentTo(all, to))
		w.Header().Set("Vary", "Accept")
		if wantsJSON(r) {
			return writeInboxJSON(w, messages)
		}
		shown := &inboxPage{To: to, Recipients: recipients(all), Messages: messages, now: time.Now()}
		shown.choose(query.Get("message"), query.Get("view"))
		return writePage(w, r, page, inboxPolicy, shown)
	})
}

func writeInboxJSON(w http.ResponseWriter, messages []InboxMessage) error {
	body, err := json.Marshal(messages)
	if err != nil {
		return fmt.Errorf("encoding the development inbox: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body) // the reader has gone: nobody is left to tell
	return nil
}

// sentTo returns a copy of the messages whose recipient contains to, in which neither the list nor a message's headers
// are nil: both become JSON.
func sentTo(messages []InboxMessage, to string) []InboxMessage {
	kept := []InboxMessage{}
	for _, m := range messages {
		if !strings.Contains(strings.ToLower(m.To), strings.ToLower(to)) {
			continue
		}
		if m.Headers == nil {
			m.Headers = map[string]string{}
		}
		kept = append(kept, m)
	}
	return kept
}

func newestFirst(messages []InboxMessage) []InboxMessage {
	slices.SortStableFunc(messages, func(a, b InboxMessage) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return messages
}

// recipients returns every address once, in order.
func recipients(messages []InboxMessage) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.To)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// wantsJSON ignores quality values: browsers name text/html, and programs name application/json alone.
func wantsJSON(r *http.Request) bool {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}
