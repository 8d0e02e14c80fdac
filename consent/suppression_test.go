package consent_test

import (
	"testing"
	"time"

	"assent/consent"
)

func TestSuppressionIsActive(t *testing.T) {
	for _, tt := range []struct {
		name string
		with consent.Suppression
		want bool
	}{
		{"never without a reason", consent.Suppression{Until: noon.Add(time.Hour)}, false},
		{"for ever without an end", consent.Suppression{Reason: consent.Bounced}, true},
		{"until just before its end", consent.Suppression{Reason: consent.Rejected, Until: noon.Add(instant)}, true},
		{"no more at its end", consent.Suppression{Reason: consent.Rejected, Until: noon}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.with.Active(noon); got != tt.want {
				t.Errorf("active is %t", got)
			}
		})
	}
}

// situations are what a visitor's address can be to the shop.
func situations() map[string][]func(*consent.State) {
	return map[string][]func(*consent.State){
		"a known address":      {},
		"a pending address":    {pending(1, time.Hour, email), messaged(consent.ConfirmMessage, time.Hour)},
		"a subscriber":         {granted(email, time.Hour)},
		"a former subscriber":  {withdrawn(email, time.Hour)},
		"an entrant":           {entered("summer")},
		"a subscribed entrant": {entered("summer"), granted(email, time.Hour)},
	}
}

func optInSites() map[string]consent.Site {
	return map[string]consent.Site{
		"single opt-in":                         shop(),
		"double opt-in":                         shop(consent.DoubleOptIn),
		"single opt-in, with neutral responses": neutral(shop()),
		"double opt-in, with neutral responses": neutral(shop(consent.DoubleOptIn)),
	}
}

// visit is something a visitor can do: its answer and whether it sends a message.
type visit func(site consent.Site, st consent.State) (answer string, sent bool)

func visits() map[string]visit {
	return map[string]visit{
		"sign-up": func(site consent.Site, st consent.State) (string, bool) {
			ch, answer := signUp(askEmail).Decide(site, st, noon)
			return string(answer), ch.Message != nil
		},
		"entry": func(site consent.Site, st consent.State) (string, bool) {
			ch, answer := enter(false).Decide(site, st, noon)
			return string(answer), ch.Message != nil
		},
		"entry with opt-in": func(site consent.Site, st consent.State) (string, bool) {
			ch, answer := enter(true).Decide(site, st, noon)
			return string(answer), ch.Message != nil
		},
		"confirmation": func(site consent.Site, st consent.State) (string, bool) {
			ch, answer := confirm(1).Decide(site, st, noon)
			return string(answer), ch.Message != nil
		},
	}
}

// A suppressed address (bounce, complaint, erasure, "that wasn't me"): same answer, no message.
func TestSuppressedAddressGetsTheSameAnswerAndNoMessage(t *testing.T) {
	reasons := []consent.Reason{consent.Bounced, consent.Complained, consent.Erased, consent.Rejected, consent.OptedOut}
	for siteName, site := range optInSites() {
		for situation, facts := range situations() {
			for visitName, visit := range visits() {
				t.Run(visitName+" of "+situation+" at "+siteName, func(t *testing.T) {
					want, _ := visit(site, state(anna, facts...))
					for _, reason := range reasons {
						answer, sent := visit(site, state(anna, append(facts, suppressed(reason, time.Time{}))...))
						if answer != want {
							t.Errorf("%s: the answer is %s, not %s", reason, answer, want)
						}
						if sent {
							t.Errorf("%s: a message is sent", reason)
						}
					}
				})
			}
		}
	}
}

func TestExpiredSuppressionHoldsNoMessageBack(t *testing.T) {
	over := suppressed(consent.Rejected, noon)
	for siteName, site := range optInSites() {
		for situation, facts := range situations() {
			for visitName, visit := range visits() {
				t.Run(visitName+" of "+situation+" at "+siteName, func(t *testing.T) {
					_, want := visit(site, state(anna, facts...))
					if _, sent := visit(site, state(anna, append(facts, over)...)); sent != want {
						t.Errorf("message sent: %t, without the suppression: %t", sent, want)
					}
				})
			}
		}
	}
}

func TestNoFormLiftsASuppression(t *testing.T) {
	for _, st := range []consent.State{
		state(anna, suppressed(consent.Bounced, time.Time{})),
		state(anna, suppressed(consent.Rejected, noon.Add(time.Hour))),
	} {
		signedUp, _ := signUp(askEmail).Decide(shop(), st, noon)
		chosen := choose(askEmail, true).Decide(shop(), st, noon)
		unsubscribed := unsubscribe(consent.Email).Decide(shop(), st, noon)
		linked := consent.LinkAddress{Contact: anna}.Decide(st, noon)
		confirmed, _ := confirm(1).Decide(shop(), st, noon)
		for _, ch := range []consent.Change{signedUp, chosen, unsubscribed, linked, confirmed} {
			if ch.Contact.Suppression != st.Contact.Suppression {
				t.Errorf("%s is %+v afterwards", st.Contact.Suppression.Reason, ch.Contact.Suppression)
			}
		}
	}
}

func TestSuppress(t *testing.T) {
	for _, tt := range []struct {
		name   string
		state  consent.State
		writes writes
	}{
		{"suppresses the address and withdraws nothing", state(anna, granted(email, time.Hour)), writes{"suppress BOUNCED"}},
		{"outlasts a suppression that would end", state(anna, suppressed(consent.Rejected, noon.Add(time.Hour))), writes{"suppress BOUNCED"}},
		{"leaves a suppression without an end", state(anna, suppressed(consent.Complained, time.Time{})), nil},
		{"of an unknown contact is nothing", unknown(anna), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch := consent.Suppress{Reason: consent.Bounced}.Decide(tt.state, noon)
			assertWrites(t, tt.state, ch, tt.writes...)
			if s := ch.Contact.Suppression; len(tt.writes) > 0 && (s.Since != noon || !s.Until.IsZero()) {
				t.Errorf("it lasts from %s until %s", s.Since, s.Until)
			}
		})
	}
}
