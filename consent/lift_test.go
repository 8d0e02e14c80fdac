package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func TestLiftSuppression(t *testing.T) {
	suppressed := func(r consent.Reason) func(*consent.State) {
		return func(st *consent.State) {
			st.Contact.Suppression = consent.Suppression{Reason: r, Since: noon.Add(-time.Hour)}
		}
	}
	for _, tt := range []struct {
		name  string
		state consent.State
		lifts bool
	}{
		{"a bounce is lifted", state(anna, suppressed(consent.Bounced)), true},
		{"a complaint is lifted", state(anna, suppressed(consent.Complained)), true},
		{"an opt-out of a number never known is lifted", state(anna, suppressed(consent.OptedOut)), true},
		{"\"that wasn't me\" passes by itself", state(anna, suppressed(consent.Rejected)), false},
		{"an erased person stays erased", state(anna, suppressed(consent.Erased)), false},
		{"an address that is not suppressed is left alone", state(anna), false},
		{"an unknown address is left alone", unknown(anna), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch, lifted := consent.LiftSuppression{Editor: "a key"}.Decide(tt.state, noon)
			if lifted != tt.lifts || ch.IsEmpty() == tt.lifts {
				t.Fatalf("lifted is %t, empty is %t", lifted, ch.IsEmpty())
			}
			after := tt.state.After(ch, noon).Contact.Suppression
			if lifted && after.Active(noon) || !lifted && after != tt.state.Contact.Suppression {
				t.Errorf("it is %+v afterwards", after)
			}
			if lifted && (ch.Edit == nil || ch.Edit.Editor != "a key" || ch.Edit.SubjectID != anna.ID.String()) {
				t.Errorf("the back office's record is %+v", ch.Edit)
			}
		})
	}
}
