package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// bootstrapKey is the key of the settings, from which all others come. Keys of
// ours begin like it, which makes them easily found where they must not be.
const (
	keyPrefix    = "assent_"
	bootstrapKey = keyPrefix + "bootstrap_key_of_these_tests"
)

// object is a JSON object.
type object = map[string]any

// staff is a program of the shop's staff, which shows a key.
type staff struct {
	t    *testing.T
	shop *shop
	key  string // empty: it shows none
	door string // URL of the service, or of what stands in front of it
}

func (s *shop) staff(t *testing.T, key string) *staff { return &staff{t, s, key, s.url} }

// onBothWithKey is onBoth for a service that knows the bootstrap key. No key may
// get into the log.
func onBothWithKey(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	onBoth(t, func(t *testing.T, s *shop) {
		test(t, s)
		if strings.Contains(s.log.String(), keyPrefix) {
			t.Error("the log holds a key")
		}
	}, "ADMIN_API_KEY="+bootstrapKey)
}

// answered is what the REST admin answers.
type answered struct {
	status int
	header http.Header
	body   string
}

// do makes a request and wants an answer such as every one must be. A text as
// body is sent as it is, anything else but nil as JSON.
func (s *staff) do(method, path string, body any) answered {
	s.t.Helper()
	return s.send(method, path, body, nil)
}

// send is do with more headers.
func (s *staff) send(method, path string, body any, header map[string]string) answered {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.door+path, strings.NewReader(asText(s.t, body)))
	must(s.t, err)
	request.Header = http.Header{"User-Agent": {userAgent}, "X-Forwarded-For": {clientAddress}}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if s.key != "" {
		request.Header.Set("Authorization", "Bearer "+s.key)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := (&http.Client{Timeout: 30 * time.Second, CheckRedirect: stay}).Do(request)
	must(s.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(s.t, err)
	got := answered{response.StatusCode, response.Header, string(text)}
	if fault := s.fault(method, got); fault != "" {
		s.t.Errorf("%s %s: %s: %d %v %s", method, path, fault, got.status, got.header, got.body)
	}
	return got
}

func asText(t *testing.T, body any) string {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return ""
	case string:
		return body
	default:
		text, err := json.Marshal(body)
		must(t, err)
		return string(text)
	}
}

// wants makes a request and wants the status.
func (s *staff) wants(status int, method, path string, body any) answered {
	s.t.Helper()
	got := s.do(method, path, body)
	if got.status != status {
		s.t.Fatalf("%s %s\nwith %.500s\n got %d %s\nwant %d", method, path, asText(s.t, body), got.status, got.body, status)
	}
	return got
}

func (s *staff) creates(path string, body object) object {
	s.t.Helper()
	return s.wants(http.StatusCreated, http.MethodPost, path, body).object(s.t)
}

func (s *staff) gets(path string) object {
	s.t.Helper()
	return s.wants(http.StatusOK, http.MethodGet, path, nil).object(s.t)
}

func (s *staff) lists(path string) []object {
	s.t.Helper()
	return s.wants(http.StatusOK, http.MethodGet, path, nil).list(s.t)
}

// hire creates a key for an organisation, empty for all, and returns who has it.
func (s *staff) hire(role, organisation string) *staff {
	s.t.Helper()
	body := object{"role": role, "name": "Staff"}
	if organisation != "" {
		body["organisation_id"] = organisation
	}
	hired := *s
	hired.key = s.creates("/api-keys", body)["key"].(string)
	return &hired
}

func (a answered) object(t *testing.T) object {
	t.Helper()
	var o object
	a.decode(t, &o)
	return o
}

func (a answered) list(t *testing.T) []object {
	t.Helper()
	var l []object
	a.decode(t, &l)
	return l
}

func (a answered) decode(t *testing.T, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), to); err != nil {
		t.Fatalf("the answer is no JSON of the kind that was asked for: %v in %.300s", err, a.body)
	}
}
