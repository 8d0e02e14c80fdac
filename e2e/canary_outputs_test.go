package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"assent/mail/mailtest"
	"assent/store/storetest"

	"github.com/jmoiron/sqlx"
	"github.com/redis/go-redis/v9"
)

// TestNothingPersonalGetsOut brings personal data in through every door, whole and
// broken, while whatever can fail fails and quotes it, and then looks for it in
// everything that gets out.
func TestNothingPersonalGetsOut(t *testing.T) {
	t.Run("SQLite, embedded", func(t *testing.T) {
		t.Parallel()
		leaksNothing(t, openEmbedded, quoteInSQLite, "TRUSTED_PROXIES=127.0.0.0/8")
	})
	t.Run("PostgreSQL and Redis", func(t *testing.T) {
		t.Parallel()
		database := storetest.Postgres(t)
		cuts, through := newProxy(t, database)
		redisURL := onlyFor(t, os.Getenv("TEST_REDIS_URL"))
		p, redisThrough := newPlainProxy(t, redisURL)
		open := func(t *testing.T, settings ...string) *shop { return openProduction(t, database, settings...) }
		fail := func(s *shop, then func()) {
			quoteInPostgres(s, then)
			cuts.setCut(true)
			p.setCut(true)
			then()
			cuts.setCut(false)
			p.setCut(false)
		}
		leaksNothing(t, open, fail, "DATABASE_URL="+through, "REDIS_URL="+redisThrough)
	})
}

func leaksNothing(t *testing.T, open func(*testing.T, ...string) *shop, fail func(s *shop, then func()), settings ...string) {
	t.Helper()
	c, collector, mails, texts, captchas := newCanaries(t), newCollector(t), newRefusingMailServer(t), quotingProvider(t), quotingProvider(t)
	s := open(t, append([]string{
		"SMTP_URL=" + mails.URL(), "SMS_URL=" + strings.Replace(texts, "http://", "http://account:secret@", 1) + "/texts?from=Shop",
		"CAPTCHA_VERIFY_URL=" + captchas, "ADMIN_API_KEY=" + bootstrapKey, "OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL,
		"OTEL_BSP_SCHEDULE_DELAY=100", "RATE_LIMITS=" + wideLimits(),
	}, settings...)...)
	s.staff(t, bootstrapKey).wants(http.StatusOK, http.MethodPatch, "/sites/"+demoSite,
		object{"captcha": object{"provider": "TURNSTILE", "site_key": "key", "secret": captchaSecret}})
	c.add(captchaSecret, bootstrapKey, s.jwtSecret)
	w := s.witness(t)
	w.bringCanaries(c)
	w.follows(asLetter(mails.Next()), c)
	w.follows(asLetter(mails.Next()), c)
	fail(s, func() {
		w.operates(personally(signUp("EMAIL", canaryLate)))
		w.operates(personally(signUp("SMS", canaryLateNumber)))
		w.operates(personally(unsubscribeSMS(canaryLateNumber)))
		w.operates(operation{document: `{ _447400918255: accountCreationMarketingPreferences(email: "` + canaryLate + `") }`})
		w.as("Authorization", "Bearer "+bootstrapKey).ask(http.MethodPut, account(canarySub),
			asText(t, object{"site_id": demoSite, "email": canaryEmail, "phone_number": canaryLateNumber, "has_address": true, "name": canaryName}))
	})
	s.waits(t, `SELECT count(*) FROM outbox WHERE status = 'WAITING'`, 0)

	metrics := s.visitor(t).do(http.MethodGet, "/metrics", "").body
	s.close(t)
	_, spans := collector.all()
	parked, failure := run(t, s.settings, "outbox", "parked")
	listed, keysFailure := run(t, s.settings, "keys", "list")
	if failure+keysFailure != "" || !strings.Contains(parked, "550 5.1.1") || !strings.Contains(parked, "21211") {
		t.Errorf("the commands fail, or do not tell of what was refused: %s %s %s", failure, keysFailure, parked)
	}
	outputs := map[string]string{
		"log": s.log.String(), "metrics": metrics, "spans": spans, "outbox parked": parked, "keys list": listed, "headers": w.headers(),
	}
	for _, table := range []string{"audit_record", "admin_record", "message_text", "outbox", "consent", "verification", "account_link", "site"} {
		outputs["table "+table] = s.dump(t, table)
	}
	if address := s.setting("REDIS_URL"); address != "" {
		outputs["Redis"] = dumpRedis(t, address)
	}
	for name, text := range outputs {
		c.wantNoneIn(t, name, text)
	}
	s.wantCanariesKept(t, c)
	s.wantLogOfJSON(t, w)
}

// wantNoneIn looks for every canary, and for one that it has put there itself: a
// search that finds nothing in nothing proves nothing.
func (c canaries) wantNoneIn(t *testing.T, name, text string) {
	t.Helper()
	if strings.TrimSpace(text) == "" {
		t.Errorf("%s: there is nothing to look through", name)
	}
	for value, form := range c.in(text) {
		at := max(strings.Index(text, form), strings.Index(strings.ToLower(text), form))
		t.Errorf("%s holds %q as %q: …%s…", name, value, form, text[max(at-200, 0):min(at+100, len(text))])
	}
	middle := len(text) / 2
	if len(c.in(text[:middle]+canaryEmail+text[middle:])) == 0 {
		t.Errorf("%s: what was put there is not found", name)
	}
}

// wantCanariesKept wants the canaries to have come where they belong.
func (s *shop) wantCanariesKept(t *testing.T, c canaries) {
	t.Helper()
	for table, values := range map[string][]string{
		"contact":        {canaryEmail, canaryEntrant, canaryBounced, canaryPhone, canaryRefused},
		"campaign_entry": {canaryName, canaryMetadata}, "account": {canarySub, canaryName},
		"evidence": {canaryLocation, canaryLanding, canaryAgent, "198.51.100.", "2001:db8:5ca1"},
	} {
		found := c.in(s.dump(t, table))
		for _, value := range values {
			if _, ok := found[value]; !ok {
				t.Errorf("%s does not hold %q: it never came so far", table, value)
			}
		}
	}
}

// wantLogOfJSON wants one object a line, and one line of the access log for each
// request. Embedded mode logs for people.
func (s *shop) wantLogOfJSON(t *testing.T, w witness) {
	t.Helper()
	if strings.HasPrefix(s.log.String(), "time=") {
		return
	}
	requests := map[string]int{}
	for line := range strings.Lines(s.log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("a line of the log is no JSON: %s", line)
		}
		if entry["msg"] == "request" {
			requests[fmt.Sprint(entry["request_id"])]++
		}
	}
	for _, got := range *w.replies {
		if id := got.header.Get("X-Request-Id"); requests[id] != 1 {
			t.Errorf("the request %q has %d lines", id, requests[id])
		}
	}
}

// headers are those of all answers.
func (w witness) headers() string {
	var all strings.Builder
	for _, got := range *w.replies {
		_ = got.header.Write(&all)
	}
	return all.String()
}

// dump is all that is in a table.
func (s *shop) dump(t *testing.T, table string) string {
	t.Helper()
	rows, err := s.db.QueryContext(t.Context(), `SELECT * FROM `+table)
	must(t, err)
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		columns, err := sqlx.SliceScan(rows)
		must(t, err)
		for _, column := range columns {
			if text, ok := column.([]byte); ok {
				column = string(text)
			}
			fmt.Fprintf(&all, "%v\t", column)
		}
		all.WriteByte('\n')
	}
	must(t, rows.Err())
	return all.String()
}

// setting is the value of one that the shop was opened with.
func (s *shop) setting(name string) string {
	for _, setting := range slices.Backward(s.settings) {
		if value, ok := strings.CutPrefix(setting, name+"="); ok {
			return value
		}
	}
	return ""
}

// onlyFor is the URL of a database of the Redis server that no other test uses.
func onlyFor(t *testing.T, redisURL string) string {
	t.Helper()
	u, err := url.Parse(redisURL)
	must(t, err)
	u.Path = "/7"
	return u.String()
}

// dumpRedis is every key with its value.
func dumpRedis(t *testing.T, address string) string {
	t.Helper()
	options, err := redis.ParseURL(address)
	must(t, err)
	r := redis.NewClient(options)
	defer r.Close()
	var all strings.Builder
	keys := r.Scan(t.Context(), 0, "", 1000).Iterator()
	for keys.Next(t.Context()) {
		value, err := r.Dump(t.Context(), keys.Val()).Result()
		must(t, err)
		fmt.Fprintf(&all, "%s %s\n", keys.Val(), value)
	}
	must(t, keys.Err())
	return all.String()
}

// wideLimits are limits that count and stop nobody but who signs up one address again
// and again.
func wideLimits() string {
	limits := []string{"MARKETING_MATERIAL_SIGN_UP.contact=8/1h"}
	for _, bucket := range []string{"MARKETING_MATERIAL_SIGN_UP", "MARKETING_PREFERENCES", "MARKETING_TOKEN"} {
		for _, key := range []string{"ip", "network", "site"} {
			limits = append(limits, bucket+"."+key+"=100000/1h")
		}
	}
	return strings.Join(limits, ",")
}

// newRefusingMailServer has no mailbox for canaryBounced, and says so with the
// address.
func newRefusingMailServer(t *testing.T) *mailtest.Server {
	t.Helper()
	server := mailtest.NewServer(t, mailtest.Options{})
	server.On(mailtest.To, func(address string) error {
		if strings.Contains(address, "bounced") {
			return mailtest.Answer(550, "5.1.1")(address)
		}
		return nil
	})
	return server
}

// quotingProvider refuses everything and quotes it, and once more when nobody asks.
func quotingProvider(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(object{"code": 21211, "message": "not valid: " + form.Get("To") + form.Get("response"), "error-codes": []string{string(body)}})
		controller := http.NewResponseController(w)
		_ = controller.Flush()
		conn, _, err := controller.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = fmt.Fprintf(conn, "0\r\n\r\nnot valid: %s", form.Get("To")+form.Get("response"))
		_ = conn.Close()
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// quoteInPostgres has the database refuse contacts and quote them, meanwhile.
func quoteInPostgres(s *shop, then func()) {
	s.db.MustExec(`CREATE FUNCTION quote_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'not %', NEW.address USING DETAIL = NEW.address, HINT = NEW.address, CONSTRAINT = NEW.address, ERRCODE = '23514'; END $$`)
	s.db.MustExec(`CREATE TRIGGER quoting BEFORE INSERT ON contact FOR EACH ROW EXECUTE FUNCTION quote_contact()`)
	then()
	s.db.MustExec(`DROP TRIGGER quoting ON contact`)
	s.db.MustExec(`DROP FUNCTION quote_contact`)
}

// quoteInSQLite does the same, and then is not what it should be.
func quoteInSQLite(s *shop, then func()) {
	s.db.MustExec(`CREATE TRIGGER quoting BEFORE INSERT ON contact BEGIN SELECT RAISE(ABORT, 'not ' || NEW.address); END`)
	then()
	s.db.MustExec(`DROP TRIGGER quoting`)
	s.db.MustExec(`ALTER TABLE account_link RENAME TO account_link_gone`)
	then()
	s.db.MustExec(`ALTER TABLE account_link_gone RENAME TO account_link`)
}
