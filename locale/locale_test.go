package locale

import (
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	have := []string{"de", "en", "fr", "pt-br"}
	for _, tt := range []struct {
		name   string
		wanted []string
		want   string
	}{
		{"what is wanted", []string{"fr"}, "fr"},
		{"the language of a country", []string{"de-AT"}, "de"},
		{"the language of a variant, written otherwise", []string{"DE_de_1996"}, "de"},
		{"a country of its own", []string{"pt-BR"}, "pt-br"},
		{"the first of several there are words for", []string{"", "nl", "fr-CA", "de"}, "fr"},
		{"English when there are no words", []string{"nl", "pt"}, "en"},
		{"English when nothing is wanted", nil, "en"},
		{"English for what is no locale", []string{"--", "../de", "-de"}, "en"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Nearest(have, tt.wanted...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	for header, want := range map[string][]string{
		"":                           {},
		"fr":                         {"fr"},
		"en;q=0.3, de-AT, fr;q=0.8":  {"de-AT", "fr", "en"},
		"de;q=zero":                  nil,
		strings.Repeat("de,", 200):   nil,
		"\x00":                       nil,
		"es-419,es;q=0.9,*;q=0.1":    {"es-419", "es", "mul"},
		"en-GB,en-US;q=0.9,en;q=0.8": {"en-GB", "en-US", "en"},
	} {
		if got := Accepted(header); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

func FuzzAccepted(f *testing.F) {
	f.Add("en;q=0.3, de-AT, fr;q=0.8")
	f.Fuzz(func(t *testing.T, header string) {
		if name := Nearest([]string{"de"}, Accepted(header)...); name != "de" && name != Default {
			t.Errorf("%q leads to %q", header, name)
		}
	})
}
