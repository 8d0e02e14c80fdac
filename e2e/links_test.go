package e2e

import (
	"strings"
	"testing"
)

func linkScenarios() []scenario {
	return []scenario{
		{"a link with another address's hash is not found", refusesOtherHash},
		{"a link whose values are swapped or damaged is not found", refusesDamage},
		{"no link does what another is for", refusesOtherPurpose},
		{"a link is not found at another organisation's site", refusesOtherOrganisation},
	}
}

// notALink wants that the values neither confirm nor unsubscribe.
func (c *client) notALink(l link) {
	c.t.Helper()
	c.does(confirm(l), "NOT_FOUND")
	c.does(unsubscribe(l), "NOT_FOUND")
}

// waiting is the letter of a visitor whose sign-up is to be confirmed.
func (s *shop) waiting(t *testing.T, name string) letter {
	t.Helper()
	email := s.email(name)
	s.visitor(t).at(double).does(signUp("EMAIL", email), "REQUIRES_VERIFICATION", requested("EMAIL"))
	return s.letterTo(t, email)
}

func refusesOtherHash(t *testing.T, s *shop) {
	ada, eve := s.waiting(t, "ada"), s.waiting(t, "eve")
	for _, page := range []string{confirmPage, unsubscribePage} {
		l := ada.link(t, page)
		l.hash = eve.link(t, page).hash
		s.visitor(t).at(double).notALink(l)
	}
	s.visitor(t).at(double).does(confirm(ada.link(t, confirmPage)), "OK", granted("EMAIL"))
}

func refusesDamage(t *testing.T, s *shop) {
	visitor, letter := s.visitor(t).at(double), s.waiting(t, "grace")
	for _, page := range []string{confirmPage, unsubscribePage} {
		l := letter.link(t, page)
		swapped, flipped, longer, spaced := l, l, l, l
		swapped.token, swapped.hash = l.hash, l.token
		flipped.token = flip(l.token)
		longer.token += "A"
		spaced.token = " " + l.token + "\n"
		for _, damaged := range []link{swapped, flipped, longer, spaced, {}, {token: l.token}, {hash: l.hash}} {
			visitor.notALink(damaged)
		}
		for _, nonsense := range []string{"\x00", strings.Repeat("A", 5000), "../../etc", letter.To} {
			visitor.notALink(link{token: nonsense, hash: l.hash})
			visitor.notALink(link{token: l.token, hash: nonsense})
		}
	}
}

// flip changes one bit in the middle.
func flip(token string) string {
	middle := len(token) / 2
	other := "A"
	if token[middle] == 'A' {
		other = "B"
	}
	return token[:middle] + other + token[middle+1:]
}

func refusesOtherPurpose(t *testing.T, s *shop) {
	visitor, letter := s.visitor(t).at(double), s.waiting(t, "alan")
	visitor.does(unsubscribe(letter.link(t, confirmPage)), "NOT_FOUND")
	visitor.does(confirm(letter.link(t, unsubscribePage)), "NOT_FOUND")
	html := letter
	html.Text = strings.ReplaceAll(strings.ReplaceAll(letter.HTML, "&amp;", "&"), `"`, " ")
	visitor.notALink(html.link(t, rejectPage))
}

func refusesOtherOrganisation(t *testing.T, s *shop) {
	letter := s.waiting(t, "mary")
	visitor := s.visitor(t).at(elsewhere)
	visitor.does(confirm(letter.link(t, confirmPage)), "NOT_FOUND")
	visitor.does(unsubscribe(letter.link(t, unsubscribePage)), "NOT_FOUND")
}
