package e2e

import (
	"fmt"
	"net/http"
	"testing"
)

func restTextStories() []scenario {
	return []scenario{
		{"a text defined without a site is on offer everywhere, at sites made later too", offersEverywhere},
		{"a text defined for a site is on offer there only, until enabled elsewhere", offersAtOneSite},
		{"a text taken off one site stays on offer at the others", takesOffOneSite},
		{"shoppers answer the texts that the back office defined", answersDefined},
		{"a text of one organisation is on offer at no site of another", staysInOrganisation},
	}
}

func offersEverywhere(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	other, otherSlug := c.opens(marketing)
	s.visitor(t).at(c.slug).comesToSee(offered, offering())
	id := c.defines("I want offers", "")
	want := offering([2]string{id, "I want offers"})
	later, laterSlug := c.opens(marketing)
	for site, slug := range map[string]string{c.site: c.slug, other: otherSlug, later: laterSlug} {
		c.wantOffered(site, id)
		s.visitor(t).at(slug).comesToSee(offered, want)
	}
	second := c.defines("I want news", "")
	s.visitor(t).at(c.slug).comesToSee(offered, offering([2]string{id, "I want offers"}, [2]string{second, "I want news"}))
}

func offersAtOneSite(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	other, otherSlug := c.opens(marketing)
	id := c.defines("I want offers", c.site)
	want := offering([2]string{id, "I want offers"})
	s.visitor(t).at(c.slug).comesToSee(offered, want)
	c.wantOffered(other)
	s.visitor(t).at(otherSlug).comesToSee(offered, offering())

	enabled := c.creates(offer(other), object{"marketing_preference_id": id})
	if enabled["id"] != id || enabled["text"] != "I want offers" || enabled["organisation_id"] != c.id {
		t.Errorf("enabling answers %v", enabled)
	}
	c.wantOffered(other, id)
	c.wantOffered(c.site, id)
	s.visitor(t).at(otherSlug).comesToSee(offered, want)
	_, later := c.opens(marketing)
	s.visitor(t).at(later).comesToSee(offered, offering())
}

func takesOffOneSite(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	other, otherSlug := c.opens(marketing)
	id := c.defines("I want offers", "")
	want := offering([2]string{id, "I want offers"})
	s.visitor(t).at(c.slug).comesToSee(offered, want)
	c.wants(http.StatusNoContent, http.MethodDelete, offer(c.site)+"/"+id, nil)
	s.visitor(t).at(c.slug).comesToSee(offered, offering())
	s.visitor(t).at(otherSlug).comesToSee(offered, want)
	c.wantOffered(c.site)
	c.wantOffered(other, id)
	c.gets(textsPath + "/" + id)

	c.creates(offer(c.site), object{"marketing_preference_id": id})
	s.visitor(t).at(c.slug).comesToSee(offered, want)
}

// ownAnswer is what a customer sees of the only text on offer.
func ownAnswer(id, text string, optedIn bool) string {
	return fmt.Sprintf(`{"customer":{"preferences":[{"id":%q,"text":%s,"optedIn":%t}]}}`, id, quoted(text), optedIn)
}

func answersDefined(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	id := c.defines("I want offers", "")
	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email}).at(c.slug)
	ada.comesToSee(preferenceTexts, ownAnswer(id, "I want offers", false))
	ada.does(choose(id, true, email), nil, granted(preference(id)))
	ada.sees(preferenceTexts, ownAnswer(id, "I want offers", true))

	email = s.email("grace")
	op := signUp("EMAIL", email).with("preferenceIds", []string{id})
	s.visitor(t).at(c.slug).does(op, "OK", granted("EMAIL"), granted(preference(id)))
	s.customer(t, claims{"sub": email, "email": email}).at(c.slug).sees(preferenceTexts, ownAnswer(id, "I want offers", true))
}

func staysInOrganisation(t *testing.T, s *shop) {
	c, others := s.company(t, marketing), s.company(t, marketing)
	id := c.defines("I want offers", "")
	s.visitor(t).at(c.slug).comesToSee(offered, offering([2]string{id, "I want offers"}))
	others.wantOffered(others.site)
	s.visitor(t).at(others.slug).comesToSee(offered, offering())
	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email}).at(others.slug)
	ada.does(choose(id, true, email), "NOT_AVAILABLE")
	s.visitor(t).at(others.slug).does(signUp("EMAIL", email).with("preferenceIds", []string{id}), "NOT_FOUND")
}
