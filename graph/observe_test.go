package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"assent/graph"
	"assent/ratelimit"
)

// watched notes what an observer is told.
type watched struct {
	mu   sync.Mutex
	told []string
}

func (w *watched) FieldAnswered(field, result string, took time.Duration) {
	if took <= 0 {
		result += " in no time"
	}
	w.note(field + " " + result)
}

func (w *watched) DocumentRefused(code string) { w.note("- " + code) }

func (w *watched) note(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, what)
}

func observing(w *watched) func(*setup) { return func(s *setup) { s.Observer = w } }

func TestAnObserverIsToldHowEveryFieldWasAnswered(t *testing.T) {
	email := in(`"type":"EMAIL"`, `"contactDetails":"private.eve@example.com"`)
	asCustomer := []string{"Authorization", login(t, anna())}
	_, unsubscription := links(t, open(t))
	tests := []struct {
		name, document, variables string
		headers                   []string
		change                    func(*setup)
		want                      []string
	}{
		{"an outcome", signUp, email, nil, nil, []string{"signUpForMarketing OK"}},
		{"another outcome", leave, unsubscription, nil, nil, []string{"unsubscribeMarketing OK"}},
		{"an outcome that says we failed", signUp, email, nil, over(failing("Update")), []string{"signUpForMarketing UNKNOWN_ERROR"}},
		{"an update that was done", update, in(`"type":"EMAIL"`, `"newValue":true`), asCustomer, nil, []string{"updateMarketingPreferences OK"}},
		{"an update that failed", update, in(`"type":"EMAIL"`, `"newValue":true`), asCustomer, over(failing("Site")), []string{"updateMarketingPreferences UNKNOWN_ERROR"}},
		{"an update without a login", update, in(`"type":"EMAIL"`, `"newValue":true`), nil, nil, []string{"updateMarketingPreferences UNAUTHENTICATED"}},
		{"bad input", signUp, in(`"type":"EMAIL"`, `"contactDetails":"eve"`), nil, nil, []string{"signUpForMarketing BAD_USER_INPUT"}},
		{"an argument that cannot be read", `mutation {confirmMarketing(input: {token: "", email: "", auditData: {landingUrl: "x"}})}`, "", nil, nil,
			[]string{"confirmMarketing BAD_USER_INPUT"}},
		{"a limit", "{a: accountCreationMarketingPreferences(email: \"a@example.com\") b: accountCreationMarketingPreferences(email: \"a@example.com\")}", "", nil,
			limited(ratelimit.Preferences, ratelimit.KeyContact), []string{
				"accountCreationMarketingPreferences DOES_NOT_RECEIVE_MARKETING_MATERIAL", "accountCreationMarketingPreferences RATE_LIMITED"}},
		{"data, and a failure deep in other data", "{site {id} customer {id marketingPreferences(type: EMAIL) preferences {id}}}", "", asCustomer,
			over(failing("Account")), []string{"customer INTERNAL", "site OK"}},
		{"nobody", "{customer {id}}", "", nil, nil, []string{"customer OK"}},
		{"the schema, where that is kept back", "{__schema {queryType {name}}}", "", nil, nil, []string{"__schema GRAPHQL_VALIDATION_FAILED"}},
		{"a document that cannot be parsed", "{", "", nil, nil, []string{"- GRAPHQL_PARSE_FAILED"}},
		{"a field that is none", "{private_eve}", "", nil, nil, []string{"- GRAPHQL_VALIDATION_FAILED"}},
		{"two mutations", "mutation {a: unsubscribeSmsMarketing(phoneNumber: \"1\") b: unsubscribeSmsMarketing(phoneNumber: \"1\")}", "", nil, nil,
			[]string{"- GRAPHQL_VALIDATION_FAILED"}},
		{"a variable of another type", signUp, `{"in":7}`, nil, nil, []string{"- BAD_USER_INPUT"}},
		{"a login that is not valid", "{site {id}}", "", []string{"Authorization", "Bearer x"}, nil, []string{"- UNAUTHENTICATED"}},
		{"an operation that is not listed", "{site {id}}", "", nil, func(s *setup) { s.Operations = graph.Operations{"x": "{site {name}}"} },
			[]string{"- PERSISTED_QUERY_REQUIRED"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &watched{}
			changes := []func(*setup){observing(w)}
			if tt.change != nil {
				changes = append(changes, tt.change)
			}
			open(t, changes...).ask(t, tt.document, tt.variables, tt.headers...)
			slices.Sort(w.told) // fields of a query are executed at the same time
			if !slices.Equal(w.told, tt.want) {
				t.Errorf("told %q, want %q", w.told, tt.want)
			}
		})
	}
}

func TestAnObserverIsToldOfARequestThatIsNone(t *testing.T) {
	w := &watched{}
	open(t, observing(w)).send(t, http.MethodDelete, "/graphql", "")
	if !slices.Equal(w.told, []string{"- GRAPHQL_PARSE_FAILED"}) {
		t.Errorf("told %q", w.told)
	}
}

func TestAnObserverIsToldOfAClientThatHasLeft(t *testing.T) {
	for document, want := range map[string]string{
		"{site {id}}": "site CLIENT_GONE",
		`mutation {signUpForMarketing(input: {type: EMAIL, contactDetails: "private.eve@example.com",
			auditData: {messageShown: "m", formIdentifier: "f", formLocation: "l"}})}`: "signUpForMarketing CLIENT_GONE",
	} {
		ctx, leave := context.WithCancel(t.Context())
		shop := newMemory(shop())
		shop.fault = func(string) error {
			leave()
			return context.Canceled
		}
		w := &watched{}
		body, err := json.Marshal(map[string]string{"query": document})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		open(t, over(shop), observing(w)).ServeHTTP(httptest.NewRecorder(), r)
		if !slices.Equal(w.told, []string{want}) {
			t.Errorf("told %q, want %s", w.told, want)
		}
	}
}

func TestEveryFieldHasItsPossibleResults(t *testing.T) {
	results := graph.Results()
	for field, want := range map[string][]string{
		"signUpForMarketing": {"OK", "DUPLICATE", "REQUIRES_VERIFICATION", "NOT_FOUND", "UNKNOWN_ERROR", "RATE_LIMITED", "CAPTCHA_REQUIRED", "BAD_USER_INPUT"},
		"confirmMarketing":   {"EXPIRED", "SITE_NOT_FOUND"}, "updateMarketingPreferences": {"OK", "INSUFFICIENT_DATA", "NOT_AVAILABLE", "UNAUTHENTICATED"},
		"customer": {"OK", "INTERNAL"}, "accountCreationMarketingPreferences": {"CUSTOMER_ALREADY_EXISTS"}, "__schema": {"OK", "GRAPHQL_VALIDATION_FAILED"},
	} {
		for _, result := range want {
			if !slices.Contains(results[field], result) {
				t.Errorf("%s has no result %s: %v", field, result, results[field])
			}
		}
	}
	if slices.Contains(results["accountCreationMarketingPreferences"], "OK") {
		t.Error("an enum has a result that is none of its values")
	}
}
