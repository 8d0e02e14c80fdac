package consent_test

import (
	"strings"
	"testing"

	"assent/consent"
)

func TestCleanNameIsTheNameOrNothing(t *testing.T) {
	long := strings.Repeat("ü", consent.MaxName)
	for name, want := range map[string]string{
		"Anna": "Anna", "Zoë  van 't Hof": "Zoë  van 't Hof", long: long,
		long + "x": "", "": "", " ": "", "An\x00na": "", "Anna\nB": "", "Ann\xff": "",
	} {
		if got := consent.CleanName(name); got != want {
			t.Errorf("%q becomes %q", name, got)
		}
	}
}
