package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

func TestFieldErrorPointsIntoTheBody(t *testing.T) {
	for location, want := range map[string]string{
		"body": "#", "body.text": "#/text", "body.domains[0]": "#/domains/0", "body.brand.colour": "#/brand/colour",
		"body.a/b~c": "#/a~1b~0c", "query.limit": "", "path.siteId": "",
		"body." + strings.Repeat("a", 43): "#/" + strings.Repeat("a", 43), "body." + strings.Repeat("a", 44): "#",
	} {
		if got := fieldError(location, "").Pointer; got != want {
			t.Errorf("%s is %q, want %q", location, got, want)
		}
	}
}

func TestWhichETagsMatch(t *testing.T) {
	const tag = `"abc"`
	for header, want := range map[string]bool{
		`"abc"`: true, `W/"abc"`: true, `"x", "abc"`: true, `*`: true, ``: false, `"x"`: false, `abc`: false,
	} {
		if got := matches(header, tag); got != want {
			t.Errorf("%s matches: %t", header, got)
		}
	}
}

func TestNextLinkKeepsWhatWasAskedFor(t *testing.T) {
	u, err := url.Parse("/customers/accounts?site_id=a&limit=2&cursor=old")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := nextLink(*u, "new"), `</customers/accounts?cursor=new&limit=2&site_id=a>; rel="next"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := nextLink(*u, ""); got != "" {
		t.Errorf("after the last page there is %s", got)
	}
}

func TestAProblemTellsOfSoManyFieldsAndNoMore(t *testing.T) {
	var found []error
	for i := range 1000 {
		found = append(found, &huma.ErrorDetail{Location: fmt.Sprintf("body.features[%d]", i), Message: "is no feature"})
	}
	p, ok := newProblem(http.StatusUnprocessableEntity, invalid, found...).(*Problem)
	if !ok || len(p.Errors) != maxFieldErrors || p.Errors[1].Location != "body.features[1]" {
		t.Errorf("got %+v", p)
	}
}

func TestAProblemOfTheLibraryIsOurs(t *testing.T) {
	for status, want := range map[int]int{
		http.StatusBadRequest: http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge: http.StatusRequestEntityTooLarge,
	} {
		if got := newProblem(status, "said").GetStatus(); got != want {
			t.Errorf("%d becomes %d, want %d", status, got, want)
		}
	}
}

func TestABodyOfVeryManyValuesIsNotLookedInto(t *testing.T) {
	list := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]" }
	object := func(n int) string {
		var members []string
		for i := range n {
			members = append(members, fmt.Sprintf(`"%d":1`, i))
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	for _, inside := range []string{"%s", `{"a":{"b":%s}}`, "[[%s]]"} {
		for _, values := range []func(int) string{list, object} {
			for n, want := range map[int]error{maxItems: nil, maxItems + 1: errTooMany} {
				var v any
				if err := strictJSON().Unmarshal(fmt.Appendf(nil, inside, values(n)), &v); !errors.Is(err, want) {
					t.Errorf("%d in %s: got %v, want %v", n, inside, err, want)
				}
			}
		}
	}
}
