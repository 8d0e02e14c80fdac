package web

import (
	"slices"
	"strings"

	"assent/consent"
)

// signUpDocument is the whole sign-up page.
type signUpDocument struct {
	landingFrame
	landingView
	EmailLabel string
	Email      string // as typed
	TrapLabel  string // for whoever sees the honeypot, where there are no style sheets
	Choices    []signUpChoice
	Stamp      string
}

// signUpChoice is a box for a preference text.
type signUpChoice struct {
	ID     string
	Text   string
	Ticked bool
}

// answer sends the form, the result hoped for, or the page that says why not.
func (v *signUpVisit) answer(hoped landingState, err error) {
	state := v.settle(hoped, err)
	document, err := v.document(state)
	v.deliver(v.signUpLayout, state, document, err)
}

func (v *signUpVisit) document(state landingState) (d signUpDocument, err error) {
	if d.landingFrame, err = v.frame(state, v.at, v.path()+v.query(""), v.query); err != nil {
		return d, err
	}
	if !state.asks() {
		d.landingView, err = v.view(state, v.about(nil))
		return d, err
	}
	if d.landingView, err = v.view(state, v.about(v.texts())); err != nil {
		return d, err
	}
	t := landingTeller{words: v.words(v.at)}
	d.EmailLabel, d.TrapLabel = t.say("label.address"), t.say("signup.trap")
	if t.err != nil {
		return d, t.err
	}
	d.Email, d.Choices = strings.ToValidUTF8(v.fields.Email, "\uFFFD"), v.choices()
	d.Stamp, err = v.stamp()
	return d, err
}

func (v *signUpVisit) choices() []signUpChoice {
	ticked := v.ticked()
	var choices []signUpChoice
	for _, p := range v.texts() {
		choices = append(choices, signUpChoice{
			ID: p.ID.String(), Text: oneLine(p.Text), Ticked: slices.ContainsFunc(ticked, func(t consent.Preference) bool { return t.ID == p.ID }),
		})
	}
	return choices
}
