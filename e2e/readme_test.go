package e2e

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What of README.md is repeated: blocks with what they print, and the parts of a command.
var (
	bannerBlock  = regexp.MustCompile("(?s)```sh\ngo run \\.\n```\n\n```text\n(.*?)```")
	quickStart   = regexp.MustCompile("(?s)```sh\n([^`]*curl [^`]*)```\n\n```json\n(.*?)\n```")
	headerOfCurl = regexp.MustCompile(`-H ['"]([\w-]+): ([^'"]+)['"]`)
	bodyOfCurl   = regexp.MustCompile(`(?s)-d '(.*)'`)
	tokenCommand = regexp.MustCompile(`go run \. (token [^)]*)\)`)
)

// What a newcomer types, and sees.
func TestTheQuickStartOfTheReadmeIsTrue(t *testing.T) {
	t.Parallel()
	s := openEmbedded(t)
	defer s.close(t)
	readme := readFile(t, filepath.Join("..", "README.md"))
	s.greetsAs(t, bannerBlock.FindStringSubmatch(readme))
	examples := quickStart.FindAllStringSubmatch(readme, -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples with their answers were found, want 2", len(examples))
	}
	newcomer := s.visitor(t).at("")
	newcomer.repeats(examples[0][1], examples[0][2])
	newcomer.at(double).does(confirm(s.linkTo(t, confirmPage, "eve@example.com")), "OK", granted("EMAIL"))
	newcomer.repeats(examples[1][1], examples[1][2])
}

// greetsAs wants every line in the banner, but for the secrets and where it runs.
func (s *shop) greetsAs(t *testing.T, block []string) {
	t.Helper()
	if block == nil {
		t.Fatal("what go run . prints was not found")
	}
	banner := readFile(t, s.banner)
	for line := range strings.Lines(block[1]) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "http://localhost:8080", s.url)
		line, _, _ = strings.Cut(line, "./data")
		if !strings.Contains(line, "…") && !strings.Contains(banner, line) {
			t.Errorf("the banner does not say %q:\n%s", line, banner)
		}
	}
}

// repeats sends what curl would send and wants the answer.
func (c *client) repeats(command, want string) {
	c.t.Helper()
	for _, h := range headerOfCurl.FindAllStringSubmatch(command, -1) {
		c = c.with(h[1], strings.ReplaceAll(h[2], "$TOKEN", c.tokenOf(command)))
	}
	body := bodyOfCurl.FindStringSubmatch(command)
	if body == nil || !strings.Contains(command, "http://localhost:8080/graphql") {
		c.t.Fatalf("this cannot be repeated:\n%s", command)
	}
	c.do(http.MethodPost, "/graphql", body[1]).wants(c.t, want)
}

// tokenOf is what the command for a login prints; empty when there is none.
func (c *client) tokenOf(command string) string {
	c.t.Helper()
	m := tokenCommand.FindStringSubmatch(command)
	if m == nil {
		return ""
	}
	folder := filepath.Dir(strings.TrimPrefix(c.shop.database, "sqlite://"))
	login, failure := run(c.t, []string{"DATA_DIR=" + folder}, strings.Fields(m[1])...)
	if failure != "" {
		c.t.Fatal(failure)
	}
	return strings.TrimSpace(login)
}
