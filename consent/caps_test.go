package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

const instant = time.Microsecond // the precision of stored times

func TestMessagesToAnAddressAreCapped(t *testing.T) {
	for _, tt := range []struct {
		name  string
		queue []time.Duration // ago
		sent  bool
	}{
		{"the first is sent", nil, true},
		{"none is sent within 10 minutes of the last", []time.Duration{10*time.Minute - instant}, false},
		{"one is sent 10 minutes after the last", []time.Duration{10 * time.Minute}, true},
		{"none is sent while another server's clock is ahead", []time.Duration{-time.Second}, false},
		{"a third is sent within 24 hours", []time.Duration{time.Hour, 2 * time.Hour}, true},
		{"no fourth is sent within 24 hours", []time.Duration{time.Hour, 2 * time.Hour, 24*time.Hour - instant}, false},
		{"a fourth is sent 24 hours after the first", []time.Duration{time.Hour, 2 * time.Hour, 24 * time.Hour}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, kind := range []struct {
				name    string
				message consent.MessageKind
				site    consent.Site
				facts   func(*consent.State)
				answer  consent.SignUpResult
			}{
				{"confirmation", consent.ConfirmMessage, shop(consent.DoubleOptIn), pending(1, time.Hour, email), "REQUIRES_VERIFICATION"},
				{"confirmation after an unsubscribe", consent.ConfirmMessage, shop(), withdrawn(email, time.Hour), "REQUIRES_VERIFICATION"},
				{"welcome", consent.WelcomeMessage, shop(), func(*consent.State) {}, "OK"},
				{"truth to a subscriber", consent.AlreadySubscribedMessage, neutral(shop()), granted(email, time.Hour), "OK"},
			} {
				st := state(anna, kind.facts, messaged(kind.message, tt.queue...))
				ch, answer := signUp(askEmail).Decide(kind.site, st, noon)
				if answer != kind.answer {
					t.Errorf("%s: the answer is %s, not %s", kind.name, answer, kind.answer)
				}
				if sent := ch.Message != nil; sent != tt.sent {
					t.Errorf("%s: sent is %t", kind.name, sent)
				}
				if ch.Message != nil && !ch.Message.Counts {
					t.Errorf("%s: the message does not count", kind.name)
				}
			}
		})
	}
}

func TestAConfirmationMayFollowAWelcomeAtOnce(t *testing.T) {
	st := state(anna, withdrawn(email, time.Minute), messaged(consent.WelcomeMessage, 2*time.Minute))
	ch, _ := signUp(askEmail).Decide(shop(), st, noon)
	assertWrites(t, st, ch, "REQUESTED EMAIL", "open EMAIL", "send CONFIRM")
}

func unanswered(n int) func(*consent.State) {
	return func(st *consent.State) { st.Contact.Unanswered = n }
}

// However slowly it is done, nobody gets more than five messages that they did not ask for.
func TestFiveMessagesAreSentUntilSomebodyFollowsALink(t *testing.T) {
	site, now, sent := shop(consent.DoubleOptIn), noon, 0
	st := unknown(anna)
	ask := func() {
		now = now.Add(30 * 24 * time.Hour)
		cmd := signUp(askEmail)
		cmd.Event.ID = consent.NewEventID()
		ch, answer := cmd.Decide(site, st, now)
		if answer != consent.SignUpRequiresVerification {
			t.Errorf("the answer is %s", answer)
		}
		if sends(ch, consent.ConfirmMessage) {
			sent++
		}
		st = st.After(ch, now)
	}
	for range 8 {
		ask()
	}
	if sent != 5 {
		t.Fatalf("%d messages are sent in eight months, want 5", sent)
	}
	cmd := unsubscribe(consent.Email)
	cmd.Event.Actor.Kind = consent.Link
	st = st.After(cmd.Decide(site, st, now), now)
	ask()
	if sent != 6 {
		t.Error("whoever follows a link is not written to again")
	}
}

func TestOnlyAClickAnswersMessages(t *testing.T) {
	waiting := state(anna, pending(1, time.Hour, email), pending(3, 2*week, email), unanswered(5))
	clicked := unsubscribe(consent.Email)
	clicked.Event.Actor.Kind = consent.Link
	for name, tt := range map[string]struct {
		change  consent.Change
		answers bool
	}{
		"a confirmation":                    {changeOf(confirm(1).Decide(shop(), waiting, noon)), true},
		"a confirmation of an expired link": {changeOf(confirm(3).Decide(shop(), waiting, noon)), false},
		"an unknown confirmation":           {changeOf(confirm(2).Decide(shop(), waiting, noon)), false},
		"a rejection":                       {changeOf(reject(1).Decide(shop(), waiting, noon)), true},
		"an unsubscribe link":               {clicked.Decide(shop(), waiting, noon), true},
		"an address typed to unsubscribe":   {unsubscribe(consent.Email).Decide(shop(), waiting, noon), false},
		"a choice in the customer account":  {choose(askEmail, true).Decide(shop(), waiting, noon), false},
		"another sign-up":                   {changeOf(signUp(askEmail).Decide(shop(), waiting, noon)), false},
	} {
		if answered := tt.change.Contact.Unanswered == 0; answered != tt.answers {
			t.Errorf("%s answers: %t", name, answered)
		}
	}
}

func changeOf[R any](ch consent.Change, _ R) consent.Change { return ch }

func TestCapsHoldOverAllSitesOfTheOrganisation(t *testing.T) {
	st := unknown(anna)
	ch, _ := signUp(askEmail).Decide(shop(consent.DoubleOptIn), st, noon)
	st = st.After(ch, noon)
	ch, answer := signUp(askEmail).Decide(outlet(consent.DoubleOptIn), st, noon.Add(time.Minute))
	if answer != consent.SignUpRequiresVerification {
		t.Errorf("the answer is %s", answer)
	}
	assertWrites(t, st, ch, "REQUESTED EMAIL at outlet", "held CAPPED")
}

func TestAskingAgainWhilePending(t *testing.T) {
	for _, tt := range []struct {
		name   string
		last   time.Duration
		writes writes
	}{
		{"within 10 minutes is recorded only: a link that is not sent is not opened", 9 * time.Minute,
			writes{"REQUESTED EMAIL", "held CAPPED"}},
		{"after 10 minutes sends the message again", 10 * time.Minute,
			writes{"REQUESTED EMAIL", "open EMAIL", "send CONFIRM"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st := state(anna, pending(1, tt.last, email), messaged(consent.ConfirmMessage, tt.last))
			ch, answer := signUp(askEmail).Decide(shop(consent.DoubleOptIn), st, noon)
			if answer != consent.SignUpRequiresVerification {
				t.Errorf("the answer is %s", answer)
			}
			assertWrites(t, st, ch, tt.writes...)
		})
	}
}

func TestTheLinkOfAConfirmedSignUpIsWelcomedOutsideTheCaps(t *testing.T) {
	st := state(anna, pending(1, time.Minute, email), messaged(consent.ConfirmMessage, time.Minute, time.Hour, 2*time.Hour))
	ch, _ := confirm(1).Decide(shop(), st, noon)
	assertWrites(t, st, ch, "GRANTED EMAIL", "CONFIRMED 1", "send WELCOME uncounted")
	if after := st.After(ch, noon); len(after.Queued) != 3 {
		t.Errorf("it counts all the same: %v", after.Queued)
	}
}
