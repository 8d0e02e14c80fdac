package graph_test

import (
	"net/http"
	"net/url"
	"testing"

	"assent/graph"
)

const (
	siteID   = "query A {site{id}}"
	siteName = "query B {site{name}}"
)

// only lets nothing but the documents be executed.
func only(t testing.TB, documents ...string) func(*setup) {
	t.Helper()
	operations, err := graph.ParseOperations([]byte(listed(t, documents...)))
	if err != nil {
		t.Fatal(err)
	}
	return func(s *setup) { s.Operations = operations }
}

// named is a request that names its document, and sends it too unless that is empty.
func named(t testing.TB, hash, document, variables string) string {
	t.Helper()
	query := ""
	if document != "" {
		query = `"query":` + quote(t, document) + `,`
	}
	return `{` + query + `"variables":` + variables + `,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}}`
}

func TestOnlyListedOperationsAreExecuted(t *testing.T) {
	d := open(t, only(t, siteID, signUp), introspectable)
	want := `{"site":{"id":"` + shop().ID.String() + `"}}`
	d.ask(t, siteID, "").wantData(t, want)
	d.post(t, named(t, hashOf(siteID), "", "{}")).wantData(t, want)
	d.post(t, named(t, hashOf(siteID), siteID, "{}")).wantData(t, want)
	extensions := url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"` + hashOf(siteID) + `"}}`)
	d.send(t, http.MethodGet, "/graphql?extensions="+extensions, "").wantData(t, want)
	d.post(t, named(t, hashOf(signUp), "", in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`))).wantData(t, `{"signUpForMarketing":"OK"}`)
	d.store.changes = nil

	for _, document := range []string{siteName, siteID + " ", "{__schema{queryType{name}}}", introspectionQuery, "{", "{nothing}"} {
		d.ask(t, document, "").wantRefused(t, 400, "PERSISTED_QUERY_REQUIRED")
	}
	for _, hash := range []string{hashOf(siteName), "x"} {
		got := d.post(t, named(t, hash, "", "{}"))
		got.wantRefused(t, 400, "PERSISTED_QUERY_NOT_FOUND")
		if got.errors[0].Message != "PersistedQueryNotFound" {
			t.Errorf("Apollo's client does not understand %s", got.text)
		}
	}
	d.post(t, named(t, hashOf(siteID), signUp, "{}")).wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
	mutation := url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"` + hashOf(signUp) + `"}}`)
	variables := url.QueryEscape(in(`"type":"EMAIL"`, `"contactDetails":"a@example.com"`))
	d.send(t, http.MethodGet, "/graphql?extensions="+mutation+"&variables="+variables, "").wantRefused(t, 405, "GRAPHQL_VALIDATION_FAILED")
	if d.store.written() > 0 {
		t.Error("something was written")
	}
}

func TestWithoutAListOperationsCannotBeNamed(t *testing.T) {
	d := open(t)
	got := d.post(t, named(t, hashOf(siteID), "", "{}"))
	got.wantRefused(t, 400, "PERSISTED_QUERY_NOT_SUPPORTED")
	if got.errors[0].Message != "PersistedQueryNotSupported" {
		t.Errorf("Apollo's client does not understand %s", got.text)
	}
	d.post(t, named(t, hashOf(siteID), siteID, "{}")).wantData(t, `{"site":{"id":"`+shop().ID.String()+`"}}`)
	d.post(t, named(t, hashOf(siteName), siteID, "{}")).wantRefused(t, 400, "GRAPHQL_VALIDATION_FAILED")
}

func TestClientsOfTheOlderMediaTypeAreToldWithStatus200(t *testing.T) {
	d := open(t)
	got := d.post(t, named(t, hashOf(siteID), "", "{}"), "Accept", "application/json")
	got.wantRefused(t, 200, "PERSISTED_QUERY_NOT_SUPPORTED")
}

func TestAnExtensionThatNamesNothingIsRefused(t *testing.T) {
	d := open(t, only(t, siteID))
	for _, extension := range []string{
		"7", "[]", `"x"`, "{}", `{"version":1}`, `{"sha256Hash":7}`, `{"version":2,"sha256Hash":"` + hashOf(siteID) + `"}`,
		`{"version":"1","sha256Hash":"` + hashOf(siteID) + `"}`,
	} {
		d.post(t, `{"extensions":{"persistedQuery":`+extension+`}}`).wantRefused(t, 400, "GRAPHQL_PARSE_FAILED")
	}
	d.post(t, `{"extensions":{"persistedQuery":null}}`).wantRefused(t, 400, "GRAPHQL_PARSE_FAILED")
	d.post(t, `{"extensions":{"persistedQuery":{"sha256Hash":"`+hashOf(siteID)+`"}}}`).wantData(t, `{"site":{"id":"`+shop().ID.String()+`"}}`)
}
