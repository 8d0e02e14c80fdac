package consent_test

import (
	"errors"
	"strings"
	"testing"

	"assent/consent"
)

// refuses reports whether err is a refusal of the field that does not repeat the
// input. Short inputs may be part of any sentence.
func refuses(err error, field, input string) bool {
	var refusal *consent.Error
	return errors.As(err, &refusal) && refusal.Code == consent.BadInput && refusal.Field == field &&
		refusal.Message != "" && (len(input) < 8 || !strings.Contains(err.Error(), input))
}

func TestErrorNamesItsField(t *testing.T) {
	for err, want := range map[error]string{
		consent.Invalid("email", "must be %s", "valid"):                     "email: must be valid",
		&consent.Error{Code: consent.SiteNotFound, Message: "no such site"}: "no such site",
	} {
		if err.Error() != want {
			t.Errorf("it reads %q, not %q", err, want)
		}
	}
}
