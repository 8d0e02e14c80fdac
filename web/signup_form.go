package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"assent/consent"
	"assent/token"
)

// A form is answered by people after no less than minFillTime; after maxFillTime its words may not be remembered.
const (
	minFillTime = 3 * time.Second
	maxFillTime = 24 * time.Hour
)

// signUpFields are what the form holds.
type signUpFields struct {
	Email   string
	Ticked  []string // ids of preference texts, as sent
	Stamp   string
	Trapped bool // the honeypot is filled in
}

func signUpFieldsOf(form url.Values) signUpFields {
	return signUpFields{
		Email: form.Get("email"), Ticked: form["preference"], Stamp: form.Get("stamp"),
		Trapped: strings.Join(form["comment"], "") != "",
	}
}

// texts are those with a box, as many as one sign-up may tick.
func (v *signUpVisit) texts() []consent.Preference {
	texts := v.at.Texts()
	return texts[:min(len(texts), consent.MaxPreferencesTicked)]
}

// ticked are the preference texts on offer whose boxes are ticked.
func (v *signUpVisit) ticked() []consent.Preference {
	var ticked []consent.Preference
	for _, p := range v.texts() {
		if slices.Contains(v.fields.Ticked, p.ID.String()) {
			ticked = append(ticked, p)
		}
	}
	return ticked
}

// about is what the form says when only these texts count.
func (v *signUpVisit) about(texts []consent.Preference) consent.LinkPage {
	about := consent.LinkPage{Site: v.at, Channel: consent.Email}
	for _, p := range texts {
		about.Texts = append(about.Texts, p.Text)
	}
	return about
}

// shown is the hash of all that the form says at this moment, whatever is ticked.
func (v *signUpVisit) shown() (consent.TextHash, error) {
	view, err := v.view(landingAsk, v.about(v.texts()))
	lines := view.lines()
	for _, p := range v.texts() {
		lines = append(lines, p.ID.String())
	}
	return consent.HashText(strings.Join(lines, "\n")), err
}

// stampFault tells why the form cannot have been read and filled in as it is now; nothing when it can.
func (v *signUpVisit) stampFault() (string, error) {
	shown, err := v.shown()
	if err != nil {
		return "", err
	}
	stamp, ours := v.keys.ParseStamp(v.fields.Stamp)
	age := v.options.Now().Sub(stamp.At)
	switch {
	case !ours || stamp.Site != v.at.ID || stamp.Wording != shown || age < 0 || age > maxFillTime:
		return refusedStale, nil
	case age < minFillTime:
		return refusedTooFast, nil
	default:
		return "", nil
	}
}

// stamp is that of the form to show: the one it came with, so that time goes on, unless that is of no use.
func (v *signUpVisit) stamp() (string, error) {
	fault, err := v.stampFault()
	if err != nil || fault != refusedStale {
		return v.fields.Stamp, err
	}
	shown, err := v.shown()
	return v.keys.Stamp(token.Stamp{At: v.options.Now(), Site: v.at.ID, Wording: shown}), err
}
