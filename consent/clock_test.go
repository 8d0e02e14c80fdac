package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func TestClock(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state consent.State
		want  time.Time
	}{
		{"is now for a new contact", unknown(anna), noon},
		{"is now when all answers are older", state(anna, granted(email, instant)), noon},
		{"moves on when an answer was given at the same moment", state(anna, granted(email, 0)), noon.Add(instant)},
		{"moves past an answer taken by a faster clock", state(anna, withdrawn(email, -time.Second)), noon.Add(time.Second + instant)},
		{"moves past the latest of several", state(anna, granted(email, -time.Second), granted(news.Purpose(), -time.Minute), granted(partners.Purpose(), -time.Hour)),
			noon.Add(time.Hour + instant)},
		{"minds the answers at other sites", state(anna, answered(outletID, email, consent.Granted, 0)), noon.Add(instant)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.state.Clock(noon); !got.Equal(tt.want) {
				t.Errorf("it is %s, not %s", got, tt.want)
			}
		})
	}
}

func TestAfterLeavesTheStateBeforeAsItWas(t *testing.T) {
	st := state(anna, pending(1, time.Hour, email), messaged(consent.ConfirmMessage, time.Hour), entered("summer"))
	for _, ch := range []consent.Change{
		first(signUp(askEmail).Decide(shop(), st, noon)),
		first(confirm(1).Decide(shop(), st, noon)),
		first(enterIn("winter", true).Decide(shop(consent.DoubleOptIn), st, noon)),
	} {
		st.After(ch, noon)
	}
	if len(st.Consents) != 0 || st.Verifications[0].Outcome != "" || len(st.Verifications) != 1 ||
		len(st.Queued) != 1 || len(st.Entries) != 1 || st.Contact.Version != 7 {
		t.Errorf("it is now %+v", st)
	}
}

func first[A, B any](a A, _ B) A { return a }
