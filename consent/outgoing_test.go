package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func TestAMessageIsMootWhen(t *testing.T) {
	for _, tt := range []struct {
		name  string
		kind  consent.MessageKind
		state consent.State
		want  consent.Moot
	}{
		{"nothing happened since: never", consent.ConfirmMessage, state(anna, pending(1, time.Hour, email)), ""},
		{"what it asks for was granted otherwise", consent.ConfirmMessage,
			state(anna, pending(1, time.Hour, email), granted(email, time.Minute)), consent.MootAnswered},
		{"a part of what it asks for was granted otherwise: not yet", consent.ConfirmMessage,
			state(anna, pending(1, time.Hour, email, news.Purpose()), granted(email, time.Minute)), ""},
		{"its link was followed", consent.ConfirmMessage, state(anna, asked(1, consent.Confirmed, time.Hour, email)), consent.MootAnswered},
		{"its link was rejected", consent.ConfirmMessage, state(anna, asked(1, consent.Cancelled, time.Hour, email)), consent.MootAnswered},
		{"what it asks for was withdrawn", consent.ConfirmMessage,
			state(anna, pending(1, time.Hour, email), withdrawn(email, time.Minute)), consent.MootAnswered},
		{"its verification is gone", consent.ConfirmMessage, state(anna), consent.MootAnswered},
		{"the address was erased", consent.WelcomeMessage, state(erased(anna), granted(email, time.Hour)), consent.MootErased},
		{"the contact is gone", consent.WelcomeMessage, unknown(anna), consent.MootErased},
		{"the address was suppressed", consent.WelcomeMessage,
			state(anna, granted(email, time.Hour), suppressed(consent.Complained, time.Time{})), consent.MootSuppressed},
		{"the suppression has ended: not any more", consent.WelcomeMessage,
			state(anna, granted(email, time.Hour), suppressed(consent.Rejected, noon)), ""},
		{"a welcome greets somebody who has left", consent.WelcomeMessage, state(anna, withdrawn(email, time.Minute)), consent.MootAnswered},
		{"a welcome greets a subscriber: never", consent.WelcomeMessage, state(anna, granted(email, time.Hour)), ""},
		{"somebody is told of a subscription that has ended", consent.AlreadySubscribedMessage,
			state(anna, withdrawn(email, time.Minute)), consent.MootAnswered},
		{"an entrant is told so: never", consent.AlreadyEnteredMessage, state(anna, entered("summer")), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := consent.Outgoing{Kind: tt.kind, Site: shopID, Verification: link(1), QueuedAt: noon.Add(-time.Hour)}
			if got := m.Moot(tt.state, noon, week); got != tt.want {
				t.Errorf("it is %q, want %q", got, tt.want)
			}
		})
	}
}

func erased(c consent.Contact) consent.Contact {
	c.Address = ""
	return c
}

func TestAMessageIsMootWhenItIsOlderThanALinkMayBe(t *testing.T) {
	for kind, st := range map[consent.MessageKind]consent.State{
		consent.ConfirmMessage: state(anna, pending(1, week, email)), consent.WelcomeMessage: state(anna, granted(email, week)),
		consent.AlreadyEnteredMessage: state(anna, entered("summer")),
	} {
		for age, want := range map[time.Duration]consent.Moot{week: "", week + instant: consent.MootExpired} {
			m := consent.Outgoing{Kind: kind, Site: shopID, Verification: link(1), QueuedAt: noon.Add(-age)}
			if got := m.Moot(st, noon, week); got != want {
				t.Errorf("%s after %v is %q, want %q", kind, age, got, want)
			}
		}
	}
}
