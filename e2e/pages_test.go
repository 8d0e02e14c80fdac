package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"assent/store/storetest"
)

func TestLinksThatLeadNowhere(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		mine, other := s.waiting(t, "ada"), s.waiting(t, "grace")
		visitor := s.visitor(t)
		for _, page := range []string{confirmPage, rejectPage, unsubscribePage} {
			l, theirs := mine.link(t, page), other.link(t, page)
			elsewhereSite := visitor.at(elsewhere)
			for name, bad := range map[string]link{
				"no parameters":                    {page: page},
				"no token":                         l.carrying("", l.hash),
				"no address":                       l.carrying(l.token, ""),
				"half a token":                     l.carrying(l.token[:len(l.token)/2], l.hash),
				"half an address":                  l.carrying(l.token, l.hash[:20]),
				"parameters in each other's place": l.carrying(l.hash, l.token),
				"somebody else's address":          l.carrying(l.token, theirs.hash),
				"a token for another use":          l.carrying(mine.link(t, otherThan(page)).token, l.hash),
				"nonsense":                         l.carrying("<script>alert(1)</script>", "\x00"),
			} {
				t.Run(page+" with "+name, func(t *testing.T) {
					before := s.tables(t)
					for what, got := range map[string]reply{"GET": visitor.opens(bad), "POST": visitor.presses(bad)} {
						if got.status != http.StatusNotFound || !strings.Contains(got.body, "<h1") || strings.Contains(got.body, "<form") {
							t.Errorf("%s answers %d\n%s", what, got.status, got.body)
						}
						if strings.Contains(got.body, mine.To) || strings.Contains(got.body, "•••") || strings.Contains(got.body, "<script") {
							t.Errorf("%s gives something away", what)
						}
					}
					s.wantUnchanged(t, before)
				})
			}
			before := s.tables(t)
			if got := elsewhereSite.pressesWithSite(l); got.status != http.StatusNotFound {
				t.Errorf("%s asked for by another organisation answers %d", page, got.status)
			}
			s.wantUnchanged(t, before)
		}
	})
}

func otherThan(page string) string {
	if page == confirmPage {
		return unsubscribePage
	}
	return confirmPage
}

// carrying is the same link with other parameters.
func (l link) carrying(token, hash string) link {
	u, err := url.Parse(l.page)
	if err != nil {
		panic(err)
	}
	u.RawQuery = url.Values{"uuid": {token}, "email": {hash}}.Encode()
	return link{page: u.String(), token: token, hash: hash, to: l.to}
}

// pressesWithSite is presses with the site of the client in the header.
func (c *client) pressesWithSite(l link) reply {
	c.t.Helper()
	u, err := url.Parse(l.page)
	must(c.t, err)
	form := url.Values{"uuid": {l.token}, "email": {l.hash}}.Encode()
	return c.with("Content-Type", "application/x-www-form-urlencoded").do(http.MethodPost, u.Path, form)
}

// TestPagesKeepTheirProof: what a page said is kept with the answer, as a form's
// wording is.
func TestPagesKeepTheirProof(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		l := s.waiting(t, "ada")
		s.visitor(t).presses(l.link(t, confirmPage)).shows(t, http.StatusOK, "Sign-up confirmed")
		var proof struct {
			Form    string `db:"form_identifier"`
			Wording string `db:"body"`
			URL     string `db:"landing_url"`
			IP      string `db:"ip"`
		}
		must(t, s.db.GetContext(t.Context(), &proof, `
SELECT r.form_identifier, t.body, e.landing_url, e.ip FROM audit_record r
JOIN message_text t ON t.hash = r.text_hash
JOIN evidence e ON e.contact_id = r.contact_id AND e.event_id = r.event_id WHERE r.action = 'GRANTED'`))
		if proof.Form != "confirm-page" || !strings.HasSuffix(proof.URL, confirmPage) || proof.IP != s.clientIP {
			t.Errorf("the proof is %+v", proof)
		}
		if !strings.Contains(proof.Wording, "Confirm sign-up") || strings.Contains(proof.Wording, "•••") {
			t.Errorf("the wording is %q", proof.Wording)
		}
	})
}

// TestPagesWorkOnWhateverHostTheyAreAskedFor: a link names its own site.
func TestPagesWorkOnWhateverHostTheyAreAskedFor(t *testing.T) {
	s := openProduction(t, storetest.SQLite(t))
	defer s.close(t)
	l := s.waiting(t, "ada").link(t, confirmPage)
	page := s.visitor(t).atHost(plainHost).with("Content-Type", "").do(http.MethodGet, l.path(t), "")
	page.shows(t, http.StatusOK, "<button")
}

// TestAPageThatComesTooLateWritesNothing: the storefront's own page has confirmed
// the link before, so that ours has nothing left to prove.
func TestAPageThatComesTooLateWritesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		l := s.waiting(t, "ada")
		visitor := s.visitor(t).at(double)
		visitor.does(confirm(l.link(t, confirmPage)), "OK", granted("EMAIL"))
		before := s.tables(t)
		visitor.presses(l.link(t, confirmPage)).shows(t, http.StatusOK, "already confirmed")
		s.wantUnchanged(t, before)
	})
}
