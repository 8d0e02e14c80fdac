package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"assent/mail/mailtest"
	"assent/store/storetest"
)

// onBothWithMail runs a test on shops that send their mail to a server of the
// test's own: in embedded mode on SQLite, and in production mode on PostgreSQL.
func onBothWithMail(t *testing.T, test func(t *testing.T, s *shop, server *mailtest.Server), settings ...string) {
	t.Helper()
	withMail := func(open func(t *testing.T, settings ...string) *shop) func(t *testing.T) {
		return func(t *testing.T) {
			t.Parallel()
			server := mailtest.NewServer(t, mailtest.Options{})
			s := open(t, append([]string{"SMTP_URL=" + server.URL()}, settings...)...)
			defer s.close(t)
			test(t, s, server)
		}
	}
	t.Run("SQLite", withMail(openEmbedded))
	t.Run("PostgreSQL", withMail(func(t *testing.T, settings ...string) *shop {
		return openProduction(t, storetest.Postgres(t), settings...)
	}))
}

// asLetter is a mail that arrived, as the links of one are found.
func asLetter(m mailtest.Mail) letter {
	return letter{To: m.Header.Get("To"), Subject: m.Subject, Text: m.Text, HTML: m.HTML}
}

// kill ends the program without a chance to finish anything.
func (s *shop) kill(t *testing.T) {
	t.Helper()
	must(t, s.cmd.Process.Kill())
	<-s.exited
}

// revive starts the program again, with other settings on top.
func (s *shop) revive(t *testing.T, settings ...string) {
	t.Helper()
	s.process = start(t, append(append([]string{}, s.settings...), settings...)...)
}

// leaseEnds lets so much time pass that everything unfinished is due again.
func (s *shop) leaseEnds(t *testing.T) {
	t.Helper()
	s.db.MustExecContext(t.Context(), `UPDATE outbox SET due_at = queued_at WHERE due_at IS NOT NULL`)
}

// statuses counts the messages by status.
func (s *shop) statuses(t *testing.T) string {
	t.Helper()
	var counts []struct {
		Status string `db:"status"`
		N      int    `db:"n"`
	}
	must(t, s.db.SelectContext(t.Context(), &counts, `SELECT status, count(*) AS n FROM outbox GROUP BY status ORDER BY status`))
	var parts []string
	for _, c := range counts {
		parts = append(parts, fmt.Sprintf("%d %s", c.N, c.Status))
	}
	return strings.Join(parts, ", ")
}

// path is the link as the program sees it, on whatever host it arrives.
func (l link) path(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(l.page)
	must(t, err)
	return u.RequestURI()
}

// opens follows a link in a browser; GET and HEAD write nothing.
func (c *client) opens(l link) reply {
	c.t.Helper()
	before := c.shop.tables(c.t)
	browser := c.at("").with("Accept", "text/html").with("Content-Type", "")
	head := browser.do(http.MethodHead, l.path(c.t), "")
	page := browser.do(http.MethodGet, l.path(c.t), "")
	if head.status != page.status || head.body != "" {
		c.t.Errorf("HEAD answers %d %q, GET %d", head.status, head.body, page.status)
	}
	c.shop.wantUnchanged(c.t, before)
	return page
}

// presses sends the form of the page a link leads to.
func (c *client) presses(l link) reply {
	c.t.Helper()
	u, err := url.Parse(l.page)
	must(c.t, err)
	form := url.Values{"uuid": {l.token}, "email": {l.hash}}
	path := u.Path
	if path == unsubscribePage {
		path = u.RequestURI()
	}
	return c.at("").with("Content-Type", "application/x-www-form-urlencoded").do(http.MethodPost, path, form.Encode())
}

func (r reply) shows(t *testing.T, status int, words string) {
	t.Helper()
	if r.status != status || !strings.Contains(r.body, words) {
		_, body, _ := strings.Cut(r.body, "</head>")
		t.Errorf("got %d, want %d with %q on the page:\n%s", r.status, status, words, body)
	}
}
