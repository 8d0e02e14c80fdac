package web

import (
	"strings"
	"time"
	"unicode"

	"assent/consent"
)

// landingView is what a page says, in plain text.
type landingView struct {
	State     landingState
	Heading   string
	Text      []string // paragraphs
	ListLabel string
	List      []string // the preference texts
	Note      string   // empty: there is none
	Button    string   // empty: there is none
	Problem   string   // why the page asks again; empty: it does not

	AddressLabel string
	Address      string // masked; empty: not shown
}

// view words a page. What the page has no words for is told in those of all pages.
func (w landingWords) view(p landingPage, state landingState, about consent.LinkPage, wait time.Duration) (landingView, error) {
	prefix := w.prefix(p, state)
	t := landingTeller{words: w, about: landingSubject{
		Site: oneLine(about.Site.Name), SMS: about.Channel == consent.SMS, Wait: wait,
	}}
	v := landingView{State: state, Heading: t.say(prefix + ".heading"), Text: strings.Split(t.say(prefix+".text"), "\n")}
	if about.Address != "" {
		v.AddressLabel, v.Address = t.say("label.address"), about.Address
	}
	if len(about.Texts) > 0 && state != landingAlready {
		v.ListLabel = t.say(p.name + ".list")
		for _, text := range about.Texts {
			v.List = append(v.List, oneLine(text))
		}
	}
	if note := prefix + ".note"; w.has(note) {
		v.Note = t.say(note)
	}
	if state.asks() {
		v.Button = t.say(p.name + ".button")
	}
	if problem := p.name + "." + string(state); w.has(problem) {
		v.Problem = t.say(problem)
	}
	return v, t.err
}

// prefix begins the names of the words of a page in a state.
func (w landingWords) prefix(p landingPage, state landingState) string {
	prefix := p.name + "." + string(state)
	switch {
	case state.asks():
		return p.name + ".ask"
	case w.has(prefix + ".heading"):
		return prefix
	default:
		return "problem." + string(state)
	}
}

// lines are what the page says, one for each part. The address is left out: the wording is kept for ever, and must not
// hold what belongs to one person.
func (v landingView) lines() []string {
	lines := append([]string{v.Heading}, v.Text...)
	if len(v.List) > 0 {
		lines = append(append(lines, v.ListLabel), v.List...)
	}
	return append(lines, v.Note, v.Button)
}

// wording is what the page says.
func (v landingView) wording() string { return strings.Join(v.lines(), "\n") }

// landingTeller says one thing after another, until something cannot be said.
type landingTeller struct {
	words landingWords
	about landingSubject
	err   error
}

func (t *landingTeller) say(name string) string {
	if t.err != nil {
		return ""
	}
	var said string
	said, t.err = t.words.say(name, t.about)
	return said
}

// oneLine makes a text of a shop fit for a line of the wording, on the page as in the evidence.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}
