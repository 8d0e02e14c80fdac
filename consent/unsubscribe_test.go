package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

// unsubscribe is what a link does: it knows no address.
func unsubscribe(c consent.Channel) consent.Unsubscribe {
	contact := anna
	if c == consent.SMS {
		contact = number
	}
	contact.Address = ""
	return consent.Unsubscribe{Event: consent.Event{ID: asking}, Contact: contact, Channel: c}
}

// unsubscribeNumber is what typing a number into the form does.
func unsubscribeNumber() consent.Unsubscribe {
	return consent.Unsubscribe{Event: consent.Event{ID: asking}, Contact: number, Channel: consent.SMS, Suppress: true}
}

func TestUnsubscribe(t *testing.T) {
	outletNews := answered(outletID, news.Purpose(), consent.Granted, time.Hour)
	for _, tt := range []struct {
		name   string
		cmd    consent.Unsubscribe
		state  consent.State
		writes writes
	}{
		{"a link ends the e-mail consent", unsubscribe(consent.Email),
			state(anna, granted(email, time.Hour)), writes{"WITHDRAWN EMAIL"}},
		{"a link in a text message ends the consent to text messages", unsubscribe(consent.SMS),
			state(number, granted(sms, time.Hour)), writes{"WITHDRAWN SMS"}},
		{"it ends the choices on preference texts", unsubscribe(consent.Email),
			state(anna, granted(email, time.Hour), granted(partners.Purpose(), time.Hour), granted(news.Purpose(), time.Hour)),
			writes{"WITHDRAWN EMAIL", "WITHDRAWN news v3", "WITHDRAWN partners v1"}},
		{"it ends a choice on a text even when the channel is off already", unsubscribe(consent.Email),
			state(anna, withdrawn(email, time.Hour), granted(news.Purpose(), time.Minute)), writes{"WITHDRAWN news v3"}},
		{"it does not withdraw a text that was never chosen", unsubscribe(consent.Email),
			state(anna, granted(email, time.Hour), withdrawn(news.Purpose(), time.Hour)), writes{"WITHDRAWN EMAIL"}},
		{"it leaves the other sites alone", unsubscribe(consent.Email),
			state(anna, granted(email, time.Hour), answered(outletID, email, consent.Granted, time.Hour), outletNews),
			writes{"WITHDRAWN EMAIL"}},
		{"doing it again changes nothing", unsubscribe(consent.Email),
			state(anna, withdrawn(email, time.Hour)), nil},
		{"it cancels what is pending", unsubscribe(consent.Email),
			state(anna, pending(1, time.Hour, email), pending(2, time.Minute, email)),
			writes{"WITHDRAWN EMAIL", "CANCELLED 1", "CANCELLED 2"}},
		{"it is recorded again when it cancels what is pending", unsubscribe(consent.Email),
			state(anna, withdrawn(email, time.Hour), pending(1, time.Minute, email)),
			writes{"WITHDRAWN EMAIL", "CANCELLED 1"}},
		{"it does not cancel what is settled", unsubscribe(consent.Email),
			state(anna, granted(email, time.Hour), asked(1, consent.Confirmed, time.Hour, email)), writes{"WITHDRAWN EMAIL"}},
		{"whoever never subscribed is on record as having refused", unsubscribe(consent.Email),
			unknown(anna), writes{"WITHDRAWN EMAIL"}},
		{"a link suppresses nothing", unsubscribe(consent.SMS), unknown(number), writes{"WITHDRAWN SMS"}},
		{"a known number is unsubscribed and not suppressed", unsubscribeNumber(),
			state(number, granted(sms, time.Hour)), writes{"WITHDRAWN SMS"}},
		{"an unknown number is suppressed, so that a later import cannot text it", unsubscribeNumber(),
			unknown(number), writes{"WITHDRAWN SMS", "suppress OPTED_OUT"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assertWrites(t, tt.state, tt.cmd.Decide(shop(), tt.state, noon), tt.writes...)
		})
	}
}

func TestUnsubscribeLeavesPendingLinksOfOtherSitesAlone(t *testing.T) {
	st := state(anna, granted(email, time.Hour), pending(1, time.Hour, email))
	assertWrites(t, st, unsubscribe(consent.Email).Decide(outlet(), st, noon), "WITHDRAWN EMAIL at outlet")
}

func TestUnsubscribeKillsEveryLinkSentBefore(t *testing.T) {
	st := state(anna, pending(1, time.Hour, email, news.Purpose()), pending(2, time.Minute, email))
	st = st.After(unsubscribe(consent.Email).Decide(shop(), st, noon), noon)
	for _, n := range []byte{1, 2} {
		ch, answer := confirm(n).Decide(shop(), st, noon.Add(time.Minute))
		if answer != consent.ConfirmExpired || !ch.IsEmpty() {
			t.Errorf("link %d is answered %s", n, answer)
		}
	}
}

func TestUnsubscribingAnUnknownNumberTwiceChangesNothingTheSecondTime(t *testing.T) {
	st := unknown(number)
	st = st.After(unsubscribeNumber().Decide(shop(), st, noon), noon)
	if ch := unsubscribeNumber().Decide(shop(), st, noon.Add(time.Minute)); !ch.IsEmpty() {
		t.Errorf("it writes %q", describe(st, ch))
	}
	if !st.Contact.Suppression.Active(noon.Add(1000 * week)) {
		t.Error("the suppression ends by itself")
	}
}
