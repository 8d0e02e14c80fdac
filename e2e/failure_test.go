package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"assent/store/storetest"
)

// TestLostDatabase cuts the connections to PostgreSQL and lets them heal again.
func TestLostDatabase(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	p, through := newProxy(t, database)
	s := openProduction(t, database, "DATABASE_URL="+through)
	defer s.close(t)
	s.survives(t, func() { p.setCut(true) }, func() { p.setCut(false) })
	s.wantCounted(t, unknownSignUps) // a new wording comes before the batch

	s.visitor(t).isReady(http.StatusOK, "ok")
	p.setCut(true)
	s.visitor(t).isReady(http.StatusServiceUnavailable, "unavailable")
	if got := s.visitor(t).do("GET", "/healthz", ""); got.status != http.StatusOK {
		t.Errorf("the process is up and says %d %s", got.status, got.body)
	}
	p.setCut(false)
	s.visitor(t).isReady(http.StatusOK, "ok")
	p.setCut(true)
	p.setCut(false) // as when the server restarts: nobody shall notice
	for range 12 {
		s.visitor(t).does(signUp("EMAIL", s.email("new")), "OK", granted("EMAIL"))
	}
}

func (c *client) isReady(status int, database string) {
	c.t.Helper()
	got := c.do("GET", "/readyz", "")
	if got.status != status || !strings.Contains(got.body, `"database":"`+database+`"`) {
		c.t.Errorf("/readyz answers %d %s, want %d with the database %s", got.status, got.body, status, database)
	}
}

// TestBrokenSQLite takes the tables away from under the program.
func TestBrokenSQLite(t *testing.T) {
	t.Parallel()
	s := openEmbedded(t)
	defer s.close(t)
	rename := func(from, to string) {
		_, err := s.db.ExecContext(t.Context(), `ALTER TABLE `+from+` RENAME TO `+to)
		must(t, err)
	}
	s.survives(t,
		func() { rename("contact", "contact_gone"); rename("consent", "consent_gone") },
		func() { rename("contact_gone", "contact"); rename("consent_gone", "consent") })
	s.wantCounted(t, unknownSignUps, `assent_store_batch_troubles_total{outcome="failed"}`)
}

const unknownSignUps = `assent_graphql_answers_total{operation="signUpForMarketing",result="UNKNOWN_ERROR"}`

func (s *shop) wantCounted(t *testing.T, names ...string) {
	t.Helper()
	counted := s.series(t)
	for _, name := range names {
		if counted[name] == 0 {
			t.Errorf("%s is 0 after changes have failed", name)
		}
	}
}

// survives wants every operation to say that it failed while the database is
// broken, and to work again after it is mended.
func (s *shop) survives(t *testing.T, breakIt, mend func()) {
	t.Helper()
	email, number, newcomer := s.email("ada"), s.phone(), s.email("eve")
	ada := s.customer(t, claims{"sub": email, "email": email, "phone_number": number})
	ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	waiting := s.waiting(t, "grace")
	confirming, leaving := confirm(waiting.link(t, confirmPage)), unsubscribe(waiting.link(t, unsubscribePage))
	before := s.tables(t)

	breakIt()
	for _, op := range []operation{
		signUp("EMAIL", newcomer), signUp("SMS", number), enterCampaign("42", newcomer), confirming, leaving,
		update("EMAIL", false, email), choose(offers, true, email),
	} {
		ada.fails(op)
	}
	ada.isInternal(unsubscribeSMS(number))
	ada.isInternal(operation{document: emailAndSMS})
	ada.isInternal(operation{document: `{ accountCreationMarketingPreferences(email: "` + email + `") }`})
	mend()

	after := s.tables(t)
	after["message_text"] = before["message_text"] // a wording without a record proves nothing and harms nobody
	if changed := len(diff(before, after)); changed > 0 {
		t.Errorf("written by operations that failed: %v", diff(before, after))
	}
	ada.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
	s.visitor(t).does(signUp("EMAIL", newcomer), "OK", granted("EMAIL"))
	s.visitor(t).at(double).does(confirming, "OK", granted("EMAIL"))
}

// fails wants the operation's own word for a failure of ours, and what the log
// says about it.
func (c *client) fails(op operation) {
	c.t.Helper()
	got := c.send(op.document, op.variables)
	if answer, err := got.answer(op.field); err != nil || answer != "UNKNOWN_ERROR" {
		c.t.Errorf("%s: got %s, want UNKNOWN_ERROR", op.field, got.body)
		return
	}
	c.isLogged(got.Extensions["errorId"], got)
}

func (c *client) isInternal(op operation) {
	c.t.Helper()
	got := c.send(op.document, op.variables)
	if len(got.Errors) == 0 {
		c.t.Errorf("%s: got %s, want INTERNAL", op.document, got.body)
	}
	for _, e := range got.Errors {
		if e.Extensions["code"] != "INTERNAL" || len(e.Extensions) != 2 {
			c.t.Errorf("%s: got %s, want INTERNAL with an errorId and nothing else", op.document, got.body)
		}
		c.isLogged(e.Extensions["errorId"], got)
	}
}

// isLogged wants an error line with the id. That no line holds an address is
// checked for the whole log when the program stops.
func (c *client) isLogged(errorID any, got reply) {
	c.t.Helper()
	id, _ := errorID.(string)
	line := regexp.MustCompile(`.*ERROR.*error_id"?[=:]"?` + id + `.*`)
	if id == "" || c.shop.log.waitFor(line) == "" {
		c.t.Errorf("no line of the log explains %s", got.body)
	}
}

// TestLockedSQLite is another program, such as a careless backup, that keeps the
// database locked.
func TestLockedSQLite(t *testing.T) {
	t.Parallel()
	s := openEmbedded(t)
	defer s.close(t)
	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email})
	ada.does(update("EMAIL", true, email), nil, granted("EMAIL"))
	other, err := s.db.Connx(t.Context())
	must(t, err)
	defer other.Close()
	_, err = other.ExecContext(t.Context(), `BEGIN IMMEDIATE`)
	must(t, err)
	ada.fails(update("EMAIL", false, email))
	ada.sees(emailAndSMS, `{"customer":{"email":true,"sms":false}}`)
	_, err = other.ExecContext(t.Context(), `ROLLBACK`)
	must(t, err)
	ada.does(update("EMAIL", false, email), nil, withdrawn("EMAIL"))
}
