package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// badRequest is a request that must be refused before anything is executed.
type badRequest struct {
	name    string
	method  string // POST unless given
	path    string // /graphql unless given
	headers map[string]string
	body    string
	status  int
	code    string
}

// TestProtocol sends requests that are wrong as such. A sign-up is in every one
// of them, and none may be carried out.
func TestProtocol(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		email := s.email("eve")
		valid := body(t, signUp("EMAIL", email))
		for _, bad := range append(badHTTP(valid), badDocuments(t, email)...) {
			t.Run(bad.name, func(t *testing.T) { s.visitor(t).isRefused(bad) })
		}
		s.visitor(t).knows(email, isNotAMember)
	})
}

func body(t *testing.T, op operation) string {
	t.Helper()
	return graphQL(t, op.document, op.variables)
}

func (c *client) isRefused(bad badRequest) {
	c.t.Helper()
	for name, value := range bad.headers {
		c = c.with(name, value)
	}
	if bad.method == "" {
		bad.method = http.MethodPost
	}
	if bad.path == "" {
		bad.path = "/graphql"
	}
	before := c.shop.tables(c.t)
	got := c.do(bad.method, bad.path, bad.body)
	if got.status != bad.status {
		c.t.Errorf("answered with %d %s, want %d", got.status, got.body, bad.status)
	}
	if bad.code != "" && !got.isError(bad.code, "") {
		c.t.Errorf("answered with %s, want one error %s", got.body, bad.code)
	}
	if len(got.Data) > 0 || strings.Contains(got.body, mailDomain) {
		c.t.Errorf("the answer has data, or repeats what was sent: %s", got.body)
	}
	if bad.status == http.StatusMethodNotAllowed && got.header.Get("Allow") == "" {
		c.t.Error("the answer does not say which methods are allowed")
	}
	c.shop.wantUnchanged(c.t, before)
}

const (
	parseFailed      = "GRAPHQL_PARSE_FAILED"
	validationFailed = "GRAPHQL_VALIDATION_FAILED"
)

// badHTTP are requests that hold no GraphQL request.
func badHTTP(valid string) []badRequest {
	var params struct {
		Query     string
		Variables json.RawMessage
	}
	if err := json.Unmarshal([]byte(valid), &params); err != nil {
		panic(err) // it was made by us
	}
	query := url.Values{"query": {params.Query}, "variables": {string(params.Variables)}}.Encode()
	as := func(contentType string) map[string]string { return map[string]string{"Content-Type": contentType} }
	return []badRequest{
		{name: "a batch", body: "[" + valid + "]", status: 400, code: parseFailed},
		{name: "a batch of two", body: "[" + valid + "," + valid + "]", status: 400, code: parseFailed},
		{name: "broken JSON", body: valid[:len(valid)-2], status: 400, code: parseFailed},
		{name: "no body", body: "", status: 400, code: parseFailed},
		{name: "null", body: "null", status: 400, code: parseFailed},
		{name: "a text", body: `"mutation"`, status: 400, code: parseFailed},
		{name: "no query", body: `{"variables":{}}`, status: 400, code: parseFailed},
		{name: "a query that is no text", body: `{"query":7}`, status: 400, code: parseFailed},
		{name: "variables that are no object", body: `{"query":"{site{id}}","variables":[]}`, status: 400, code: parseFailed},
		{name: "more JSON behind the request", body: valid + valid, status: 400, code: parseFailed},
		{name: "rubbish behind the request", body: valid + "x", status: 400, code: parseFailed},
		{name: "bytes that are not UTF-8", body: strings.Replace(valid, "eve", "ev\xff", 1), status: 400, code: parseFailed},
		{name: "a body that is too large", body: valid + strings.Repeat(" ", 96<<10), status: 413, code: parseFailed},
		{name: "the content type of a form", body: query, headers: as("application/x-www-form-urlencoded"), status: 415, code: parseFailed},
		{name: "plain text", body: valid, headers: as("text/plain"), status: 415, code: parseFailed},
		{name: "the content type of a document", body: params.Query, headers: as("application/graphql"), status: 415, code: parseFailed},
		{name: "an upload", body: valid, headers: as("multipart/form-data; boundary=x"), status: 415, code: parseFailed},
		{name: "no content type", body: valid, headers: as(""), status: 415, code: parseFailed},
		{name: "another character set", body: valid, headers: as("application/json; charset=utf-16"), status: 415, code: parseFailed},
		{name: "a mutation with GET", method: "GET", path: "/graphql?" + query, status: 405, code: validationFailed},
		{name: "a mutation with HEAD", method: "HEAD", path: "/graphql?" + query, status: 405},
		{name: "a mutation with PUT", method: "PUT", body: valid, status: 405, code: parseFailed},
		{name: "a mutation with DELETE", method: "DELETE", path: "/graphql?" + query, status: 405, code: parseFailed},
		{name: "GET with variables that are no JSON", method: "GET", path: "/graphql?query=%7Bsite%7Bid%7D%7D&variables=x", status: 400, code: parseFailed},
		{name: "GET without a query", method: "GET", status: 400, code: parseFailed},
	}
}

// badDocuments are GraphQL requests that must not be executed.
func badDocuments(t *testing.T, email string) []badRequest {
	op := signUp("EMAIL", email)
	field := op.field + "(input: $input)"
	send := func(document string) string {
		op.document = document
		return body(t, op)
	}
	head := "mutation($input: SignUpForMarketingInput!) "
	named := "mutation %s($input: SignUpForMarketingInput!) { " + field + " } "
	return []badRequest{
		{name: "two mutations", body: send(head + "{ a: " + field + " b: " + field + " }"), status: 400, code: validationFailed},
		{name: "two different mutations", body: send(head + "{ " + field + ` unsubscribeSmsMarketing(phoneNumber: "+447400123456") }`),
			status: 400, code: validationFailed},
		{name: "a second mutation in a fragment", status: 400, code: validationFailed,
			body: send(head + "{ " + field + " ...more } fragment more on Mutation { b: " + field + " }")},
		{name: "a second mutation in an inline fragment", status: 400, code: validationFailed,
			body: send(head + "{ " + field + " ... on Mutation { b: " + field + " } }")},
		{name: "two operations without a choice", body: send(fmt.Sprintf(named+named, "a", "b")), status: 400},
		{name: "a subscription", body: send("subscription { " + op.field + " }"), status: 400},
		{name: "a document that is no GraphQL", body: send("mutation { " + email), status: 400, code: parseFailed},
		{name: "an unknown field", body: send(head + "{ " + field + " deleteEverything }"), status: 400, code: validationFailed},
		{name: "a variable that is not declared", body: send("mutation { " + field + " }"), status: 400, code: validationFailed},
		{name: "a document of too many tokens", body: send(head + "{ " + field + " }" + strings.Repeat(" query { site { id } }", 100)), status: 400},
		{name: "a query of too many fields", body: send("{ site { id " + strings.Repeat("id ", 400) + "} }"), status: 400},
		{name: "fragments that spread each other", status: 400,
			body: send("{ ...a } fragment a on Query { ...b site { id } } fragment b on Query { ...a }")},
	}
}
