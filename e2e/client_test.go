package e2e

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

// What every client sends: evidence shows how it is kept.
const (
	clientAddress = clientNetwork + ".77"
	userAgent     = "Browser/1.0 (e2e)"
)

// responseType is the media type of answers whose status tells whether the
// document was executed.
const responseType = "application/graphql-response+json"

// client is one person's browser at one storefront.
type client struct {
	t      *testing.T
	shop   *shop
	header http.Header
	host   string // sent in place of the real one unless empty
}

// visitor is somebody at the demo site who is not logged in.
func (s *shop) visitor(t *testing.T) *client {
	return &client{t: t, shop: s, header: http.Header{
		"Content-Type": {"application/json"}, "Accept": {responseType}, "User-Agent": {userAgent},
		"X-Forwarded-For": {clientAddress}, "X-Site-Id": {single},
	}}
}

// customer is somebody at the demo site who is logged in with the claims.
func (s *shop) customer(t *testing.T, c claims) *client {
	t.Helper()
	return s.visitor(t).with("Authorization", "Bearer "+s.login(t, c))
}

// with is the same client with one header different; an empty value removes it.
func (c *client) with(name, value string) *client {
	changed := *c
	changed.header = maps.Clone(c.header)
	changed.header.Set(name, value)
	if value == "" {
		changed.header.Del(name)
	}
	return &changed
}

// at is the same client at another site.
func (c *client) at(site string) *client { return c.with("X-Site-Id", site) }

// atHost is the same client naming no site but the host it came by.
func (c *client) atHost(host string) *client {
	changed := c.at("")
	changed.host = host
	return changed
}

// reply is an answer of the program.
type reply struct {
	status int
	header http.Header
	body   string

	Data       map[string]json.RawMessage `json:"data"`
	Errors     []problem                  `json:"errors"`
	Extensions map[string]any             `json:"extensions"`
}

type problem struct {
	Message    string         `json:"message"`
	Extensions map[string]any `json:"extensions"`
}

// send asks for one GraphQL operation.
func (c *client) send(document string, variables map[string]any) reply {
	c.t.Helper()
	return c.do(http.MethodPost, "/graphql", graphQL(c.t, document, variables))
}

// graphQL is the body of a GraphQL request.
func graphQL(t *testing.T, document string, variables map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	must(t, err)
	return string(body)
}

// do makes any request.
func (c *client) do(method, path, body string) reply {
	c.t.Helper()
	r, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// try makes a request that may get no answer.
func (c *client) try(method, path, body string) (reply, error) {
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.shop.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	request.Header, request.Host = c.header, c.host
	response, err := (&http.Client{Timeout: 30 * time.Second, CheckRedirect: stay}).Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	r := reply{status: response.StatusCode, header: response.Header, body: string(text)}
	if err == nil && strings.Contains(response.Header.Get("Content-Type"), "json") && strings.HasPrefix(r.body, `{`) {
		err = json.Unmarshal(text, &r)
	}
	return r, err
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// sees makes a query and wants its data, written without spaces. Reading writes
// nothing.
func (c *client) sees(query, want string) {
	c.t.Helper()
	before := c.shop.tables(c.t)
	got := c.send(query, nil)
	data, err := json.Marshal(got.Data)
	if err != nil {
		c.t.Fatal(err)
	}
	if len(got.Errors) > 0 || got.status != http.StatusOK || string(data) != want {
		c.t.Errorf("%s\n got %d %s\nwant %s", query, got.status, got.body, want)
	}
	c.shop.wantUnchanged(c.t, before)
}
