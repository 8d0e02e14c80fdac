package e2e

import (
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/store/storetest"
)

// TestEmbedded is what a developer sees who has just typed `go run .`.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	s := &shop{process: start(t, "DATA_DIR="+folder), db: storetest.Raw(t, "sqlite://"+filepath.Join(folder, "assent.db"))}
	defer s.close(t)
	banner := readFile(t, s.banner)
	for _, seen := range []struct {
		promise string
		show    func(c *client, banner, folder string)
	}{
		{"the banner says where to click", (*client).isGreeted},
		{"the banner's token is a customer whom every channel reaches", (*client).usesBannerToken},
		{"the banner's example works as printed", (*client).repeatsExample},
		{"the token command signs logins that work", (*client).usesTokenCommand},
		{"the inbox lists messages, newest first, with the promised keys", (*client).listsInbox},
		{"the query editor needs nothing from elsewhere", (*client).opensEditor},
		{"the schema can be looked at", (*client).looksAtSchema},
		{"pages that hold a login or messages answer to names of this machine only", (*client).comesByAnotherName},
		{"nobody else on the machine can read what is kept", (*client).keepsPrivate},
	} {
		t.Run(seen.promise, func(t *testing.T) { seen.show(s.visitor(t).at(""), banner, folder) })
	}
}

func (c *client) isGreeted(banner, folder string) {
	c.t.Helper()
	key := strings.TrimSpace(readFile(c.t, filepath.Join(folder, "admin_api_key")))
	for _, want := range []string{c.shop.url + "/\n", c.shop.url + "/sign-up\n", c.shop.url + "/graphql\n", c.shop.url + "/dev/inbox\n", folder, key} {
		if !strings.Contains(banner, want) {
			c.t.Errorf("no %q in the banner:\n%s", want, banner)
		}
	}
}

func (c *client) usesBannerToken(banner, _ string) {
	c.t.Helper()
	c = c.with("Authorization", "Bearer "+regexp.MustCompile(`eyJ\S+`).FindString(banner))
	c.send(`{ customer { id } }`, nil).wants(c.t, `{"data":{"customer":{"id":"demo-customer"}}}`)
	c.setsEveryChannel()
}

func (c *client) setsEveryChannel() {
	c.t.Helper()
	for _, channel := range []string{"EMAIL", "SMS", "POST", "THIRD_PARTY"} {
		op := update(channel, true, "")
		c.send(op.document, op.variables).wants(c.t, `{"data":{"updateMarketingPreferences":{"error":null}}}`)
	}
}

func (c *client) repeatsExample(banner, _ string) {
	c.t.Helper()
	example := regexp.MustCompile(`(?s)-H 'X-Site-Id: (.+?)' -d '(.+?)'`).FindStringSubmatch(banner)
	if example == nil {
		c.t.Fatalf("no example in the banner:\n%s", banner)
	}
	got := c.at(example[1]).do(http.MethodPost, "/graphql", example[2])
	got.wants(c.t, `{"data":{"signUpForMarketing":"REQUIRES_VERIFICATION"}}`)
}

func (c *client) usesTokenCommand(_, folder string) {
	c.t.Helper()
	login, failure := run(c.t, []string{"DATA_DIR=" + folder}, "token", "--sub", "c-1", "--email", "ada@mail.example",
		"--phone", "+447400123456", "--address", "1 High Street", "--name", "Ada")
	if failure != "" {
		c.t.Fatal(failure)
	}
	c = c.with("Authorization", "Bearer "+strings.TrimSpace(login))
	c.send(`{ customer { id } }`, nil).wants(c.t, `{"data":{"customer":{"id":"c-1"}}}`)
	c.setsEveryChannel()
}

func (c *client) looksAtSchema(_, _ string) {
	c.t.Helper()
	c.send(`{ __schema { queryType { name } } }`, nil).wants(c.t, `{"data":{"__schema":{"queryType":{"name":"Query"}}}}`)
}

// wants compares the whole answer.
func (r reply) wants(t *testing.T, body string) {
	t.Helper()
	if got := strings.TrimSpace(r.body); got != body || r.status != http.StatusOK {
		t.Errorf("got %d %s, want %s", r.status, got, body)
	}
}

func (c *client) listsInbox(_, _ string) {
	c.t.Helper()
	for _, email := range []string{"first@mail.example", "second@mail.example"} {
		op := signUp("EMAIL", email)
		c.send(op.document, op.variables).wants(c.t, `{"data":{"signUpForMarketing":"OK"}}`)
	}
	var messages []map[string]any
	got := c.with("Accept", "application/json").do(http.MethodGet, "/dev/inbox", "")
	if err := json.Unmarshal([]byte(got.body), &messages); err != nil || len(messages) < 2 {
		c.t.Fatalf("the inbox answers %d %s", got.status, got.body)
	}
	keys := []string{"channel", "created_at", "headers", "html", "id", "subject", "text", "to"}
	for _, m := range messages {
		if got := slices.Sorted(maps.Keys(m)); !slices.Equal(got, keys) {
			c.t.Errorf("a message has the keys %v, want %v", got, keys)
		}
		if _, err := time.Parse(time.RFC3339Nano, m["created_at"].(string)); err != nil {
			c.t.Errorf("created_at: %v", err)
		}
	}
	if messages[0]["to"] != "second@mail.example" || messages[1]["to"] != "first@mail.example" {
		c.t.Errorf("the inbox begins with %v and %v", messages[0]["to"], messages[1]["to"])
	}
	page := c.with("Accept", "text/html").do(http.MethodGet, "/dev/inbox", "")
	if page.status != http.StatusOK || !strings.Contains(page.body, "second@mail.example") {
		c.t.Errorf("as a page the inbox answers %d", page.status)
	}
}

// opensEditor follows everything that the page loads.
func (c *client) opensEditor(_, _ string) {
	c.t.Helper()
	page := c.with("Accept", "text/html").do(http.MethodGet, "/", "")
	if page.status != http.StatusOK || !strings.Contains(page.body, "GraphiQL") {
		c.t.Fatalf("the page answers %d %.200s", page.status, page.body)
	}
	if foreign := regexp.MustCompile(`(src|href)=["']?(https?:)?//`).FindString(page.body); foreign != "" {
		c.t.Errorf("the page loads from elsewhere: %s", foreign)
	}
	policy := page.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "http") {
		c.t.Errorf("the page may load from elsewhere: %s", policy)
	}
	loads := regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(page.body, -1)
	if len(loads) == 0 {
		c.t.Error("the page loads nothing")
	}
	for _, load := range loads {
		if got := c.do(http.MethodGet, load[1], ""); got.status != http.StatusOK || got.body == "" {
			c.t.Errorf("%s answers %d", load[1], got.status)
		}
	}
}

func (c *client) keepsPrivate(_, folder string) {
	c.t.Helper()
	must(c.t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			c.t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	}))
}

// comesByAnotherName is what the page of a stranger does whose name leads here.
func (c *client) comesByAnotherName(_, _ string) {
	c.t.Helper()
	for _, page := range []string{"/", "/demo", "/demo/account", "/dev/inbox"} {
		for host, want := range map[string]int{
			"evil.example": http.StatusMisdirectedRequest, "localhost.evil.example:8080": http.StatusMisdirectedRequest,
			"localhost:1234": http.StatusOK, "shop.localhost:1234": http.StatusOK, "127.0.0.1": http.StatusOK, "[::1]:8080": http.StatusOK, "192.168.0.7:8080": http.StatusOK,
		} {
			if got := c.atHost(host).do(http.MethodGet, page, ""); got.status != want {
				c.t.Errorf("%s at %s answers %d, want %d", page, host, got.status, want)
			}
		}
	}
}
