package e2e

import (
	"strings"
	"testing"
)

func textScenarios() []scenario {
	return []scenario{
		{"texts as long as they may be are kept whole", keepsLongTexts},
		{"a wording is stored once, however often it was shown", storesOnce},
	}
}

func keepsLongTexts(t *testing.T, s *shop) {
	visitor := s.visitor(t)
	for _, op := range []operation{
		signUp("EMAIL", s.email("ada")).with("auditData.messageShown", strings.Repeat("é", 10_000)),
		signUp("EMAIL", s.email("ada")).with("auditData.formIdentifier", strings.Repeat("ß", 200)),
		signUp("EMAIL", s.email("ada")).with("auditData.formLocation", strings.Repeat("字", 2_048)),
	} {
		visitor.does(op, "OK", granted("EMAIL"))
	}
	op := unsubscribe(s.linkTo(t, unsubscribePage, s.subscribed(t)))
	long := "https://shop.example/" + strings.Repeat("x", 2_048-len("https://shop.example/"))
	visitor.does(op.with("auditData.landingUrl", long), "OK", withdrawn("EMAIL"))
}

// subscribed is the address of somebody who has just signed up.
func (s *shop) subscribed(t *testing.T) string {
	t.Helper()
	email := s.email("grace")
	s.visitor(t).does(signUp("EMAIL", email), "OK", granted("EMAIL"))
	return email
}

func storesOnce(t *testing.T, s *shop) {
	const wording = "Yes, once."
	for range 3 {
		s.visitor(t).does(signUp("EMAIL", s.email("alan")).with("auditData.messageShown", wording), "OK", granted("EMAIL"))
	}
	var n int
	must(t, s.db.GetContext(t.Context(), &n, `SELECT count(*) FROM message_text WHERE body = $1`, wording))
	if n != 1 {
		t.Errorf("the wording is stored %d times", n)
	}
}
