package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

func restWordingStories() []scenario {
	return []scenario{
		{"an answer refers to the wording that was shown, also when the form was open while it changed", refersToWording},
		{"a deleted text is gone, and what was answered to it stays with its wording", deletesText},
	}
}

const (
	oldWording = "I want to receive offers"
	newWording = "I want to receive offers & news"
)

func refersToWording(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	id := c.defines(oldWording, "")
	email := s.email("ada")
	ada := s.customer(t, claims{"sub": email, "email": email}).at(c.slug)
	ada.comesToSee(preferenceTexts, ownAnswer(id, oldWording, false))
	answers := func(shown string) {
		ada.does(choose(id, true, email).with("auditData.messageShown", shown), nil, granted(preference(id)))
	}
	answers("<label>" + oldWording + "</label>")

	reworded := c.wants(http.StatusOK, http.MethodPut, textsPath+"/"+id, object{"text": newWording}).object(t)
	if reworded["text"] != newWording || reworded["updated_at"] == reworded["created_at"] {
		t.Errorf("rewording answers %v", reworded)
	}
	ada.comesToSee(preferenceTexts, ownAnswer(id, newWording, true))
	answers(oldWording)
	answers("<b>I want to receive</b> offers &amp; news")
	op := signUp("EMAIL", s.email("grace")).with("preferenceIds", []string{id}).with("auditData.messageShown", oldWording)
	s.visitor(t).at(c.slug).does(op, "OK", granted("EMAIL"), granted(preference(id)))

	if got := s.versionsAnswered(t, id); !slices.Equal(got, []int{1, 1, 2, 1}) {
		t.Errorf("the answers refer to the versions %v, want 1, 1, 2 and 1", got)
	}
	c.wantWordings(id, oldWording, newWording)
}

// versionsAnswered are the versions of a text that the answers refer to.
func (s *shop) versionsAnswered(t *testing.T, id string) []int {
	t.Helper()
	var versions []int
	must(t, s.db.SelectContext(t.Context(), &versions,
		`SELECT preference_version FROM audit_record WHERE purpose = $1 ORDER BY id`, preference(id)))
	return versions
}

func (c company) wantWordings(id string, want ...string) {
	c.t.Helper()
	var got []string
	for i, version := range c.lists(textsPath + "/" + id + "/versions") {
		if version["version"] != float64(i+1) {
			c.t.Errorf("wording %d is version %v", i+1, version["version"])
		}
		got = append(got, version["text"].(string))
	}
	if !slices.Equal(got, want) {
		c.t.Errorf("the wordings are %q, want %q", got, want)
	}
}

func deletesText(t *testing.T, s *shop) {
	c := s.company(t, marketing)
	id, kept := c.defines(oldWording, ""), c.defines("I want calls", "")
	email := s.email("ada")
	ada, visitor := s.customer(t, claims{"sub": email, "email": email}).at(c.slug), s.visitor(t).at(c.slug)
	both := offering([2]string{id, oldWording}, [2]string{kept, "I want calls"})
	visitor.comesToSee(offered, both)
	ada.does(choose(id, true, email), nil, granted(preference(id)))

	c.wants(http.StatusNoContent, http.MethodDelete, textsPath+"/"+id, nil)
	visitor.comesToSee(offered, offering([2]string{kept, "I want calls"}))
	ada.sees(preferenceTexts, ownAnswer(kept, "I want calls", false))
	c.wantOffered(c.site, kept)
	if got := ids(c.lists(textsPath)); !slices.Equal(got, []string{kept}) {
		t.Errorf("the texts are %v, want %s", got, kept)
	}
	for _, request := range []struct {
		method, path string
		body         any
	}{
		{"GET", textsPath + "/" + id, nil}, {"PUT", textsPath + "/" + id, object{"text": "again"}}, {"DELETE", textsPath + "/" + id, nil},
		{"POST", offer(c.site), object{"marketing_preference_id": id}}, {"DELETE", offer(c.site) + "/" + id, nil},
	} {
		c.wants(http.StatusNotFound, request.method, request.path, request.body)
	}
	ada.does(choose(id, false, email), "NOT_AVAILABLE")
	visitor.does(signUp("EMAIL", s.email("eve")).with("preferenceIds", []string{id}), "NOT_FOUND")
	s.wantKept(t, id, oldWording)
	c.wantWordings(id, oldWording)
}

// wantKept wants one consent to a text in the database, and the wording that it
// was given to.
func (s *shop) wantKept(t *testing.T, id, wording string) {
	t.Helper()
	var kept []string
	must(t, s.db.SelectContext(t.Context(), &kept, fmt.Sprintf(`
SELECT v.text FROM consent c JOIN audit_record r ON r.contact_id = c.contact_id AND r.id = c.record_id
JOIN preference_version v ON v.version = r.preference_version AND v.preference_id = '%s'
WHERE c.purpose = $1 AND c.status = 'GRANTED'`, id), preference(id)))
	if !slices.Equal(kept, []string{wording}) {
		t.Errorf("the consents kept were given to %q, want %q", kept, wording)
	}
}
