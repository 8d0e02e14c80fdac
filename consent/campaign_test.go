package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func enter(optIn bool) consent.EnterCampaign { return enterIn("summer", optIn) }

func enterIn(campaign string, optIn bool) consent.EnterCampaign {
	return consent.EnterCampaign{
		SignUp:   signUp(askEmail),
		Campaign: consent.Campaign{ID: campaign, Site: shopID},
		Name:     "Anna", Metadata: `{"size":"M"}`, OptIn: optIn,
	}
}

func TestEnterCampaign(t *testing.T) {
	double := shop(consent.DoubleOptIn)
	newcomer := writes{"ENTERED campaign/summer", "enter summer"}
	for _, tt := range []struct {
		name   string
		site   consent.Site
		state  consent.State
		optIn  bool
		answer consent.SignUpResult
		writes writes
	}{
		{"a first entry is taken", shop(), unknown(anna), false, "OK", newcomer},
		{"a first entry without opt-in needs no confirmation with double opt-in", double, unknown(anna), false, "OK", newcomer},
		{"opting in subscribes as well", shop(), unknown(anna), true, "OK",
			writes{"GRANTED EMAIL", "ENTERED campaign/summer", "send WELCOME", "enter summer"}},
		{"opting in starts a double opt-in, and the entry does not wait for it", double, unknown(anna), true, "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "ENTERED campaign/summer", "open EMAIL", "send CONFIRM", "enter summer"}},
		{"opting in after an unsubscribe needs confirmation, the entry does not", shop(),
			state(anna, withdrawn(email, time.Hour)), true, "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "ENTERED campaign/summer", "open EMAIL", "send CONFIRM", "enter summer"}},
		{"not opting in leaves an unsubscribe alone", shop(), state(anna, withdrawn(email, time.Hour)), false, "OK", newcomer},
		{"a subscriber who opts in again enters", shop(), state(anna, granted(email, time.Hour)), true, "OK",
			writes{"REQUESTED EMAIL", "ENTERED campaign/summer", "enter summer"}},
		{"not opting in leaves a subscription alone", shop(), state(anna, granted(email, time.Hour)), false, "OK", newcomer},
		{"opting in where e-mail is not on offer only enters", switchedOff(shop()), unknown(anna), true, "OK", newcomer},
		{"a second entry of the same address is a duplicate", shop(), state(anna, entered("summer")), false, "DUPLICATE",
			writes{"REQUESTED campaign/summer"}},
		{"a second entry opting in is a duplicate, and the opt-in is obeyed", shop(), state(anna, entered("summer")), true, "DUPLICATE",
			writes{"GRANTED EMAIL", "REQUESTED campaign/summer", "send WELCOME"}},
		{"having entered another campaign makes no duplicate", shop(), state(anna, entered("winter")), false, "OK", newcomer},
		{"a message held back by the caps holds no entry back", double, state(anna, messaged(consent.ConfirmMessage, time.Minute)), true, "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "ENTERED campaign/summer", "enter summer", "held CAPPED"}},
		{"a neutral site answers a second entry like the first and tells the owner", neutral(shop()),
			state(anna, entered("summer")), false, "OK", writes{"REQUESTED campaign/summer", "send ALREADY_ENTERED"}},
		{"a neutral site sends the confirmation rather than two messages", neutral(double),
			state(anna, entered("summer")), true, "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "REQUESTED campaign/summer", "open EMAIL", "send CONFIRM"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch, answer := enter(tt.optIn).Decide(tt.site, tt.state, noon)
			if answer != tt.answer {
				t.Errorf("the answer is %s, not %s", answer, tt.answer)
			}
			assertWrites(t, tt.state, ch, tt.writes...)
		})
	}
}

func TestEntryAtAnotherSiteIsItsOwn(t *testing.T) {
	st := state(anna, entered("summer"))
	ch, answer := enter(false).Decide(outlet(), st, noon)
	if answer != consent.SignUpOK {
		t.Errorf("the answer is %s", answer)
	}
	assertWrites(t, st, ch, "ENTERED campaign/summer at outlet", "enter summer")
}

func TestEntryKeepsNameAndMetadata(t *testing.T) {
	ch, _ := enter(false).Decide(shop(), unknown(anna), noon)
	want := consent.Entry{Site: shopID, Campaign: "summer", Name: "Anna", Metadata: `{"size":"M"}`}
	if ch.Entry == nil || *ch.Entry != want {
		t.Errorf("it keeps %+v", ch.Entry)
	}
	if ch.Contact != anna {
		t.Errorf("it keeps the contact %+v", ch.Contact)
	}
}

func TestCampaignTakesEntries(t *testing.T) {
	for _, tt := range []struct {
		name          string
		opens, closes time.Time
		open          bool
	}{
		{"always without times", time.Time{}, time.Time{}, true},
		{"not before it opens", noon.Add(instant), time.Time{}, false},
		{"from the moment it opens", noon, time.Time{}, true},
		{"until just before it closes", time.Time{}, noon.Add(instant), true},
		{"no more at the moment it closes", time.Time{}, noon, false},
		{"not after it closed", noon.Add(-2 * time.Hour), noon.Add(-time.Hour), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := enter(true)
			cmd.Campaign.OpensAt, cmd.Campaign.ClosesAt = tt.opens, tt.closes
			st := unknown(anna)
			ch, answer := cmd.Decide(shop(), st, noon)
			if taken := answer == consent.SignUpOK; taken != tt.open {
				t.Errorf("the answer is %s", answer)
			}
			if !tt.open && (answer != consent.SignUpNotFound || !ch.IsEmpty()) {
				t.Errorf("the answer is %s, and it writes %q", answer, describe(st, ch))
			}
		})
	}
}
