package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"assent/e2e/attacks"
)

// maxHostileAnswer is how long an answer to an attack may be, in bytes.
const maxHostileAnswer = 64 << 10

// internals are what no answer may say: what the program is written in and made
// of, where it is, and what it asks the database.
var internals = regexp.MustCompile(`(?i)gqlgen|gqlparser|github\.com|golang|goroutine|\.go:\d|runtime error|nil pointer|panic|sqlite|postgres|\bpq:|` +
	`\bSELECT\b.*\bFROM\b|INSERT INTO|unmarshal|encoding/json|strconv\.|\bhuma\b|jsonschema|net/http|/root/|/home/|/tmp/|assent/|\*ast\.|map\[|interface ?\{|0xc0`)

// TestAttacks sends the whole corpus to one running program.
func TestAttacks(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		address := strings.TrimPrefix(s.url, "http://")
		before := s.tables(t)
		for _, attack := range attacks.All() {
			t.Run(attack.Name, func(t *testing.T) {
				got, err := attack.Send(t.Context(), address, bootstrapKey)
				must(t, err)
				if got.Length > maxHostileAnswer {
					t.Errorf("answered with %d bytes", got.Length)
				}
				if got.Status >= http.StatusInternalServerError && got.Status != http.StatusNotImplemented {
					t.Errorf("answered with %.500s", got.Text)
				}
				if strings.Contains(readable(got.Text), attacks.Canary) {
					t.Errorf("the answer repeats what was sent: %.2000s", got.Text)
				}
				if said := internals.FindString(got.Text); said != "" {
					t.Errorf("the answer says %q: %.2000s", said, got.Text)
				}
				if after := s.tables(t); len(diff(before, after)) > 0 {
					t.Errorf("something was written: %v", diff(before, after))
					before = after
				}
			})
		}
		if strings.Contains(s.log.String(), attacks.Canary) {
			t.Error("the log repeats what was sent")
		}
		if strings.Contains(s.log.String(), "level=ERROR") || strings.Contains(s.log.String(), `"level":"ERROR"`) {
			t.Error("an attack is logged as a failure of ours")
		}
		s.visitor(t).isReady(http.StatusOK, "ok")
		s.visitor(t).does(signUp("EMAIL", s.email("ada")), "OK", granted("EMAIL"))
	}, "ADMIN_API_KEY="+bootstrapKey, "INTROSPECTION=true")
}

// readable is the text with escapes of URLs undone where they can be.
func readable(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return text + plain
	}
	return text
}
