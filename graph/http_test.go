package graph_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const typename = `{"query":"{__typename}"}`

func TestOneQueryCanBeSentInEveryAllowedWay(t *testing.T) {
	d := open(t)
	tests := map[string]answer{
		"POST":                           d.post(t, typename),
		"POST with a charset":            d.post(t, typename, "Content-Type", `Application/JSON; charset="UTF-8"`),
		"POST with white space around":   d.post(t, "\r\n "+typename+"\n\t"),
		"POST with null beside":          d.post(t, `{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}`),
		"POST with unknown members":      d.post(t, `{"query":"{__typename}","id":7}`),
		"POST with an operation to pick": d.post(t, `{"query":"query A {__typename} mutation B {unsubscribeSmsMarketing(phoneNumber:\"1\")}","operationName":"A"}`),
		"GET":                            d.send(t, "GET", "/graphql?query={__typename}", ""),
		"GET with everything": d.send(t, "GET",
			"/graphql?operationName=A&extensions={}&variables="+url.QueryEscape(`{"no":false}`)+
				"&query="+url.QueryEscape("query A($no: Boolean!) {__typename site @include(if: $no) {id}}"), ""),
	}
	for name, got := range tests {
		t.Run(name, func(t *testing.T) {
			got.wantData(t, `{"__typename":"Query"}`)
			if got.status != http.StatusOK {
				t.Errorf("status %d", got.status)
			}
		})
	}
}

func TestWhatIsNoGraphQLRequestIsRefused(t *testing.T) {
	const parse, validation = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
	tests := []struct {
		name, method, target, body, contentType string
		status                                  int
		code                                    string
	}{
		{"no content type", "POST", "", typename, "", 415, parse},
		{"the content type of a form", "POST", "", "query={__typename}", "application/x-www-form-urlencoded", 415, parse},
		{"a content type sent without preflight", "POST", "", typename, "text/plain", 415, parse},
		{"a document as the body", "POST", "", "{__typename}", "application/graphql", 415, parse},
		{"another charset", "POST", "", typename, "application/json; charset=utf-16", 415, parse},
		{"a content type that cannot be read", "POST", "", typename, "application/json; charset", 415, parse},
		{"an empty body", "POST", "", "", "application/json", 400, parse},
		{"a body that is not JSON", "POST", "", `{"query":`, "application/json", 400, parse},
		{"something behind the JSON", "POST", "", typename + "}", "application/json", 400, parse},
		{"a second request behind the first", "POST", "", typename + typename, "application/json", 400, parse},
		{"a batch", "POST", "", "[" + typename + "," + typename + "]", "application/json", 400, parse},
		{"null", "POST", "", "null", "application/json", 400, parse},
		{"no query", "POST", "", "{}", "application/json", 400, parse},
		{"an empty query", "POST", "", `{"query":""}`, "application/json", 400, parse},
		{"a query that is not text", "POST", "", `{"query":{"a":1}}`, "application/json", 400, parse},
		{"variables in a list", "POST", "", `{"query":"{__typename}","variables":[1]}`, "application/json", 400, parse},
		{"variables in text", "POST", "", `{"query":"{__typename}","variables":"{}"}`, "application/json", 400, parse},
		{"extensions that are a number", "POST", "", `{"query":"{__typename}","extensions":1}`, "application/json", 400, parse},
		{"an operation name that is not text", "POST", "", `{"query":"{__typename}","operationName":1}`, "application/json", 400, parse},
		{"UTF-16", "POST", "", "\xff\xfe{\x00}\x00", "application/json", 400, parse},
		{"invalid UTF-8 in a value", "POST", "", `{"query":"{__typename}","variables":{"a":"` + "\xc3\x28" + `"}}`, "application/json", 400, parse},
		{"a broken document", "POST", "", `{"query":"{"}`, "application/json", 400, parse},
		{"a document with no operation", "POST", "", `{"query":"fragment F on Query {__typename}"}`, "application/json", 400, validation},
		{"an unknown field", "POST", "", `{"query":"{nothing}"}`, "application/json", 400, validation},
		{"an unknown operation", "POST", "", `{"query":"query A {__typename}","operationName":"B"}`, "application/json", 400, validation},
		{"several operations and none named", "POST", "", `{"query":"query A {__typename} query B {__typename}"}`, "application/json", 400, validation},
		{"a query in the URL of a POST", "POST", "?query={__typename}", "{}", "application/json", 400, parse},
		{"GET with no query", "GET", "", "", "", 400, parse},
		{"GET with variables that are not JSON", "GET", "?query={__typename}&variables=x", "", "", 400, parse},
		{"GET with variables in a list", "GET", "?query={__typename}&variables=[]", "", "", 400, parse},
		{"GET with extensions that are not JSON", "GET", "?query={__typename}&extensions=x", "", "", 400, parse},
		{"GET with invalid UTF-8", "GET", "?query={__typename}%23%ff", "", "", 400, parse},
		{"GET with a query in its body only", "GET", "", typename, "application/json", 400, parse},
		{"GET with a query that is too long", "GET", "?query={__typename}" + strings.Repeat("%20", 11_000), "", "", 400, parse},
		{"HEAD", "HEAD", "?query={__typename}", "", "", 405, parse},
		{"PUT", "PUT", "", typename, "application/json", 405, parse},
		{"DELETE", "DELETE", "", "", "", 405, parse},
		{"OPTIONS", "OPTIONS", "", "", "", 405, parse},
	}
	d := open(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := d.send(t, tt.method, "/graphql"+tt.target, tt.body, "Content-Type", tt.contentType)
			got.wantRefused(t, tt.status, tt.code)
			if allow := got.header.Get("Allow"); (tt.status == http.StatusMethodNotAllowed) != (allow == "GET, POST") {
				t.Errorf("Allow is %q", allow)
			}
		})
	}
	if log := d.log.String(); log != "" {
		t.Errorf("the mistakes of callers are logged as ours: %s", log)
	}
}

func TestABodyMayHave96KiB(t *testing.T) {
	const limit = 96 << 10
	d := open(t)
	fits := typename + strings.Repeat(" ", limit-len(typename))
	d.post(t, fits).wantData(t, `{"__typename":"Query"}`)
	d.post(t, fits+" ").wantRefused(t, http.StatusRequestEntityTooLarge, "GRAPHQL_PARSE_FAILED")
}

// reading notes that somebody reads it.
type reading struct{ begun bool }

func (r *reading) Read([]byte) (int, error) {
	r.begun = true
	return 0, io.EOF
}

// A client that waits to be asked for its body (RFC 9110, 10.1.1) is asked as soon as it is read.
func TestABodyThatIsSaidToBeTooLongIsNotAskedFor(t *testing.T) {
	body := &reading{}
	r := httptest.NewRequest(http.MethodPost, "/graphql", body)
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = 96<<10 + 1
	w := httptest.NewRecorder()
	open(t).ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || body.begun {
		t.Errorf("status %d, read: %t", w.Code, body.begun)
	}
}

func TestSeveralLoginsAreNone(t *testing.T) {
	d := open(t)
	for _, logins := range [][]string{{"", "Bearer x"}, {login(t, anna()), login(t, anna())}, {login(t, anna()), ""}} {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(typename))
		r.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": logins}
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%d logins, the first %.10q: status %d", len(logins), logins[0], w.Code)
		}
	}
}

func TestGETNeverExecutesAMutation(t *testing.T) {
	d := open(t)
	mutation := url.QueryEscape(`mutation {unsubscribeSmsMarketing(phoneNumber: "+447400123456")}`)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		d.send(t, method, "/graphql?query="+mutation, "").wantRefused(t, http.StatusMethodNotAllowed, map[string]string{
			http.MethodGet: "GRAPHQL_VALIDATION_FAILED", http.MethodHead: "GRAPHQL_PARSE_FAILED",
		}[method])
	}
	got := d.send(t, http.MethodGet, "/graphql?query="+mutation, "", "Accept", "application/json")
	got.wantRefused(t, http.StatusMethodNotAllowed, "GRAPHQL_VALIDATION_FAILED")
	if got.header.Get("Allow") != "POST" {
		t.Errorf("Allow is %q", got.header.Get("Allow"))
	}
	if d.store.written() > 0 {
		t.Error("something was written")
	}
}

func TestAnswersAreNeverStoredByCaches(t *testing.T) {
	d := open(t)
	for name, got := range map[string]answer{
		"an answer":  d.post(t, typename),
		"a refusal":  d.post(t, "{}"),
		"no login":   d.post(t, typename, "Authorization", "Bearer x"),
		"of a query": d.send(t, "GET", "/graphql?query={site{id}}", ""),
	} {
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be stored: %q", name, got.header.Get("Cache-Control"))
		}
	}
}

func TestHTMLInAnAnswerIsNotChanged(t *testing.T) {
	site := shop()
	site.Preferences = site.Preferences[:1]
	site.Preferences[0].Text = `<b>Offers & "news"</b>`
	d := open(t, over(newMemory(site)))
	d.ask(t, "{site{marketingPreferences{text}}}", "").
		wantData(t, `{"site":{"marketingPreferences":[{"text":"<b>Offers & \"news\"</b>"}]}}`)
}
