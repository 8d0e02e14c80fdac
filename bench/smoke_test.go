package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// rounds is how often a part is measured before a ratio that is too small counts:
// other tests run at the same time.
const rounds = 3

// TestNothingHasCollapsed measures very briefly. How fast anything is depends on the
// machine, so it looks at ratios of one run, and far below what they should be: a
// fifth of that is no bad day, but something that has stopped working as it was meant.
func TestNothingHasCollapsed(t *testing.T) {
	if os.Getenv("TEST_DATABASE_URL") == "" || os.Getenv("PGBENCH") == "" {
		t.Skip("TEST_DATABASE_URL and PGBENCH are not set; `make test` starts PostgreSQL for you")
	}
	for _, p := range []struct {
		name, title string
		rows        int
		least       []atLeast
	}{
		{"writes", "Sign-ups", 12, []atLeast{
			{"sign-ups beside pgbench", 0.25, func(m measured) float64 { return m.ratio(signUpName, "PostgreSQL", 64) }},
			{"64 sign-ups at once beside one, PostgreSQL", 1, func(m measured) float64 {
				return m.perSecond(signUpName, "PostgreSQL", 64) / m.perSecond(signUpName, "PostgreSQL", 1)
			}},
			{"64 sign-ups at once beside one, SQLite", 1, func(m measured) float64 {
				return m.perSecond(signUpName, "SQLite", 64) / m.perSecond(signUpName, "SQLite", 1)
			}},
		}},
		{"reads", "Reads", 8, []atLeast{
			{"reads beside an empty query, PostgreSQL", 0.1, func(m measured) float64 { return m.ratio(readName, "PostgreSQL", 64) }},
			{"reads beside an empty query, SQLite", 0.05, func(m measured) float64 { return m.ratio(readName, "SQLite", 64) }},
		}},
		{"lists", "Lists of the back office", 16, []atLeast{
			{"the list of texts, crowded", 0.2, func(m measured) float64 { return m.ratio("consent texts, crowded", "PostgreSQL", listReaders) }},
		}},
		{"growth", "Growth", 11, []atLeast{
			{"sign-ups of the large installation", 0.2, func(m measured) float64 { return m.growth(signUpName + ", later") }},
			{"reads of the large installation", 0.2, func(m measured) float64 { return m.growth(readName) }},
		}},
	} {
		t.Run(p.title, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "RESULTS.md")
			for round := 1; ; round++ {
				m := measureBriefly(t, p.name, file)
				if len(m) != p.rows {
					t.Fatalf("%d rows, want %d: %v", len(m), p.rows, m)
				}
				failures := below(m, p.least)
				if len(failures) == 0 {
					return
				}
				t.Logf("round %d: %s", round, strings.Join(failures, "; "))
				if round == rounds {
					t.Fatalf("the last of %d rounds gave %v", rounds, m)
				}
			}
		})
	}
}

type atLeast struct {
	what string
	want float64
	got  func(measured) float64
}

func below(m measured, least []atLeast) (failures []string) {
	for _, l := range least {
		if got := l.got(m); !(got >= l.want) {
			failures = append(failures, fmt.Sprintf("%s: %.2f, want at least %.2f", l.what, got, l.want))
		}
	}
	return failures
}

// measured are the rows of a section.
type measured [][]string

func measureBriefly(t *testing.T, part, file string) measured {
	t.Helper()
	var shown strings.Builder
	err := run(t.Context(), options{
		parts: part, connections: "1,64", each: time.Second / 2, later: time.Second / 2, results: file,
		small: extent{400, 2_000}, large: extent{4_000, 8_000}, crowd: 3_000,
	}, &shown)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(text), strings.TrimLeft(shown.String(), "\n")) {
		t.Errorf("the file does not end with what was shown:\n%s", text)
	}
	var m measured
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| what") && !strings.HasPrefix(line, "| ---") {
			m = append(m, strings.Split(strings.Trim(line, "| \n"), " | "))
		}
	}
	return m
}

func (m measured) row(cells ...string) []string {
	for _, row := range m {
		if strings.Join(row[:len(cells)], "|") == strings.Join(cells, "|") {
			return row
		}
	}
	return nil
}

func (m measured) perSecond(name, database string, n int) float64 {
	return number(m.row(name, database, fmt.Sprint(n)), 3)
}

func (m measured) ratio(name, database string, n int) float64 {
	return number(m.row(name, database, fmt.Sprint(n)), 6)
}

func (m measured) growth(name string) float64 { return number(m.row(name, "large"), 6) }

// number is that in a cell, or -1.
func number(row []string, cell int) float64 {
	if cell >= len(row) {
		return -1
	}
	n, err := strconv.ParseFloat(row[cell], 64)
	if err != nil {
		return -1
	}
	return n
}
