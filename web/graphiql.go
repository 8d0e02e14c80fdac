package web

import (
	"bytes"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
)

//go:embed graphiql.html starter/*.graphql
var graphiqlFiles embed.FS

// graphiqlConfig is what static/graphiql/start.js reads from the page.
type graphiqlConfig struct {
	Endpoint string            `json:"endpoint"`
	Headers  map[string]string `json:"headers"`
	Tabs     []string          `json:"tabs"`
	Inbox    string            `json:"inbox"` // path of the development inbox; empty: there is none
}

// GraphiQL answers with a query editor for the GraphQL endpoint, a path on the same origin such as "/graphql".
// Each starter tab is prefilled with headers, asked for whenever the page is loaded, since credentials expire. Everybody
// who can open the page can read them: return development credentials only. Without headers (nil) the page is that of a
// service at work: no starter tabs, which are about the demo shop, and no development inbox. The page loads its script
// and style from Static.
func GraphiQL(endpoint string, headers func() (map[string]string, error), log *slog.Logger) http.Handler {
	page := template.Must(template.ParseFS(graphiqlFiles, "graphiql.html"))
	tabs := starterTabs()
	return handler(log, func(w http.ResponseWriter, r *http.Request) error {
		config := graphiqlConfig{Endpoint: endpoint, Headers: map[string]string{}, Tabs: []string{}}
		if headers != nil {
			prefilled, err := headers()
			if err != nil {
				return fmt.Errorf("preparing the headers of the query editor: %w", err)
			}
			config.Headers, config.Tabs, config.Inbox = prefilled, tabs, "/dev/inbox"
		}
		data := struct {
			Config graphiqlConfig
			Nonce  string
		}{config, rand.Text()}
		policy := fmt.Sprintf("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src data:; "+
			"font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", data.Nonce)
		return writePage(w, r, page, policy, data)
	})
}

// starterTabs returns the queries of the starter folder in the order of their file names.
func starterTabs() []string {
	names, err := fs.Glob(graphiqlFiles, "starter/*.graphql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	tabs := make([]string, len(names))
	for i, name := range names {
		text, err := graphiqlFiles.ReadFile(name)
		if err != nil {
			panic(err) // listed by the same embedded file system
		}
		tabs[i] = string(bytes.TrimSpace(text))
	}
	return tabs
}
