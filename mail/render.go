package mail

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"strings"
	texttemplate "text/template"
)

//go:embed templates
var templateFiles embed.FS

// Renderer holds the parsed templates of all locales. It is safe for concurrent use.
type Renderer struct {
	locales map[string]map[Kind]layouts
}

// layouts are the two forms of one kind of message in one locale.
type layouts struct {
	text *texttemplate.Template
	html *htmltemplate.Template
}

// NewRenderer parses all templates. It returns an error when a locale lacks a file.
func NewRenderer() (*Renderer, error) {
	folders, err := fs.ReadDir(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("listing mail locales: %w", err)
	}
	r := &Renderer{locales: map[string]map[Kind]layouts{}}
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		r.locales[folder.Name()], err = parseLocale("templates/" + folder.Name())
		if err != nil {
			return nil, fmt.Errorf("parsing mail locale %s: %w", folder.Name(), err)
		}
	}
	return r, nil
}

func parseLocale(folder string) (map[Kind]layouts, error) {
	kinds := map[Kind]layouts{}
	for _, kind := range []Kind{ConfirmSubscription, Welcome, AlreadySubscribed, AlreadyEntered} {
		files := []string{folder + "/common.tmpl", folder + "/" + string(kind) + ".tmpl"}
		text, err := texttemplate.ParseFS(templateFiles, append([]string{"templates/layout.txt.tmpl"}, files...)...)
		if err != nil {
			return nil, err
		}
		html, err := htmltemplate.ParseFS(templateFiles, append([]string{"templates/layout.html.tmpl"}, files...)...)
		if err != nil {
			return nil, err
		}
		kinds[kind] = layouts{text: text, html: html}
	}
	return kinds, nil
}

// Render writes one message. It returns an error, which names the fields and never their values, for a message that
// would make a broken mail: an unknown kind, a missing link, a line break in something that becomes a header.
func (r *Renderer) Render(m Message) (Rendered, error) {
	if err := check(m); err != nil {
		return Rendered{}, fmt.Errorf("checking a mail: %w", err)
	}
	data := r.words(m)
	layout, known := r.locales[data.Locale][m.Kind]
	if !known {
		return Rendered{}, fmt.Errorf("rendering a mail: unknown kind %q", m.Kind)
	}
	return layout.render(data, headers(m))
}

func (l layouts) render(data words, headers map[string]string) (Rendered, error) {
	var subject, text, html strings.Builder
	if err := l.text.ExecuteTemplate(&subject, "subject", data); err != nil {
		return Rendered{}, fmt.Errorf("rendering a subject: %w", err)
	}
	if err := l.text.Execute(&text, data); err != nil {
		return Rendered{}, fmt.Errorf("rendering a plain text: %w", err)
	}
	if err := l.html.Execute(&html, data); err != nil {
		return Rendered{}, fmt.Errorf("rendering HTML: %w", err)
	}
	return Rendered{Subject: subject.String(), Text: text.String(), HTML: html.String(), Headers: headers}, nil
}
