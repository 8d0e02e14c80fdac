package brand

import (
	"fmt"
	"testing"
)

func TestOnlyAColourIsTakenForOne(t *testing.T) {
	for setting, want := range map[string]string{
		"#0b6e4f": "#0b6e4f", "#FFFFFF": "#FFFFFF",
		"": standardColour, "green": standardColour, "#fff": standardColour, "#0b6e4f;display:none": standardColour,
	} {
		if got := Colour(setting); got != want {
			t.Errorf("%q is shown as %s, want %s", setting, got, want)
		}
	}
}

func TestWordsCanBeReadOnEveryColour(t *testing.T) {
	const step = 15
	for r := 0; r < 256; r += step {
		for g := 0; g < 256; g += step {
			for b := 0; b < 256; b += step {
				colour := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				if c := contrast(colour, InkOn(colour)); c < 4.5 {
					t.Errorf("%s on %s: %.2f to 1", InkOn(colour), colour, c)
				}
			}
		}
	}
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b string) float64 {
	light, dark := luminance(a), luminance(b)
	return (max(light, dark) + 0.05) / (min(light, dark) + 0.05)
}
