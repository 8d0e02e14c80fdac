package e2e

import (
	"fmt"
	"strings"
	"testing"
)

func signUpScenarios() []scenario {
	return []scenario{
		{"a visitor signs up for e-mail and is subscribed at once", subscribesAtOnce},
		{"signing up again is a duplicate, however the address is written", signsUpAgain},
		{"addresses that differ in a dot or a plus tag are different people", tellsTagsApart},
		{"preference texts that a visitor ticks are granted with the channel", ticksBoxes},
		{"a preference text that is not on offer is not found", ticksUnknownBox},
		{"a letter names its shop and its sender and can be unsubscribed from with one click", writesLetter},
	}
}

// What an e-mail address is to a site before an account is created.
const (
	isCustomer    = "CUSTOMER_ALREADY_EXISTS"
	isSubscribed  = "RECEIVES_MARKETING_MATERIAL"
	isNotAMember  = "DOES_NOT_RECEIVE_MARKETING_MATERIAL"
	membershipFor = `{ accountCreationMarketingPreferences(email: %q) }`
)

// knows wants the site to say what the address is to it.
func (c *client) knows(email, want string) {
	c.t.Helper()
	c.sees(fmt.Sprintf(membershipFor, email), fmt.Sprintf(`{"accountCreationMarketingPreferences":%q}`, want))
}

func subscribesAtOnce(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("Ada.Lovelace")
	visitor.knows(email, isNotAMember)
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	visitor.knows(email, isSubscribed)
	visitor.at(double).knows(email, isNotAMember)
}

func signsUpAgain(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("Grace")
	visitor.does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	for _, typed := range []string{email, strings.ToUpper(email), "  " + email + "\t"} {
		visitor.does(signUp("EMAIL", typed).about(email), "DUPLICATE", requested("EMAIL"))
	}
	visitor.knows(strings.ToLower(email), isSubscribed)
	s.letterTo(t, email)

	domain := strings.Replace(s.email("grace"), mailDomain, "bücher."+mailDomain, 1)
	ascii := strings.Replace(domain, "bücher", "xn--bcher-kva", 1)
	visitor.does(signUp("EMAIL", domain), "OK", granted("EMAIL"))
	visitor.does(signUp("EMAIL", ascii).about(domain), "DUPLICATE", requested("EMAIL"))
}

func tellsTagsApart(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("alan")
	tagged := strings.Replace(email, "@", "+shop@", 1)
	dotted := strings.Replace(email, "alan", "al.an", 1)
	for _, each := range []string{email, tagged, dotted} {
		visitor.does(signUp("EMAIL", each), "OK", granted("EMAIL"))
	}
}

func ticksBoxes(t *testing.T, s *shop) {
	visitor, email := s.visitor(t), s.email("mary")
	ticked := signUp("EMAIL", email).with("preferenceIds", []string{offers, products, offers})
	visitor.does(ticked, "OK", granted("EMAIL"), granted(preference(offers)), granted(preference(products)))
	visitor.does(signUp("EMAIL", email).with("preferenceIds", []string{offers}), "DUPLICATE",
		requested("EMAIL"), requested(preference(offers)))

	other := s.email("mary")
	visitor.does(signUp("EMAIL", other), "OK", granted("EMAIL"))
	visitor.does(signUp("EMAIL", other).with("preferenceIds", []string{products}), "OK",
		requested("EMAIL"), granted(preference(products)))
}

func ticksUnknownBox(t *testing.T, s *shop) {
	const unknown = "0de30000-0000-4000-8000-0000000000ff"
	op := signUp("EMAIL", s.email("kay")).with("preferenceIds", []string{offers, unknown})
	s.visitor(t).does(op, "NOT_FOUND")
}

func writesLetter(t *testing.T, s *shop) {
	email := s.email("jean")
	s.visitor(t).does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	l := s.letterTo(t, email)
	if l.Channel != "EMAIL" || !strings.Contains(l.Subject, "Tamblewick Tea") || l.HTML == "" {
		t.Errorf("the letter is %+v", l)
	}
	leaving := l.link(t, unsubscribePage)
	want := map[string]string{
		"From": `"Tamblewick Tea" <hello@tamblewick-tea.example>`, "To": email,
		"List-Unsubscribe": "<" + leaving.page + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}
	for name, value := range want {
		if l.Headers[name] != value {
			t.Errorf("%s: %q, want %q", name, l.Headers[name], value)
		}
	}
	base := s.url
	if s.composer != nil {
		base = publicURL
	}
	if !strings.HasPrefix(leaving.page, base+unsubscribePage+"?") || strings.Contains(leaving.page, email) {
		t.Errorf("the link is %s, want one to %s that does not hold the address", leaving.page, base)
	}
}
