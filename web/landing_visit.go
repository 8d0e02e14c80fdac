package web

import (
	"errors"
	"fmt"
	"net/http"

	"assent/consent"
	"assent/httpx"
)

// landingVisit is one request for a page.
type landingVisit struct {
	*Landing
	page       landingPage
	w          http.ResponseWriter
	r          *http.Request
	parameters landingParameters
}

// show answers GET and HEAD.
func (v *landingVisit) show() {
	about, err := v.preview()
	v.answer(landingAsk, about, err)
}

// post answers the button of the page, and mail clients. A form that cannot be read is not ours: whoever sends one to
// unsubscribe is a mail client, and is not kept from it.
func (v *landingVisit) post() {
	form, err := readLandingForm(v.w, v.r)
	switch {
	case v.page.machines && (err != nil || isOneClick(form)):
		v.oneClick()
	case err != nil:
		v.answer(landingUnreadable, consent.LinkPage{}, err)
	default:
		v.parameters = landingParametersOf(form, v.r.URL.Query())
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
func (v *landingVisit) oneClick() {
	_, err := v.follow(func(consent.LinkPage) (consent.AuditData, error) {
		return consent.NewOneClickData(v.url()), nil
	})
	state := v.settle(landingDone, err)
	v.w.Header().Set("Content-Length", "0")
	v.w.WriteHeader(state.status())
}

// pageData is the evidence that the button was pressed: what the page with it said.
func (v *landingVisit) pageData(about consent.LinkPage) (consent.AuditData, error) {
	view, err := v.words(about.Site).view(v.page, landingAsk, about)
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
func (v *landingVisit) answer(hoped landingState, about consent.LinkPage, err error) {
	state := v.settle(hoped, err)
	switch {
	case state == landingExpired:
		about = consent.LinkPage{Site: about.Site, Channel: about.Channel}
	case !state.ofLink():
		about = consent.LinkPage{} // not even the site of a link that does not work
	case about.Done:
		state = landingAlready
	}
	if err := v.send(state, about); err != nil {
		v.logFailure(err)
		apologise(v.w)
	}
}

// settle decides what is said when err came between. A failure of ours is logged here, and only here.
func (v *landingVisit) settle(hoped landingState, err error) landingState {
	switch {
	case err == nil:
		return hoped
	case errors.Is(err, errLinkUnknown):
		return landingUnknown
	case errors.Is(err, errLinkExpired):
		return landingExpired
	case errors.Is(err, errFormUnreadable):
		return landingUnreadable
	case errors.Is(err, errTooMany):
		return landingTooMany
	default:
		v.logFailure(err)
		return landingFailed
	}
}

func (v *landingVisit) logFailure(err error) {
	v.log.ErrorContext(v.r.Context(), "landing page failed", "error_id", v.reference(), "error", err)
}

// reference names the visit in the log and on the page that apologises.
func (v *landingVisit) reference() string { return httpx.RequestIDFrom(v.r.Context()) }

// words are in the language of the visit: asked for, or of the site, or of the browser.
func (v *landingVisit) words(site consent.Site) landingWords {
	return v.locales.nearest(v.r, v.parameters.Lang, site)
}

// url is the page without its parameters.
func (v *landingVisit) url() string { return v.base.JoinPath(v.page.path).String() }
