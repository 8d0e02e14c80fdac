package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"assent/auth"
	"assent/config"
)

const testSecret = "hunter2-hunter2-hunter2-hunter2!"

// command runs the program with nothing but env in its environment.
func command(t *testing.T, env map[string]string, args ...string) (string, error) {
	t.Helper()
	settings := reflect.TypeFor[config.Settings]()
	for i := range settings.NumField() {
		for _, name := range []string{settings.Field(i).Tag.Get("env"), settings.Field(i).Tag.Get("env") + "_FILE"} {
			t.Setenv(name, "")
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &greeted{cancel: cancel}
	err := run(ctx, args, out)
	return out.text.String(), err
}

// greeted stops the program when it has said something.
type greeted struct {
	text   bytes.Buffer
	cancel func()
}

func (g *greeted) Write(p []byte) (int, error) {
	defer g.cancel()
	return g.text.Write(p)
}

func TestVersionIsPrinted(t *testing.T) {
	out, err := command(t, nil, "version")
	if err != nil || !strings.HasPrefix(out, "assent ") || strings.Count(out, "\n") != 1 {
		t.Errorf("got %q %v", out, err)
	}
}

func TestCommandsThatCannotBeRun(t *testing.T) {
	dir := t.TempDir()
	tests := map[string]struct {
		env   map[string]string
		args  []string
		names []string // what the error says
	}{
		"an unknown command":           {nil, []string{"frobnicate"}, []string{"frobnicate"}},
		"an unknown flag":              {nil, []string{"version", "--frobnicate"}, []string{"--frobnicate"}},
		"a token for nobody":           {nil, []string{"token"}, []string{"--sub"}},
		"a token without a secret":     {map[string]string{"DATABASE_URL": "postgres://db/assent"}, []string{"token", "--sub", "c-1"}, []string{"JWT_SECRET"}},
		"a token for no possible name": {map[string]string{"DATA_DIR": dir}, []string{"token", "--sub", "a\nb"}, []string{"signing"}},
		"settings with problems": {map[string]string{"DATABASE_URL": "mysql://hunter2@db", "JWT_SECRET": "hunter2"}, nil,
			[]string{"DATABASE_URL", "PUBLIC_URL", "ASSENT_SECRET", "JWT_SECRET"}},
		"a setting given twice":              {map[string]string{"JWT_SECRET": testSecret, "JWT_SECRET_FILE": "/x"}, nil, []string{"JWT_SECRET_FILE"}},
		"proxies":                            {map[string]string{"DATA_DIR": dir, "TRUSTED_PROXIES": "everybody"}, nil, []string{"TRUSTED_PROXIES"}},
		"rate limits":                        {map[string]string{"DATA_DIR": dir, "RATE_LIMITS": "everything"}, nil, []string{"RATE_LIMITS"}},
		"a Redis":                            {map[string]string{"DATA_DIR": dir, "REDIS_URL": "http://:hunter2@redis"}, nil, []string{"REDIS_URL"}},
		"a mail server":                      {map[string]string{"DATA_DIR": dir, "SMTP_URL": "http://:hunter2@mail"}, nil, []string{"SMTP_URL"}},
		"a text provider":                    {map[string]string{"DATA_DIR": dir, "SMS_URL": "https://a:hunter2@texts"}, nil, []string{"SMS_URL"}},
		"a drain that ends before it begins": {map[string]string{"DATA_DIR": dir, "DRAIN_TIME": "-1s"}, nil, []string{"DRAIN_TIME"}},
		"half a mail signature":              {map[string]string{"DATA_DIR": dir, "DKIM_DOMAIN": "shop.example"}, nil, []string{"DKIM_SELECTOR"}},
		"a key that is none": {map[string]string{"DATA_DIR": dir, "SMTP_URL": "smtp://mail", "DKIM_DOMAIN": "shop.example",
			"DKIM_SELECTOR": "s1", "DKIM_PRIVATE_KEY": "hunter2"}, nil, []string{"DKIM_PRIVATE_KEY"}},
		"no silence at all":                   {map[string]string{"DATA_DIR": dir, "REJECT_SILENCE": "0s"}, nil, []string{"REJECT_SILENCE"}},
		"a negative bound":                    {map[string]string{"DATA_DIR": dir, "MESSAGES_PER_HOUR": "-1"}, nil, []string{"MESSAGES_PER_HOUR"}},
		"messages to queue again, but which?": {map[string]string{"DATA_DIR": dir}, []string{"outbox", "requeue"}, []string{"--all"}},
		"messages to cancel, but which?":      {map[string]string{"DATA_DIR": dir}, []string{"outbox", "cancel"}, []string{"--queued-before"}},
		"a moment that is none":               {map[string]string{"DATA_DIR": dir}, []string{"outbox", "cancel", "--queued-before", "yesterday"}, []string{"--queued-before"}},
		"withdrawals of nowhere":              {map[string]string{"DATA_DIR": dir}, []string{"carry-over", "--since", "2026-11-22T12:00:00Z"}, []string{"--from"}},
		"a message with an id that is none":   {map[string]string{"DATA_DIR": dir}, []string{"outbox", "requeue", "x"}, []string{"<message>"}},
		"an address in use":                   {map[string]string{"DATA_DIR": dir, "LISTEN_ADDR": taken(t)}, nil, []string{"listening"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			out, err := command(t, tt.env, tt.args...)
			if err == nil || out != "" {
				t.Fatalf("got %q %v", out, err)
			}
			for _, name := range tt.names {
				if !strings.Contains(err.Error(), name) {
					t.Errorf("the error does not name %s: %v", name, err)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error holds a secret: %v", err)
			}
		})
	}
}

func taken(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func TestATokenIsTheLoginOfACustomer(t *testing.T) {
	dir := t.TempDir()
	args := []string{"token", "--sub", "c-1", "--email", "anna@example.com", "--phone", "+447400123456", "--address", "1 High Street", "--name", "Anna"}
	generated, err := command(t, map[string]string{"DATA_DIR": dir}, args...)
	if err != nil {
		t.Fatal(err)
	}
	given, err := command(t, map[string]string{"DATABASE_URL": "postgres://db/assent", "JWT_SECRET": testSecret, "JWT_ISSUER": "shop"}, args...)
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Customer{ID: "c-1", Email: "anna@example.com", PhoneNumber: "+447400123456", Name: "Anna", HasAddress: true}
	for _, tt := range []struct{ token, secret, issuer string }{
		{generated, contents(t, dir, "jwt_secret"), ""}, {given, testSecret, "shop"},
	} {
		customers := auth.CustomersBySecret([]byte(tt.secret), auth.Rules{Issuer: tt.issuer})
		got, err := customers.Authenticate(t.Context(), "Bearer "+strings.TrimSpace(tt.token))
		if err != nil || *got != want {
			t.Errorf("got %+v %v", got, err)
		}
	}
}

func contents(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func TestMigrateSaysWhatItDid(t *testing.T) {
	env := map[string]string{"DATABASE_URL": "sqlite://" + filepath.Join(t.TempDir(), "assent.db")}
	first, err := command(t, env, "migrate")
	if err != nil || !strings.HasPrefix(first, "applied ") {
		t.Fatalf("got %q %v", first, err)
	}
	if again, err := command(t, env, "migrate"); err != nil || again != "the schema is up to date\n" {
		t.Errorf("again: %q %v", again, err)
	}
}

func TestTheEmbeddedModeGreetsAndStopsWhenTold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	out, err := command(t, map[string]string{"DATA_DIR": dir, "LISTEN_ADDR": "127.0.0.1:0", "PUBLIC_URL": "http://shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"http://shop.example/graphql", "http://shop.example/dev/inbox", contents(t, dir, "admin_api_key")} {
		if !strings.Contains(out, part) {
			t.Errorf("the greeting lacks %s:\n%s", part, out)
		}
	}
	_, login, _ := strings.Cut(out, "eyJ")
	login, _, _ = strings.Cut("eyJ"+login, "\n")
	customers := auth.CustomersBySecret([]byte(contents(t, dir, "jwt_secret")), auth.Rules{})
	if c, err := customers.Authenticate(t.Context(), "Bearer "+login); err != nil || c == nil {
		t.Errorf("the token of the greeting is no login: %v", err)
	}
}

func TestTheEmbeddedModeMayHaveTheLoginsOfSomebodyElse(t *testing.T) {
	out, err := command(t, map[string]string{
		"DATA_DIR": t.TempDir(), "LISTEN_ADDR": "127.0.0.1:0", "JWT_JWKS_URL": "https://login.example/keys",
	})
	if err != nil || !strings.Contains(out, "/graphql") || strings.Contains(out, "eyJ") {
		t.Errorf("got %q %v", out, err)
	}
}

func TestNothingOfTheEmbeddedModeIsElsewhere(t *testing.T) {
	p := wired(t, "https://shop.example")
	for target, want := range map[string]int{
		"/": 404, "/static/graphiql/graphiql.css": 404, "/dev/inbox": 404, "/healthz": 200, "/readyz": 200, "/graphql": 400,
	} {
		if w := answered(p, http.MethodGet, target, ""); w.Code != want {
			t.Errorf("%s: status %d, want %d", target, w.Code, want)
		}
	}
	p.drain.begun.Store(true)
	if w := answered(p, http.MethodGet, "/readyz", ""); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "draining") {
		t.Errorf("while it drains /readyz answers %d %s", w.Code, w.Body)
	}
	for query, without := range map[string]string{"{__schema{types{name}}}": "MarketingType", "{site{name}}": "Demo"} {
		if w := answered(p, http.MethodPost, "/graphql", `{"query":"`+query+`"}`); strings.Contains(w.Body.String(), without) {
			t.Errorf("%s: %s", query, w.Body)
		}
	}
}

func answered(p *program, method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w
}

func TestHealthcheck(t *testing.T) {
	status := http.StatusOK
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/healthz" {
			t.Errorf("it asks %s %s", r.Method, r.URL.Path)
		}
		w.WriteHeader(status)
	}))
	env := map[string]string{"LISTEN_ADDR": service.Listener.Addr().String()}
	if out, err := command(t, env, "healthcheck"); err != nil || out != "" {
		t.Errorf("a healthy service: %q %v", out, err)
	}
	status = http.StatusServiceUnavailable
	if _, err := command(t, env, "healthcheck"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("an unhealthy service: %v", err)
	}
	service.Close()
	if _, err := command(t, env, "healthcheck"); err == nil {
		t.Error("no service: no error")
	}
	if _, err := command(t, map[string]string{"LISTEN_ADDR": "nowhere"}, "healthcheck"); err == nil || !strings.Contains(err.Error(), "LISTEN_ADDR") {
		t.Errorf("no port: %v", err)
	}
}
