package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

const week = 7 * 24 * time.Hour

func confirm(n byte) consent.Confirm {
	return consent.Confirm{
		Event: consent.Event{ID: asking}, Link: consent.ConfirmLink{Site: shopID, Verification: link(n)}, Lifetime: week,
	}
}

func TestConfirm(t *testing.T) {
	for _, tt := range []struct {
		name   string
		site   consent.Site
		state  consent.State
		answer consent.ConfirmResult
		writes writes
	}{
		{"a valid link gives the consent", shop(),
			state(anna, pending(1, time.Hour, email)), "OK",
			writes{"GRANTED EMAIL", "CONFIRMED 1", "send WELCOME uncounted"}},
		{"a valid link gives the texts ticked as well", shop(),
			state(anna, pending(1, time.Hour, email, partners.Purpose())), "OK",
			writes{"GRANTED EMAIL", "GRANTED partners v1", "CONFIRMED 1", "send WELCOME uncounted"}},
		{"a link in a text message gives consent to text messages and welcomes nobody", shop(),
			state(number, pending(1, time.Hour, sms)), "OK",
			writes{"GRANTED SMS", "CONFIRMED 1"}},
		{"the same link again is OK and leaves no new record", shop(),
			state(anna, granted(email, time.Minute), asked(1, consent.Confirmed, time.Hour, email)), "OK", nil},
		{"the same link again is OK even when it is old by now", shop(),
			state(anna, granted(email, 8*24*time.Hour), asked(1, consent.Confirmed, 9*24*time.Hour, email)), "OK", nil},
		{"a second message's link after the first one's is OK and leaves no new record", shop(),
			state(anna, granted(email, time.Minute), asked(1, consent.Confirmed, time.Hour, email), pending(1, time.Hour, email)),
			"OK", nil},
		{"an unknown verification is not found", shop(),
			state(anna, pending(2, time.Hour, email)), "NOT_FOUND", nil},
		{"an unknown contact is not found", shop(), unknown(anna), "NOT_FOUND", nil},
		{"a verification of another site is not found", outlet(),
			state(anna, pending(1, time.Hour, email)), "NOT_FOUND", nil},
		{"a link of exactly seven days is still good", shop(),
			state(anna, pending(1, week, email)), "OK",
			writes{"GRANTED EMAIL", "CONFIRMED 1", "send WELCOME uncounted"}},
		{"a link older than seven days has expired", shop(),
			state(anna, pending(1, week+instant, email)), "EXPIRED", nil},
		{"a link from before a later unsubscribe does not re-subscribe", shop(),
			state(anna, pending(1, time.Hour, email), withdrawn(email, time.Minute)), "EXPIRED", nil},
		{"a used link does not re-subscribe after a later unsubscribe either", shop(),
			state(anna, asked(1, consent.Confirmed, time.Hour, email), withdrawn(email, time.Minute)), "EXPIRED", nil},
		{"at equal times the withdrawal wins", shop(),
			state(anna, pending(1, time.Hour, email), withdrawn(email, time.Hour)), "EXPIRED", nil},
		{"a link from after the last unsubscribe re-subscribes", shop(),
			state(anna, withdrawn(email, time.Hour), pending(1, time.Hour-instant, email)), "OK",
			writes{"GRANTED EMAIL", "CONFIRMED 1", "send WELCOME uncounted"}},
		{"an unsubscribe at another site does not spoil the link", shop(),
			state(anna, pending(1, time.Hour, email), answered(outletID, email, consent.Withdrawn, time.Minute)), "OK",
			writes{"GRANTED EMAIL", "CONFIRMED 1", "send WELCOME uncounted"}},
		{"a cancelled link is dead", shop(),
			state(anna, asked(1, consent.Cancelled, time.Hour, email)), "EXPIRED", nil},
		{"a cancelled link stays dead when the customer turned it on since", shop(),
			state(anna, asked(1, consent.Cancelled, time.Hour, email), granted(email, time.Minute)), "EXPIRED", nil},
		{"of several purposes, one withdrawn since is not granted", shop(),
			state(anna, pending(1, time.Hour, email, partners.Purpose()), withdrawn(email, time.Minute)), "OK",
			writes{"GRANTED partners v1", "CONFIRMED 1"}},
		{"of several purposes, one granted since is not granted twice", shop(),
			state(anna, pending(1, time.Hour, email, partners.Purpose()), granted(email, time.Minute)), "OK",
			writes{"GRANTED partners v1", "CONFIRMED 1"}},
		{"when all of several purposes were withdrawn since, the link has expired", shop(),
			state(anna, pending(1, time.Hour, email, partners.Purpose()), withdrawn(email, time.Minute), withdrawn(partners.Purpose(), time.Minute)),
			"EXPIRED", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch, answer := confirm(1).Decide(tt.site, tt.state, noon)
			if answer != tt.answer {
				t.Errorf("the answer is %s, not %s", answer, tt.answer)
			}
			assertWrites(t, tt.state, ch, tt.writes...)
		})
	}
}

func TestConfirmingASecondLinkAfterTheFirst(t *testing.T) {
	st := state(anna, pending(1, time.Hour, email), pending(2, 30*time.Minute, email))
	ch, _ := confirm(1).Decide(shop(), st, noon)
	st = st.After(ch, noon)
	ch, answer := confirm(2).Decide(shop(), st, noon.Add(time.Minute))
	if answer != consent.ConfirmOK {
		t.Errorf("the answer is %s", answer)
	}
	assertWrites(t, st, ch, "CONFIRMED 2")
}

// A choice refers to the version that was shown, whatever the text has become
// until the link is followed.
func TestConfirmRecordsTheWordingThatWasShown(t *testing.T) {
	st := unknown(anna)
	ch, _ := signUp(askEmail, askNews).Decide(shop(consent.DoubleOptIn), st, noon)
	st = st.After(ch, noon)
	for name, site := range map[string]consent.Site{"reworded": reworded(shop()), "withdrawn from offer": withoutTexts(shop())} {
		t.Run("when the text was "+name+" since", func(t *testing.T) {
			cmd := confirm(0)
			cmd.Link.Verification = asking
			ch, _ := cmd.Decide(site, st, noon.Add(time.Hour))
			for _, r := range ch.Records {
				if r.Scope.Purpose == news.Purpose() && r.PreferenceVersion != 3 {
					t.Errorf("version %d is recorded; the person was shown 3", r.PreferenceVersion)
				}
			}
		})
	}
}

func reworded(s consent.Site) consent.Site {
	s.Preferences = []consent.Preference{{ID: news, Text: "Tell me all the news", Version: 4}}
	return s
}

func withoutTexts(s consent.Site) consent.Site {
	s.Preferences = nil
	return s
}
