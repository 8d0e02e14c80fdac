package mail

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheButtonTakesTheColourOfTheSite(t *testing.T) {
	for colour, want := range map[string]string{
		"#0b6e4f": "#0b6e4f", "#FFFFFF": "#FFFFFF",
		"": "#1f4fbf", "green": "#1f4fbf", "#fff": "#1f4fbf", "#0b6e4f;display:none": "#1f4fbf",
	} {
		m := sample(ConfirmSubscription, "en")
		m.Site.Colour = colour
		if html := render(t, m).HTML; !strings.Contains(html, `bgcolor="`+want+`" style="background-color:`+want+";") {
			t.Errorf("%q: the button is not %s", colour, want)
		}
	}
}

func TestTheWordsOnTheButtonCanBeReadOnEveryColour(t *testing.T) {
	const step = 15
	for r := 0; r < 256; r += step {
		for g := 0; g < 256; g += step {
			for b := 0; b < 256; b += step {
				colour := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				if c := contrast(colour, inkOn(colour)); c < 4.5 {
					t.Errorf("%s on %s: %.2f to 1", inkOn(colour), colour, c)
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
