package web

import (
	"context"
	"embed"
	"encoding/json"
	"html"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed inbox.html inbox.css
var inboxFiles embed.FS

// inboxPolicy lets nothing run: no script, no form. Inline styles are allowed because a message's HTML is shown in a
// frame that inherits this policy, and mail is styled inline; images because a shop's logo may be anywhere.
const inboxPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// openLinksOutside makes the links of a framed message open in a new tab: the pages they lead to refuse to be framed.
const openLinksOutside = `<base target="_blank">`

// InboxMessage is one message that was kept instead of sent. The JSON names are promised to clients.
type InboxMessage struct {
	ID        string            `json:"id"`
	Channel   string            `json:"channel"`
	To        string            `json:"to"`
	Subject   string            `json:"subject"`
	Text      string            `json:"text"`
	HTML      string            `json:"html"`
	Headers   map[string]string `json:"headers"`
	CreatedAt time.Time         `json:"created_at"`
}

// Inbox shows the messages of list, newest first: as a page, or as a JSON array when the client asks for
// application/json. It answers 500 when list fails. Everybody who can open it can read every message.
func Inbox(list func(ctx context.Context) ([]InboxMessage, error)) http.Handler {
	page := inboxPage()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		messages, err := list(r.Context())
		if err != nil {
			fail(w, r, "listing the development inbox", err)
			return
		}
		messages = newestFirst(messages)
		w.Header().Set("Vary", "Accept")
		if wantsJSON(r) {
			writeInboxJSON(w, r, messages)
			return
		}
		writePage(w, r, page, inboxPolicy, messages)
	})
}

func inboxPage() *template.Template {
	css, err := inboxFiles.ReadFile("inbox.css")
	if err != nil {
		panic(err) // embedded files are always readable
	}
	return template.Must(template.New("inbox.html").Funcs(template.FuncMap{
		"css":     func() template.CSS { return template.CSS(css) }, //nolint:gosec // a file of ours
		"srcdoc":  srcdoc,
		"linkify": linkify,
	}).ParseFS(inboxFiles, "inbox.html"))
}

// srcdoc escapes by itself: html/template would strip the tags of a message in an attribute.
func srcdoc(message string) template.HTMLAttr {
	return template.HTMLAttr(`srcdoc="` + html.EscapeString(openLinksOutside+message) + `"`) //nolint:gosec // escaped here
}

func writeInboxJSON(w http.ResponseWriter, r *http.Request, messages []InboxMessage) {
	body, err := json.Marshal(messages)
	if err != nil {
		fail(w, r, "encoding the development inbox", err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body) // the reader has gone: nobody is left to tell
}

// newestFirst returns a sorted copy in which neither the list nor a message's headers are nil: both become JSON.
func newestFirst(messages []InboxMessage) []InboxMessage {
	sorted := append([]InboxMessage{}, messages...)
	for i := range sorted {
		if sorted[i].Headers == nil {
			sorted[i].Headers = map[string]string{}
		}
	}
	slices.SortStableFunc(sorted, func(a, b InboxMessage) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return sorted
}

// wantsJSON ignores quality values: browsers name text/html, and programs name application/json alone.
func wantsJSON(r *http.Request) bool {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}
