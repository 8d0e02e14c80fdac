package sms

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"text/template"
	"unicode"

	"assent/locale"
)

//go:embed templates
var templateFiles embed.FS

// Kind says which message to write. The value is the name of the template file.
type Kind string

// ConfirmSubscription asks the owner of the number whether the sign-up was theirs.
const ConfirmSubscription Kind = "confirm"

// Links are absolute http or https URLs.
type Links struct {
	Confirm     string
	Unsubscribe string
}

// Render writes one text message in the nearest locale there is (BCP 47; English at last). Beside the links and a site
// name of up to 20 characters, it stays within the 160 characters of one message. It returns an error, which never holds
// a link, for an unknown kind, a site name that is not one line, or a link that is not absolute.
func Render(kind Kind, siteName, wanted string, links Links) (string, error) {
	if strings.TrimSpace(siteName) == "" || strings.ContainsFunc(siteName, unicode.IsControl) {
		return "", errors.New("checking a text message: the site name must be one line of text")
	}
	if !isLink(links.Confirm) || !isLink(links.Unsubscribe) {
		return "", errors.New("checking a text message: links must be absolute http or https URLs")
	}
	message, err := template.ParseFS(templateFiles, "templates/"+nearest(wanted)+"/"+string(kind)+".txt.tmpl")
	if err != nil {
		return "", fmt.Errorf("reading the text message %q: %w", kind, err)
	}
	var text strings.Builder
	err = message.Execute(&text, struct {
		Site  string
		Links Links
	}{siteName, links})
	if err != nil {
		return "", fmt.Errorf("rendering a text message: %w", err)
	}
	return strings.TrimSpace(text.String()), nil
}

// nearest is the folder of the nearest locale there are words for.
func nearest(wanted string) string {
	folders, err := fs.ReadDir(templateFiles, "templates")
	if err != nil {
		panic(err) // embedded files are always readable
	}
	have := make([]string, len(folders))
	for i, folder := range folders {
		have[i] = folder.Name()
	}
	return locale.Nearest(have, wanted)
}

func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(s, " \t")
}
