package docs_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	target  = regexp.MustCompile(`<a id="([^"]+)">`)
	code    = regexp.MustCompile("`[^`]*`")
)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	anchors := map[string]map[string]bool{}
	for _, p := range pages(t) {
		anchors[p.path] = p.anchors()
	}
	for _, p := range pages(t) {
		for _, to := range p.links() {
			if problem := p.broken(to, anchors); problem != "" {
				t.Errorf("%s: (%s) %s", p.path, to, problem)
			}
		}
	}
}

// links are those to other places in the repository. What code says in brackets is none.
func (p page) links() []string {
	var links []string
	for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(p.prose(), "`code`"), -1) {
		if !strings.Contains(m[1], "://") && !strings.HasPrefix(m[1], "mailto:") {
			links = append(links, m[1])
		}
	}
	return links
}

// broken says what is wrong with a link; empty when it leads somewhere.
func (p page) broken(to string, anchors map[string]map[string]bool) string {
	file, anchor, _ := strings.Cut(to, "#")
	if file == "" {
		file = p.path
	} else {
		file = path.Join(path.Dir(p.path), file)
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
		return "there is no such file"
	}
	if anchor != "" && !anchors[file][anchor] {
		return "there is no such heading"
	}
	return ""
}

// anchors are the names under which the headings of a page can be linked to.
func (p page) anchors() map[string]bool {
	anchors := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(p.prose(), -1) {
		name := slug(m[1])
		for n, plain := 1, name; anchors[name]; n++ {
			name = fmt.Sprintf("%s-%d", plain, n)
		}
		anchors[name] = true
	}
	for _, m := range target.FindAllStringSubmatch(p.prose(), -1) {
		anchors[m[1]] = true
	}
	return anchors
}

// slug is what GitHub makes of a heading: lower case, hyphens for spaces, no other punctuation.
func slug(heading string) string {
	heading = link.ReplaceAllString(heading, "]")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
}

func TestHeadingsAreLinkedToAsGitHubNamesThem(t *testing.T) {
	for heading, want := range map[string]string{
		"In a storefront":                      "in-a-storefront",
		"2. Consents are the fold":             "2-consents-are-the-fold",
		"`signUpForMarketing`":                 "signupformarketing",
		"Who, why and where?":                  "who-why-and-where",
		"GET /sites/{siteId}":                  "get-sitessiteid",
		"[Unreleased](https://shop.example/x)": "unreleased",
		"That wasn’t me — or was it":           "that-wasnt-me--or-was-it",
	} {
		if got := slug(heading); got != want {
			t.Errorf("%q: got %q, want %q", heading, got, want)
		}
	}
}
