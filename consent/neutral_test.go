package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

// With neutral responses a visitor learns nothing of an address: every sign-up
// and every entry is answered as a new address would be.
func TestNeutralAnswersDoNotDependOnTheAddress(t *testing.T) {
	for _, site := range []consent.Site{neutral(shop()), neutral(shop(consent.DoubleOptIn))} {
		for visitName, visit := range visits() {
			if visitName == "confirmation" {
				continue // only the owner has the link
			}
			want, _ := visit(site, unknown(anna))
			for situation, facts := range situations() {
				t.Run(visitName+" of "+situation+" at "+want+" site", func(t *testing.T) {
					if answer, _ := visit(site, state(anna, facts...)); answer != want {
						t.Errorf("the answer is %s, a new address gets %s", answer, want)
					}
				})
			}
		}
	}
}

// The owner of the mailbox is told the truth by mail instead.
func TestNeutralSiteTellsTheOwner(t *testing.T) {
	for _, tt := range []struct {
		name  string
		site  consent.Site
		fact  func(*consent.State)
		visit func(consent.Site, consent.State) consent.Change
		kind  consent.MessageKind
	}{
		{"who is already subscribed", neutral(shop()), granted(email, time.Hour), signsUp, consent.AlreadySubscribedMessage},
		{"who is already subscribed, with double opt-in", neutral(shop(consent.DoubleOptIn)), granted(email, time.Hour),
			signsUp, consent.AlreadySubscribedMessage},
		{"who has already entered", neutral(shop()), entered("summer"), enters, consent.AlreadyEnteredMessage},
		{"who unsubscribed before, by asking for confirmation", neutral(shop()), withdrawn(email, time.Hour),
			signsUp, consent.ConfirmMessage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if ch := tt.visit(tt.site, state(anna, tt.fact)); !sends(ch, tt.kind) {
				t.Errorf("it sends %+v, not %s", ch.Message, tt.kind)
			}
		})
	}
}

func signsUp(site consent.Site, st consent.State) consent.Change {
	ch, _ := signUp(askEmail).Decide(site, st, noon)
	return ch
}

func enters(site consent.Site, st consent.State) consent.Change {
	ch, _ := enter(false).Decide(site, st, noon)
	return ch
}

func TestNeutralDuplicateLeavesOneAuditRecordAndGrantsNothing(t *testing.T) {
	st := state(anna, granted(email, time.Hour))
	ch, _ := signUp(askEmail).Decide(neutral(shop()), st, noon)
	assertWrites(t, st, ch, "REQUESTED EMAIL", "send ALREADY_SUBSCRIBED")
}

func TestNeutralDuplicateOfANumberSendsNoTextMessage(t *testing.T) {
	st := state(number, granted(sms, time.Hour))
	ch, _ := signUpNumber().Decide(neutral(shop()), st, noon)
	assertWrites(t, st, ch, "REQUESTED SMS")
}
