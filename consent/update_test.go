package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func choose(a consent.Asked, value bool) consent.Choose {
	return consent.Choose{Event: consent.Event{ID: asking}, Contact: anna, Asked: a, Value: value}
}

func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cmd    consent.Choose
		state  consent.State
		writes writes
	}{
		{"turning on takes effect at once: a logged-in customer needs no double opt-in", choose(askEmail, true),
			unknown(anna), writes{"GRANTED EMAIL"}},
		{"turning on after an unsubscribe takes effect at once too", choose(askEmail, true),
			state(anna, withdrawn(email, time.Hour)), writes{"GRANTED EMAIL"}},
		{"turning off takes effect at once", choose(askEmail, false),
			state(anna, granted(email, time.Hour)), writes{"WITHDRAWN EMAIL"}},
		{"turning on what is on leaves one audit record", choose(askEmail, true),
			state(anna, granted(email, time.Hour)), writes{"GRANTED EMAIL"}},
		{"turning off what is off leaves one audit record", choose(askEmail, false),
			state(anna, withdrawn(email, time.Hour)), writes{"WITHDRAWN EMAIL"}},
		{"a choice on a text records the wording shown", choose(askNews, true),
			unknown(anna), writes{"GRANTED news v3"}},
		{"turning a text off records the wording shown", choose(askNews, false),
			state(anna, granted(news.Purpose(), time.Hour)), writes{"WITHDRAWN news v3"}},
		{"turning the channel off leaves the texts as they are", choose(askEmail, false),
			state(anna, granted(email, time.Hour), granted(news.Purpose(), time.Hour)), writes{"WITHDRAWN EMAIL"}},
		{"turning off cancels what is pending for it", choose(askEmail, false),
			state(anna, pending(1, time.Hour, email)), writes{"WITHDRAWN EMAIL", "CANCELLED 1"}},
		{"turning off leaves what is pending for something else", choose(askEmail, false),
			state(anna, pending(1, time.Hour, news.Purpose())), writes{"WITHDRAWN EMAIL"}},
		{"turning on leaves what is pending", choose(askEmail, true),
			state(anna, pending(1, time.Hour, email)), writes{"GRANTED EMAIL"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch := tt.cmd.Decide(shop(consent.DoubleOptIn), tt.state, noon)
			assertWrites(t, tt.state, ch, tt.writes...)
		})
	}
}

func TestTurningOffLeavesWhatIsPendingAtAnotherSite(t *testing.T) {
	st := state(anna, pending(1, time.Hour, email))
	assertWrites(t, st, choose(askEmail, false).Decide(outlet(), st, noon), "WITHDRAWN EMAIL at outlet")
}

func TestTurningOffOutlivesALinkThatAsksForMore(t *testing.T) {
	st := state(anna, pending(1, time.Hour, email, news.Purpose()))
	st = st.After(choose(askEmail, false).Decide(shop(), st, noon), noon)
	ch, answer := confirm(1).Decide(shop(), st, noon.Add(time.Minute))
	if answer != consent.ConfirmOK {
		t.Errorf("the answer is %s", answer)
	}
	assertWrites(t, st, ch, "GRANTED news v3", "CONFIRMED 1")
}

// The link was opened by a server whose clock is two seconds ahead of the one
// that takes the choice. It was given before all the same.
func TestTurningOffOutlivesALinkFromAFasterClock(t *testing.T) {
	st := state(anna, pending(1, -2*time.Second, email, news.Purpose()))
	now := st.Clock(noon)
	st = st.After(choose(askEmail, false).Decide(shop(), st, now), now)
	ch, _ := confirm(1).Decide(shop(), st, st.Clock(noon.Add(time.Minute)))
	if hasRecord(ch, consent.ActionGranted, email) {
		t.Error("the link turns on again what was turned off after it")
	}
}
