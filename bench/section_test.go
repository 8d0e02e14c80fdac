package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASectionReplacesItselfAndNoOther(t *testing.T) {
	file := filepath.Join(t.TempDir(), "RESULTS.md")
	for _, step := range []struct {
		title, text string
		want        []string // in this order
	}{
		{"Reads", "first", []string{"# Results", "## Reads", "first"}},
		{"Attacks", "dear", []string{"# Results", "## Reads", "first", "## Attacks", "dear"}},
		{"Sign-ups", "many", []string{"# Results", "## Sign-ups", "many", "## Reads", "first", "## Attacks", "dear"}},
		{"Reads", "second", []string{"# Results", "## Sign-ups", "many", "## Reads", "second", "## Attacks", "dear"}},
	} {
		s := newSection(step.title, io.Discard)
		s.say("%s", step.text)
		if err := s.keep(file); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rest := string(text)
		for _, want := range step.want {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Fatalf("after %s: %q is missing or in the wrong place in\n%s", step.title, want, text)
			}
			rest = after
		}
		if strings.Count(string(text), "## "+step.title) != 1 || strings.Contains(string(text), "first") && step.text == "second" {
			t.Errorf("after %s, what was replaced is still there:\n%s", step.title, text)
		}
	}
}
