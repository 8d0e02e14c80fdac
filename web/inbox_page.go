package web

import (
	"embed"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"
)

//go:embed inbox.html inbox.css
var inboxFiles embed.FS

// inboxPolicy lets no script run. Inline styles are allowed because a message's HTML is shown in a frame that inherits
// this policy, and mail is styled inline; images because a shop's logo may be anywhere. The frame's sandbox keeps a
// message from using the form that the page may have.
const inboxPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// openLinksOutside makes the links of a framed message open in a new tab: the pages they lead to refuse to be framed.
const openLinksOutside = `<base target="_blank">`

// What can be shown of a message.
const (
	viewHTML    = "html"
	viewText    = "text"
	viewHeaders = "headers"
)

// inboxPage is the inbox as its template sees it. It works without script: choosing something is following a link.
type inboxPage struct {
	To         string   // the filter; may be empty
	Recipients []string // of all messages
	Messages   []InboxMessage
	Chosen     string        // id that the reader asked for; empty at first
	Message    *InboxMessage // the one to show: the chosen one, or else the newest; nil when there is none
	View       string
	now        time.Time
}

// choose selects a message by its id, and what to show of it. Text messages have no HTML.
func (p *inboxPage) choose(id, view string) {
	p.Chosen, p.View = id, view
	at := 0
	if id != "" {
		at = slices.IndexFunc(p.Messages, func(m InboxMessage) bool { return m.ID == id })
	}
	if at < 0 || at >= len(p.Messages) {
		return
	}
	p.Message = &p.Messages[at]
	if views := p.Views(); !slices.Contains(views, view) {
		p.View = views[0]
	}
}

// Views are what there is to see of the message, the best first.
func (p *inboxPage) Views() []string {
	views := []string{viewText}
	if p.Message.HTML != "" {
		views = []string{viewHTML, viewText}
	}
	if len(p.Message.Headers) > 0 {
		views = append(views, viewHeaders)
	}
	return views
}

// Link leads to a view of a message. The fragment keeps the message in sight in a long list.
func (p *inboxPage) Link(id, view string) string {
	query := url.Values{"message": {id}}
	if view != "" {
		query.Set("view", view)
	}
	if p.To != "" {
		query.Set("to", p.To)
	}
	return "?" + query.Encode() + "#m-" + url.PathEscape(id)
}

// Age says how old a message is, as a reader would.
func (p *inboxPage) Age(m InboxMessage) string {
	switch age := p.now.Sub(m.CreatedAt); {
	case age < time.Minute:
		return "just now"
	case age < time.Hour:
		return fmt.Sprintf("%d min ago", age/time.Minute)
	case age < 24*time.Hour:
		return fmt.Sprintf("%d h ago", age/time.Hour)
	default:
		return m.CreatedAt.UTC().Format("2 Jan 2006")
	}
}

// titleOf is the subject, or the first line of a message that has none.
func titleOf(m InboxMessage) string {
	if m.Subject != "" {
		return m.Subject
	}
	line, _, _ := strings.Cut(strings.TrimSpace(m.Text), "\n")
	if line == "" {
		return m.Channel + " message"
	}
	return line
}

func inboxTemplate() *template.Template {
	css, err := inboxFiles.ReadFile("inbox.css")
	if err != nil {
		panic(err) // embedded files are always readable
	}
	return template.Must(template.New("inbox.html").Funcs(template.FuncMap{
		"css":     func() template.CSS { return template.CSS(css) }, //nolint:gosec // a file of ours
		"srcdoc":  srcdoc,
		"linkify": linkify,
		"title":   titleOf,
	}).ParseFS(inboxFiles, "inbox.html"))
}

// srcdoc escapes by itself: html/template would strip the tags of a message in an attribute.
func srcdoc(message string) template.HTMLAttr {
	return template.HTMLAttr(`srcdoc="` + html.EscapeString(openLinksOutside+message) + `"`) //nolint:gosec // escaped here
}
