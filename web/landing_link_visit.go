package web

import (
	"fmt"
	"net/http"

	"assent/consent"
)

// linkKind is what the pages behind one kind of link do differently.
type linkKind struct {
	open     func(token, email string) (landingLink, bool) // false unless we made the link
	machines bool                                          // mail clients press its button by themselves (RFC 8058)
}

// linkVisit is one request for the page behind a link.
type linkVisit struct {
	landingVisit
	kind       linkKind
	parameters landingParameters
}

func (l *Landing) link(p landingPage, k linkKind) http.Handler {
	return l.handler(p, func(v landingVisit) landingAnswers {
		visit := &linkVisit{landingVisit: v, kind: k}
		visit.carry(landingParametersOf(nil, v.r.URL.Query()))
		return visit
	})
}

func (v *linkVisit) carry(p landingParameters) { v.parameters, v.lang = p, p.Lang }

// show answers GET and HEAD.
func (v *linkVisit) show() {
	about, err := v.preview()
	v.answer(landingAsk, about, err)
}

// post answers the button of the page, and mail clients. A form that cannot be read is not ours: whoever sends one to
// unsubscribe is a mail client, and is not kept from it.
func (v *linkVisit) post() {
	form, err := readLandingForm(v.w, v.r)
	switch {
	case v.kind.machines && (err != nil || isOneClick(form)):
		v.oneClick()
	case err != nil:
		v.answer(landingUnreadable, consent.LinkPage{}, err)
	default:
		v.carry(landingParametersOf(form, v.r.URL.Query()))
		evidence := v.pageData
		if !form.Has("uuid") { // not the form of our page: nobody need have seen that
			evidence = func(consent.LinkPage) (consent.AuditData, error) { return consent.NewLandingData(v.url()) }
		}
		about, err := v.follow(evidence)
		v.answer(landingDone, about, err)
	}
}

// oneClick answers a mail client, which reads nothing but the status. The address of the request alone says which link it
// is (RFC 8058, 3.1).
func (v *linkVisit) oneClick() {
	_, err := v.follow(func(consent.LinkPage) (consent.AuditData, error) {
		return consent.NewOneClickData(v.url()), nil
	})
	state := v.settle(landingDone, err)
	v.w.Header().Set("Content-Length", "0")
	v.w.WriteHeader(state.status())
}

// pageData is the evidence that the button was pressed: what the page with it said.
func (v *linkVisit) pageData(about consent.LinkPage) (consent.AuditData, error) {
	view, err := v.view(landingAsk, about)
	if err != nil {
		return consent.AuditData{}, err
	}
	data, err := consent.NewPageData(view.wording(), v.page.form, v.url())
	if err != nil {
		return consent.AuditData{}, fmt.Errorf("writing down what a page said: %w", err)
	}
	return data, nil
}

// answer sends the page for the state hoped for, or the one that says why not.
func (v *linkVisit) answer(hoped landingState, about consent.LinkPage, err error) {
	state := v.settle(hoped, err)
	switch {
	case state == landingExpired:
		about = consent.LinkPage{Site: about.Site, Channel: about.Channel}
	case !state.ofLink():
		about = consent.LinkPage{} // not even the site of a link that does not work
	case about.Done:
		state = landingAlready
	}
	document, err := v.document(state, about)
	v.deliver(v.layout, state, document, err)
}

// linkDocument is the whole page behind a link.
type linkDocument struct {
	landingFrame
	landingView
	Fields landingParameters
}

func (v *linkVisit) document(state landingState, about consent.LinkPage) (d linkDocument, err error) {
	if state == landingUnknown || state == landingUnreadable {
		v.parameters = landingParameters{} // a link that is not ours is not repeated
	}
	if d.landingFrame, err = v.frame(state, about.Site, v.action(), v.in); err != nil {
		return d, err
	}
	d.Fields = v.parameters.in(d.Locale)
	d.landingView, err = v.view(state, about)
	return d, err
}

// in is the address of the page in a language.
func (v *linkVisit) in(lang string) string { return "?" + v.parameters.in(lang).encode() }

// action is where the form goes. The parameters of an unsubscribe page stay in the address, as in List-Unsubscribe.
func (v *linkVisit) action() string {
	if v.kind.machines {
		return v.path() + v.in("")
	}
	return v.path()
}
