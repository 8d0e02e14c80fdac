package metrics

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFieldsAreCountedByAnswerFromTheStart(t *testing.T) {
	m := New()
	g := m.WatchGraphQL(map[string][]string{"signUpForMarketing": {"OK", "DUPLICATE"}}, []string{"GRAPHQL_PARSE_FAILED"})
	want(t, read(t, m), `assent_graphql_answers_total{operation="signUpForMarketing",result="DUPLICATE"} 0`,
		`assent_graphql_answers_total{operation="document",result="GRAPHQL_PARSE_FAILED"} 0`,
		`assent_graphql_duration_seconds_count{operation="signUpForMarketing"} 0`)
	g.FieldAnswered("signUpForMarketing", "DUPLICATE", 3*time.Millisecond)
	g.DocumentRefused("GRAPHQL_PARSE_FAILED")
	want(t, read(t, m), `assent_graphql_answers_total{operation="signUpForMarketing",result="DUPLICATE"} 1`,
		`assent_graphql_answers_total{operation="signUpForMarketing",result="OK"} 0`,
		`assent_graphql_answers_total{operation="document",result="GRAPHQL_PARSE_FAILED"} 1`,
		`assent_graphql_duration_seconds_bucket{operation="signUpForMarketing",le="0.0025"} 0`,
		`assent_graphql_duration_seconds_bucket{operation="signUpForMarketing",le="0.005"} 1`)
}

func TestWhatWasNotAnnouncedBecomesNoLabel(t *testing.T) {
	m := New()
	g := m.WatchGraphQL(map[string][]string{"site": {"OK"}}, nil)
	m.WatchRoutes(Route{Door: "page", Name: "GET /unsubscribe", Method: http.MethodGet, Pattern: "/unsubscribe"})
	g.FieldAnswered("ada@mail.example", "OK", time.Millisecond)
	g.FieldAnswered("site", "ada@mail.example", time.Millisecond)
	g.DocumentRefused("ada@mail.example")
	m.Answered("ADA@MAIL", "/unsubscribe", http.StatusMethodNotAllowed, time.Millisecond)
	m.Answered(http.MethodGet, "/ada@mail.example/", http.StatusMovedPermanently, time.Millisecond)
	page := read(t, m)
	if strings.Contains(strings.ToLower(page), "ada@") {
		t.Error("a client has made up a label")
	}
	want(t, page, `assent_graphql_answers_total{operation="site",result="other"} 1`,
		`assent_graphql_answers_total{operation="document",result="other"} 1`,
		`assent_http_requests_total{door="other",route="other",status="301"} 1`,
		`assent_http_requests_total{door="other",route="other",status="405"} 1`)
}

func TestRequestsAreCountedByRouteAndStatus(t *testing.T) {
	m := New()
	m.WatchRoutes(Route{Door: "rest", Name: "listSites", Method: http.MethodGet, Pattern: "GET /sites", Statuses: []int{200, 401}})
	want(t, read(t, m), `assent_http_requests_total{door="rest",route="listSites",status="401"} 0`)
	m.Answered(http.MethodGet, "GET /sites", http.StatusOK, 20*time.Millisecond)
	m.Answered(http.MethodHead, "GET /sites", http.StatusOK, 20*time.Millisecond)
	m.Answered(http.MethodGet, "GET /sites", 0, time.Minute)
	want(t, read(t, m), `assent_http_requests_total{door="rest",route="listSites",status="200"} 2`,
		`assent_http_requests_total{door="rest",route="listSites",status="0"} 1`,
		`assent_http_request_duration_seconds_bucket{door="rest",le="0.025"} 2`,
		`assent_http_request_duration_seconds_count{door="rest"} 3`)
}
