package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

const silence = 90 * 24 * time.Hour

func reject(n byte) consent.Reject {
	return consent.Reject{
		Event: consent.Event{ID: asking}, Link: consent.ConfirmLink{Site: shopID, Verification: link(n)}, Silent: silence,
	}
}

func TestReject(t *testing.T) {
	for _, tt := range []struct {
		name   string
		site   consent.Site
		state  consent.State
		answer consent.RejectResult
		writes writes
	}{
		{"cancels the request and suppresses the address", shop(),
			state(anna, pending(1, time.Hour, email, news.Purpose())), "OK",
			writes{"WITHDRAWN EMAIL", "WITHDRAWN news v3", "CANCELLED 1", "suppress REJECTED"}},
		{"works for a number too", shop(),
			state(number, pending(1, time.Hour, sms)), "OK",
			writes{"WITHDRAWN SMS", "CANCELLED 1", "suppress REJECTED"}},
		{"works however old the link is", shop(),
			state(anna, pending(1, 52*week, email)), "OK",
			writes{"WITHDRAWN EMAIL", "CANCELLED 1", "suppress REJECTED"}},
		{"cancels what else is open at the site", shop(),
			state(anna, pending(1, time.Hour, email), pending(2, time.Minute, email)), "OK",
			writes{"WITHDRAWN EMAIL", "CANCELLED 1", "CANCELLED 2", "suppress REJECTED"}},
		{"takes back what the link was confirmed for", shop(),
			state(anna, asked(1, consent.Confirmed, time.Hour, email), granted(email, time.Minute)), "OK",
			writes{"WITHDRAWN EMAIL", "CANCELLED 1", "suppress REJECTED"}},
		{"leaves a consent from before that the link was not about", shop(),
			state(anna, granted(email, week), pending(1, time.Hour, news.Purpose())), "OK",
			writes{"WITHDRAWN news v3", "CANCELLED 1", "suppress REJECTED"}},
		{"withdraws nothing twice", shop(),
			state(anna, asked(1, consent.Cancelled, time.Hour, email), withdrawn(email, time.Minute)), "OK",
			writes{"suppress REJECTED"}},
		{"again changes nothing, however long ago it was", shop(),
			state(anna, asked(1, consent.Cancelled, time.Hour, email), suppressed(consent.Rejected, noon.Add(-time.Hour))), "OK", nil},
		{"suppresses again whom another rejection, long ago, does not silence any more", shop(),
			state(anna, asked(1, consent.Cancelled, time.Minute, email), withdrawn(email, time.Second), suppressed(consent.Rejected, noon.Add(-time.Minute))), "OK",
			writes{"suppress REJECTED"}},
		{"makes no suppression shorter", shop(),
			state(anna, pending(1, time.Hour, email), suppressed(consent.Bounced, time.Time{})), "OK",
			writes{"WITHDRAWN EMAIL", "CANCELLED 1"}},
		{"of an unknown verification is not found", shop(), state(anna, pending(2, time.Hour, email)), "NOT_FOUND", nil},
		{"of an unknown contact is not found", shop(), unknown(anna), "NOT_FOUND", nil},
		{"of another site's verification is not found", outlet(), state(anna, pending(1, time.Hour, email)), "NOT_FOUND", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch, answer := reject(1).Decide(tt.site, tt.state, noon)
			if answer != tt.answer {
				t.Errorf("the answer is %s, not %s", answer, tt.answer)
			}
			assertWrites(t, tt.state, ch, tt.writes...)
		})
	}
}

func TestARejectedAddressIsWrittenToAgainAfterTheSilence(t *testing.T) {
	st := state(anna, pending(1, time.Hour, email))
	ch, _ := reject(1).Decide(shop(), st, noon)
	st = st.After(ch, noon)
	if s := st.Contact.Suppression; s.Since != noon || s.Until != noon.Add(silence) {
		t.Errorf("it is suppressed from %s until %s", s.Since, s.Until)
	}
	if ch, _ := signUp(askEmail).Decide(shop(), st, noon.Add(silence-instant)); ch.Message != nil {
		t.Error("it is written to within 90 days")
	}
	if ch, _ := signUp(askEmail).Decide(shop(), st, noon.Add(silence)); ch.Message == nil {
		t.Error("it is not written to after 90 days")
	}
}

func TestARejectedLinkDoesNotConfirm(t *testing.T) {
	st := state(anna, pending(1, time.Hour, email))
	ch, _ := reject(1).Decide(shop(), st, noon)
	if _, answer := confirm(1).Decide(shop(), st.After(ch, noon), noon.Add(time.Minute)); answer != consent.ConfirmExpired {
		t.Errorf("the answer is %s", answer)
	}
}
