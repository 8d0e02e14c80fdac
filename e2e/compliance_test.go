package e2e

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assent/store"
)

// What docs/compliance.md promises that its queries show.
func TestTheQueriesOfTheComplianceGuideTellTheWholeStory(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shop) {
		email := s.email("eve")
		want := s.storyToProve(t, email)
		slices.Sort(want)
		if got := s.proof(t, email); !slices.Equal(got, want) {
			t.Errorf("the proof says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if others := s.proof(t, s.email("somebody-else")); len(others) > 0 {
			t.Errorf("somebody else's proof says %v", others)
		}
		s.listsReaders(t, email)
		s.findsNoTampering(t)
	})
}

// storyToProve is a double opt-in with a ticked box, and a choice that belongs to the account. It returns what a proof
// has to say.
func (s *shop) storyToProve(t *testing.T, email string) []string {
	t.Helper()
	visitor := s.visitor(t).at(double)
	asked := signUp("EMAIL", email).with("preferenceIds", []string{products})
	visitor.does(asked, "REQUIRES_VERIFICATION", requested("EMAIL"), requested(preference(products)))
	visitor.does(confirm(s.linkTo(t, confirmPage, email)), "OK", granted("EMAIL"), granted(preference(products)))
	customer := s.customer(t, claims{"sub": email, "email": email, "address": true}).at(double)
	chosen := update("POST", true, "")
	customer.does(chosen, nil, granted("POST"))
	text := "I want to receive emails about new products"
	return []string{
		"REQUESTED EMAIL by VISITOR: " + asked.auditData("messageShown"),
		"REQUESTED " + text + " by VISITOR: " + asked.auditData("messageShown"),
		"GRANTED EMAIL by LINK: ", "GRANTED " + text + " by LINK: ",
		"GRANTED POST by CUSTOMER: " + chosen.auditData("messageShown"),
	}
}

// proofRow is what the query shows of one audit record.
type proofRow struct {
	At             store.Time
	Site           string
	Action         string
	Purpose        string
	ConsentText    *string `db:"consent_text"`
	ByWhom         string  `db:"by_whom"`
	FormIdentifier string  `db:"form_identifier"`
	FormLocation   string  `db:"form_location"`
	LandingURL     string  `db:"landing_url"`
	IP             string
	UserAgent      string  `db:"user_agent"`
	MessageShown   *string `db:"message_shown"`
	Record         string
}

// proof is what the query shows of an address, in words and sorted.
func (s *shop) proof(t *testing.T, email string) []string {
	t.Helper()
	var rows []proofRow
	must(t, s.db.SelectContext(t.Context(), &rows, strings.ReplaceAll(documented(t, 0), "eve@example.com", email)))
	var lines []string
	for _, row := range rows {
		if row.At.IsZero() || row.IP != s.clientIP || row.UserAgent != userAgent || row.Site == "" {
			t.Errorf("when, where or how is missing: %+v", row)
		}
		about := row.Purpose
		if row.ConsentText != nil {
			about = *row.ConsentText
		}
		line := row.Action + " " + about + " by " + row.ByWhom + ": "
		if row.MessageShown != nil {
			line += *row.MessageShown
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// listsReaders wants the address in the list to write to, and nobody who bounced.
func (s *shop) listsReaders(t *testing.T, email string) {
	t.Helper()
	bounced := s.email("mallory")
	s.visitor(t).at(double).does(signUp("EMAIL", bounced), "REQUIRES_VERIFICATION", requested("EMAIL"))
	s.visitor(t).at(double).does(confirm(s.linkTo(t, confirmPage, bounced)), "OK", granted("EMAIL"))
	query := strings.ReplaceAll(documented(t, 2), "my-shop", double)
	for _, tt := range []struct {
		change string
		want   []string
	}{
		{`suppression = 'BOUNCED'`, []string{email}},
		{`suppressed_until = '2020-01-01T00:00:00.000000Z'`, []string{email, bounced}},
	} {
		_, err := s.db.ExecContext(t.Context(), `UPDATE contact SET `+tt.change+` WHERE address = $1`, bounced)
		must(t, err)
		var got []string
		must(t, s.db.SelectContext(t.Context(), &got, query))
		slices.Sort(got)
		slices.Sort(tt.want)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: the list has %v, want %v", tt.change, got, tt.want)
		}
	}
}

// findsNoTampering is about PostgreSQL only, as the guide says.
func (s *shop) findsNoTampering(t *testing.T) {
	t.Helper()
	if s.db.DriverName() == "sqlite" {
		return
	}
	var changed int
	must(t, s.db.GetContext(t.Context(), &changed, documented(t, 1)))
	if changed != 0 {
		t.Errorf("%d wordings are said to be tampered with", changed)
	}
}

var documentedQuery = regexp.MustCompile("\n *```sql\n([^;]*);\\s*```")

// documented is one of the guide's queries, counted from 0.
func documented(t *testing.T, n int) string {
	t.Helper()
	queries := documentedQuery.FindAllStringSubmatch(readFile(t, filepath.Join("..", "docs", "compliance.md")), -1)
	if len(queries) != 3 {
		t.Fatalf("the guide has %d queries, want 3", len(queries))
	}
	return queries[n][1]
}
