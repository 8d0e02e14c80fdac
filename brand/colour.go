package brand

import (
	"fmt"
	"math"
	"regexp"
)

// standardColour stands in for anything that is not a colour.
const standardColour = "#1f4fbf"

// Colour returns a colour of the form "#rrggbb" as it is, and a standard blue instead of anything else: a mistake in a
// site's settings must not keep people from confirming.
func Colour(setting string) string {
	if regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(setting) {
		return setting
	}
	return standardColour
}

// InkOn returns white or black, whichever is easier to read on a colour that Colour returned: at least 4.5 to 1 (WCAG
// 2.2, 1.4.3).
func InkOn(colour string) string {
	// Both contrasts are equal at a luminance of 0.179, where they are 4.58.
	if luminance(colour) > 0.179 {
		return "#000000"
	}
	return "#ffffff"
}

// luminance is the relative luminance of WCAG 2.2, from 0 (black) to 1 (white).
func luminance(colour string) float64 {
	var r, g, b uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &r, &g, &b); err != nil {
		return 0 // Colour lets nothing else through
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func linear(part uint8) float64 {
	c := float64(part) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}
