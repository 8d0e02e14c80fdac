package admin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assent/admin"
	"assent/auth"
	"assent/backoffice"
	"assent/httpx"

	"github.com/google/uuid"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// keys has one key of each role, whose secret is the role.
type keys struct{}

func (keys) KeyByHash(_ context.Context, hash auth.KeyHash) (auth.APIKey, error) {
	for _, role := range []auth.Role{auth.Read, auth.Admin} {
		if hash == auth.HashSecret(string(role)) {
			return auth.APIKey{ID: uuid.New(), Role: role, LastUsedAt: time.Now().Add(time.Hour)}, nil
		}
	}
	return auth.APIKey{}, auth.ErrUnknownKey
}

func (keys) KeyUsed(context.Context, uuid.UUID, time.Time) error { return nil }

// newAPI has no store behind it: what is refused at the door never gets there.
func newAPI() *admin.API {
	log := slog.New(slog.DiscardHandler)
	return admin.New(backoffice.NewService(nil, nil, nil), auth.NewKeyring(keys{}, "", log, time.Now), nil, log)
}

func answer(t *testing.T, method, target, key, body string) (int, http.Header, admin.Problem) {
	t.Helper()
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	recorder := httptest.NewRecorder()
	newAPI().ServeHTTP(recorder, request)
	var p admin.Problem
	if err := json.Unmarshal(recorder.Body.Bytes(), &p); err != nil && method != http.MethodHead {
		t.Fatalf("%s %s: %v in %q", method, target, err, recorder.Body)
	}
	return recorder.Code, recorder.Header(), p
}

func TestOpenAPIDocumentIsTheOneCommitted(t *testing.T) {
	got, err := newAPI().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil || string(want) != string(got) {
		t.Errorf("openapi.json is not what the program serves: run `make generate` (%v)", err)
	}
}

// The library drops the parameters of an embedded struct of an unexported type
// without a word.
func TestEveryPathParameterIsDescribed(t *testing.T) {
	text, err := newAPI().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	for path, operations := range document.Paths {
		for method, operation := range operations {
			described := map[string]bool{}
			for _, p := range operation.Parameters {
				described[p.In+"."+p.Name] = true
			}
			for _, name := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(path, -1) {
				if !described["path."+name[1]] {
					t.Errorf("%s %s does not describe %s", method, path, name[1])
				}
			}
		}
	}
	if strings.Contains(string(text), "$schema") {
		t.Error("bodies have a $schema property")
	}
}

func TestEveryPathIsMounted(t *testing.T) {
	text, err := newAPI().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Paths map[string]any }
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, path := range admin.Paths() {
		mux.Handle(path, newAPI())
	}
	for path := range document.Paths {
		if _, pattern := mux.Handler(httptest.NewRequest(http.MethodGet, path, nil)); pattern == "" {
			t.Errorf("%s is not mounted", path)
		}
	}
}

func TestRefusalAtTheDoor(t *testing.T) {
	const preferences = "/customers/marketing-preferences"
	const id = "0de30000-0000-4000-8000-000000000021"
	for _, tt := range []struct {
		name, method, target, key, body string
		status                          int
		location                        string
	}{
		{"no key", "GET", preferences, "", "", 401, ""},
		{"a wrong key", "GET", preferences, "wrong", "", 401, ""},
		{"a wrong key and a wrong body", "POST", preferences, "wrong", "nonsense", 401, ""},
		{"a key that may only read, whatever the body is", "POST", preferences, "read", "nonsense", 403, ""},
		{"a key that may only read", "DELETE", preferences + "/" + id, "read", "", 403, ""},
		{"a body that is not JSON", "POST", preferences, "admin", `{"text`, 422, "body"},
		{"no body", "POST", preferences, "admin", "", 422, "body"},
		{"a body that is a list", "POST", preferences, "admin", "[]", 422, "body"},
		{"text after the body", "POST", preferences, "admin", `{"text":"x","organisation_id":"` + id + `"} {}`, 422, "body"},
		{"a field nobody knows", "POST", preferences, "admin", `{"text":"x","organisation_id":"` + id + `","more":1}`, 422, "body.more"},
		{"a field in other letters", "POST", preferences, "admin", `{"Text":"x","organisation_id":"` + id + `"}`, 422, "body.Text"},
		{"a field of a wrong type", "POST", preferences, "admin", `{"text":1,"organisation_id":"` + id + `"}`, 422, "body.text"},
		{"a text too long", "PUT", preferences + "/" + id, "admin", `{"text":"` + strings.Repeat("x", 501) + `"}`, 422, "body.text"},
		{"a field that is missing", "POST", "/organisations", "admin", `{}`, 422, "body.name"},
		{"a field that may be left out but not be null", "PATCH", "/organisations/" + id, "admin", `{"name":null}`, 422, "body.name"},
		{"one within another", "PATCH", "/sites/" + id, "admin", `{"brand":{"logo_url":"","colour":null}}`, 422, "body.brand.colour"},
		{"a body that is not UTF-8", "PATCH", "/organisations/" + id, "admin", "{\"name\":\"\xff\"}", 422, "body"},
		{"one of another form than a UUID has", "GET", preferences + "/urn:uuid:" + strings.Repeat("s", 36), "admin", "", 422, "path.marketingPreferenceId"},
		{"an id that is none", "GET", preferences + "/42", "admin", "", 422, "path.marketingPreferenceId"},
		{"a parameter nobody knows", "GET", preferences + "?organization_id=" + id, "admin", "", 422, "query.organization_id"},
		{"a limit too high", "GET", preferences + "?limit=501", "admin", "", 422, "query.limit"},
		{"a cursor that is none", "GET", preferences + "?cursor=x", "admin", "", 422, "query.cursor"},
		{"a body too large", "POST", preferences, "admin", strings.Repeat(" ", admin.MaxBody+1), 413, ""},
		{"a path that leads nowhere", "GET", "/customers/nothing", "admin", "", 404, ""},
		{"a method that a path has not", "DELETE", preferences, "admin", "", 405, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, header, p := answer(t, tt.method, tt.target, tt.key, tt.body)
			if status != tt.status || p.Status != tt.status || p.Title == "" {
				t.Errorf("got %d with %+v, want %d", status, p, tt.status)
			}
			if got := header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("the media type is %q", got)
			}
			found := tt.location == ""
			for _, e := range p.Errors {
				found = found || e.Location == tt.location && e.Detail != ""
			}
			if !found {
				t.Errorf("%+v does not name %s", p.Errors, tt.location)
			}
		})
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	for _, tt := range []struct{ name, method, target, body, want string }{
		{"what the document and what only we can tell", "POST", "/sites",
			`{"organisation_id":"x","slug":"BAD","name":" ","locale":"???","features":["NONE"],"domains":["a b","tea.example"],"more":1}`,
			"body.organisation_id body.slug body.name body.features[0] body.domains[0] body.locale body.more"},
		{"in a change", "PATCH", "/sites/" + uuid.NewString(), `{"name":"","brand":{"colour":"red","logo_url":"nowhere"},"default_region":"ZZ","neutral_responses":1}`,
			"body.name body.brand.colour body.brand.logo_url body.default_region body.neutral_responses"},
		{"what is missing, and a time that is none", "POST", "/campaigns", `{"name":"\t","opens_at":"tomorrow","metadata_schema":{"type":"colour"}}`,
			"body.id body.site_id body.name body.opens_at body.metadata_schema"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, p := answer(t, tt.method, tt.target, "admin", tt.body)
			var got []string
			for _, e := range p.Errors {
				got = append(got, e.Location)
			}
			want := strings.Fields(tt.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// brokenKeys cannot be asked.
type brokenKeys struct {
	keys
	err error
}

func (b brokenKeys) KeyByHash(context.Context, auth.KeyHash) (auth.APIKey, error) {
	return auth.APIKey{}, b.err
}

func TestOurFailureIsLoggedOnceAndToldByItsIDOnly(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		logs int
	}{
		"a database that is gone":          {errors.New("the disk of db-1 is full"), 1},
		"a client that leaves before that": {fmt.Errorf("looking for an API key: %w", context.Canceled), 0},
	} {
		t.Run(name, func(t *testing.T) {
			var lines bytes.Buffer
			log := slog.New(slog.NewTextHandler(&lines, nil))
			api := admin.New(backoffice.NewService(nil, nil, nil), auth.NewKeyring(brokenKeys{err: tt.err}, "", log, time.Now), nil, log)
			request := httptest.NewRequest(http.MethodGet, "/organisations", nil)
			request.Header.Set("Authorization", "Bearer admin")
			recorder := httptest.NewRecorder()
			httpx.RequestID(api).ServeHTTP(recorder, request)
			var p admin.Problem
			if err := json.Unmarshal(recorder.Body.Bytes(), &p); err != nil || recorder.Code != 500 || p.ErrorID == "" || strings.Contains(recorder.Body.String(), "disk") {
				t.Errorf("got %d %s", recorder.Code, recorder.Body)
			}
			if n := strings.Count(lines.String(), p.ErrorID); n != tt.logs {
				t.Errorf("it is logged %d times, want %d: %s", n, tt.logs, &lines)
			}
		})
	}
}

func TestMediaTypeOfABody(t *testing.T) {
	for mediaType, want := range map[string]int{
		"": 422, "application/json": 422, "Application/JSON; charset=utf-8": 422, "text/plain": 415, "application/x-www-form-urlencoded": 415,
	} {
		request := httptest.NewRequest(http.MethodPost, "/organisations", strings.NewReader("{}"))
		request.Header = http.Header{"Authorization": {"Bearer admin"}, "Content-Type": {mediaType}}
		recorder := httptest.NewRecorder()
		newAPI().ServeHTTP(recorder, request)
		if recorder.Code != want {
			t.Errorf("%q is answered with %d, want %d", mediaType, recorder.Code, want)
		}
	}
}

func TestRefusedMethodTellsTheAllowedOnes(t *testing.T) {
	_, header, _ := answer(t, "PATCH", "/organisations", "admin", "{}")
	if allow := header.Get("Allow"); allow != "GET, HEAD, POST" {
		t.Errorf("Allow is %q", allow)
	}
	_, header, _ = answer(t, "GET", "/organisations", "", "")
	if got := header.Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate is %q", got)
	}
}

func TestProblemRepeatsNothingOfTheInput(t *testing.T) {
	_, _, p := answer(t, "POST", "/customers/marketing-preferences", "admin", `{"text":{"secret":"hush"},"organisation_id":"hush"}`)
	if text, err := json.Marshal(p); err != nil || strings.Contains(string(text), "hush") || len(p.Errors) != 2 {
		t.Errorf("the problem is %s (%v)", text, err)
	}
}
