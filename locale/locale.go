package locale

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Default is spoken when nothing that is wanted is there.
const Default = "en"

// Nearest returns the first of the wanted locales (BCP 47) that there are words for, in lower case: the locale itself,
// or, subtags dropped from its end, a more general one ("de-DE-1996", "de-DE", "de"). It returns Default when there is
// none.
func Nearest(have []string, wanted ...string) string {
	for _, want := range wanted {
		name := strings.ToLower(strings.ReplaceAll(want, "_", "-"))
		for name != "" {
			if slices.Contains(have, name) {
				return name
			}
			name = name[:max(0, strings.LastIndex(name, "-"))]
		}
	}
	return Default
}

// maxAccepted is more than any browser sends, in bytes.
const maxAccepted = 512

// Accepted lists what an Accept-Language header (RFC 9110, 12.5.4) asks for, best first. One that cannot be read asks
// for nothing.
func Accepted(header string) []string {
	if len(header) > maxAccepted {
		return nil
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return nil
	}
	names := make([]string, len(tags))
	for i, tag := range tags {
		names[i] = tag.String()
	}
	return names
}
