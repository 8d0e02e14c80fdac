package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func signUp(asked ...consent.Asked) consent.SignUp {
	return consent.SignUp{Event: consent.Event{ID: asking}, Contact: anna, Channel: consent.Email, Purposes: asked}
}

func signUpNumber() consent.SignUp {
	return consent.SignUp{
		Event: consent.Event{ID: asking}, Contact: number, Channel: consent.SMS, Purposes: []consent.Asked{askSMS},
	}
}

// writes lists what a decision should write, as describe tells it.
type writes []string

func TestSignUp(t *testing.T) {
	double := shop(consent.DoubleOptIn)
	for _, tt := range []struct {
		name   string
		site   consent.Site
		state  consent.State
		signUp consent.SignUp
		answer consent.SignUpResult
		writes writes
	}{
		{"a new address at a single opt-in site is subscribed and welcomed",
			shop(), unknown(anna), signUp(askEmail), "OK",
			writes{"GRANTED EMAIL", "send WELCOME"}},
		{"with double opt-in nothing is granted until confirmed, and the link goes to the address",
			double, unknown(anna), signUp(askEmail), "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "open EMAIL", "send CONFIRM"}},
		{"a new number at a single opt-in site is subscribed, without a message",
			shop(), unknown(number), signUpNumber(), "OK",
			writes{"GRANTED SMS"}},
		{"with double opt-in the link goes to a number by text message",
			double, unknown(number), signUpNumber(), "REQUIRES_VERIFICATION",
			writes{"REQUESTED SMS", "open SMS", "send CONFIRM"}},
		{"whoever is already subscribed is a duplicate and leaves one audit record",
			shop(), state(anna, granted(email, time.Hour)), signUp(askEmail), "DUPLICATE",
			writes{"REQUESTED EMAIL"}},
		{"whoever is already subscribed is a duplicate with double opt-in too",
			double, state(anna, granted(email, time.Hour)), signUp(askEmail), "DUPLICATE",
			writes{"REQUESTED EMAIL"}},
		{"being subscribed at another site does not make a duplicate",
			shop(), state(anna, answered(outletID, email, consent.Granted, time.Hour)), signUp(askEmail), "OK",
			writes{"GRANTED EMAIL", "send WELCOME"}},
		{"the texts whose boxes were ticked are granted in the wording shown",
			shop(), unknown(anna), signUp(askEmail, askNews, askPartners), "OK",
			writes{"GRANTED EMAIL", "GRANTED news v3", "GRANTED partners v1", "send WELCOME"}},
		{"with double opt-in the texts wait for the confirmation too",
			double, unknown(anna), signUp(askEmail, askNews), "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "REQUESTED news v3", "open EMAIL+news", "send CONFIRM"}},
		{"a subscriber who ticks a new text is no duplicate and not welcomed twice",
			shop(), state(anna, granted(email, time.Hour)), signUp(askEmail, askNews), "OK",
			writes{"REQUESTED EMAIL", "GRANTED news v3"}},
		{"a subscriber who ticks a new text confirms only that",
			double, state(anna, granted(email, time.Hour)), signUp(askEmail, askNews), "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "REQUESTED news v3", "open news", "send CONFIRM"}},
		{"after an unsubscribe confirmation is needed at a single opt-in site too",
			shop(), state(anna, withdrawn(email, time.Hour)), signUp(askEmail), "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "open EMAIL", "send CONFIRM"}},
		{"a text given up earlier needs confirmation at a single opt-in site too",
			shop(), state(anna, withdrawn(news.Purpose(), time.Hour)), signUp(askEmail, askNews), "REQUIRES_VERIFICATION",
			writes{"REQUESTED EMAIL", "REQUESTED news v3", "open EMAIL+news", "send CONFIRM"}},
		{"an unsubscribe at another site needs no confirmation here",
			shop(), state(anna, answered(outletID, email, consent.Withdrawn, time.Hour)), signUp(askEmail), "OK",
			writes{"GRANTED EMAIL", "send WELCOME"}},
		{"a text given up earlier does not matter when it is not ticked",
			shop(), state(anna, withdrawn(news.Purpose(), time.Hour)), signUp(askEmail), "OK",
			writes{"GRANTED EMAIL", "send WELCOME"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch, answer := tt.signUp.Decide(tt.site, tt.state, noon)
			if answer != tt.answer {
				t.Errorf("the answer is %s, not %s", answer, tt.answer)
			}
			assertWrites(t, tt.state, ch, tt.writes...)
		})
	}
}

func TestSignUpOpensTheVerificationItsMessageLinksTo(t *testing.T) {
	ch, _ := signUp(askEmail).Decide(shop(consent.DoubleOptIn), unknown(anna), noon)
	want := consent.Verification{ID: asking, Site: shopID, OpenedAt: noon}
	if ch.Open == nil || ch.Open.ID != want.ID || ch.Open.Site != want.Site || !ch.Open.OpenedAt.Equal(noon) || ch.Open.Outcome != "" {
		t.Errorf("it opens %+v, not %+v", ch.Open, want)
	}
	if ch.Message == nil || ch.Message.Verification != asking || ch.Message.Site != shopID {
		t.Errorf("the message is %+v", ch.Message)
	}
}

func TestSignUpKeepsTheAddress(t *testing.T) {
	retyped := anna
	retyped.Address = "ANNA@EXAMPLE.COM"
	erased := state(anna, suppressed(consent.Erased, time.Time{}))
	erased.Contact.Address = ""
	nameless := state(anna)
	nameless.Contact.Address = ""
	linked := number
	linked.LinkedTo = anna.ID
	for _, tt := range []struct {
		name  string
		state consent.State
		given consent.Contact
		want  consent.Contact
	}{
		{"a new address as it was typed", unknown(anna), anna, anna},
		{"a known address as it was first typed", state(anna), retyped, state(anna).Contact},
		{"an address known only from a link, now that somebody typed it", nameless, anna, state(anna).Contact},
		{"an erased address stays erased", erased, anna, erased.Contact},
		{"a new number linked to the e-mail address given with it", unknown(number), linked, linked},
		{"a known number stays linked when no e-mail address is given", state(linked), number, state(linked).Contact},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := consent.SignUp{Contact: tt.given, Channel: consent.Email, Purposes: []consent.Asked{askEmail}}
			if ch, _ := cmd.Decide(shop(), tt.state, noon); ch.Contact != tt.want {
				t.Errorf("it keeps %+v, not %+v", ch.Contact, tt.want)
			}
		})
	}
}
