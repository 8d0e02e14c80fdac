package consent

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"
)

// MaxWordings is how far back a wording that somebody was shown is looked for.
const MaxWordings = 20

// Wording is a preference text as it was worded in one version.
type Wording struct {
	Version int
	Text    string
}

// versionShown is the version of a preference text that a person answered. A form
// may have been open while the text was reworded, so the message shown tells: of
// the wordings it contains the longest counts, since one may be the beginning of
// another. A message that contains none is taken to mean the current one.
func (s *Service) versionShown(ctx context.Context, p Preference, message string) (int, error) {
	if p.Version <= 1 {
		return p.Version, nil
	}
	wordings, err := s.store.Wordings(ctx, p.ID, p.Version)
	if err != nil {
		return 0, fmt.Errorf("reading the wordings of a preference text: %w", err)
	}
	return shownIn(message, wordings, p.Version), nil
}

// asShown makes the answers refer to the wordings shown.
func (s *Service) asShown(ctx context.Context, site Site, asked []Asked, message string) error {
	for i, a := range asked {
		id, ok := a.Purpose.Preference()
		if !ok {
			continue
		}
		text, _ := site.Text(id)
		var err error
		if asked[i].Version, err = s.versionShown(ctx, text, message); err != nil {
			return err
		}
	}
	return nil
}

// shownIn picks the version whose wording the message contains; wordings are
// newest first.
func shownIn(message string, wordings []Wording, current int) int {
	message, longest := plainText(message), ""
	for _, w := range wordings {
		if text := plainText(w.Text); len(text) > len(longest) && strings.Contains(message, text) {
			longest, current = text, w.Version
		}
	}
	return current
}

// plainText makes texts comparable that differ in spaces, tags and escapes of HTML
// only: a form may emphasise or link a part of a wording.
func plainText(s string) string {
	tag := regexp.MustCompile(`<[^<>]*>`)
	return strings.Join(strings.Fields(tag.ReplaceAllString(html.UnescapeString(s), "")), "")
}
