package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"assent/consent"
	"assent/ratelimit"
)

// The reasons why a form is not carried out although nothing in it looks wrong.
const (
	refusedHoneypot = "honeypot" // the field was filled in that nobody sees
	refusedTooFast  = "too_fast" // sent sooner than a person could
	refusedStale    = "stale"    // not our form, or not as it is now
)

// SignUpOptions are what the sign-up page has to know.
type SignUpOptions struct {
	FallbackSite string              // slug of the site for requests that name none; may be empty
	Refused      func(reason string) // is told of a form not carried out: honeypot, too_fast or stale
	Now          func() time.Time    // nil: time.Now
}

// SignUp serves /sign-up, where anybody signs an e-mail address up at the site that the parameter "site", the header or the
// host names.
func (l *Landing) SignUp(o SignUpOptions) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	page := landingPage{name: "signup", form: "sign-up-page", path: "/sign-up"}
	return l.handler(page, func(v landingVisit) landingAnswers {
		query := v.r.URL.Query()
		v.lang = query.Get("lang")
		return &signUpVisit{landingVisit: v, options: o, named: query.Get("site")}
	})
}

// signUpVisit is one request for the sign-up page.
type signUpVisit struct {
	landingVisit
	options SignUpOptions
	named   string       // the site as the address names it; may be empty
	at      consent.Site // zero: none
	fields  signUpFields
}

func (v *signUpVisit) show() { v.answer(landingAsk, v.enter()) }

func (v *signUpVisit) post() {
	err := v.enter()
	state := landingForeign
	if err == nil && v.r.Header.Get("Sec-Fetch-Site") != "cross-site" {
		state, err = v.submit()
	}
	v.answer(state, err)
}

// enter finds the site; errSiteUnknown when nobody can sign up there.
func (v *signUpVisit) enter() error {
	site, err := v.site(consent.SiteRef{
		Header: cmp.Or(v.named, v.r.Header.Get("X-Site-Id")), Host: v.r.Host, Fallback: v.options.FallbackSite,
	})
	if err == nil && !site.Offers(consent.Email) {
		err = errSiteUnknown
	}
	if err != nil {
		v.named = "" // what is not the name of a site is not repeated
		return err
	}
	v.at = site
	return nil
}

// submit reads the form, counts it, and signs up unless something speaks against it. A program that filled in the honeypot
// is told what a newcomer is: it shall not learn from the answer.
func (v *signUpVisit) submit() (landingState, error) {
	form, err := readLandingForm(v.w, v.r)
	if err != nil {
		return "", err
	}
	v.fields, v.lang = signUpFieldsOf(form), cmp.Or(form.Get("lang"), v.lang)
	address, _ := consent.ParseEmail("email", v.fields.Email)
	if err := v.count(address); err != nil {
		return "", err
	}
	if address.IsZero() {
		return landingInvalid, nil
	}
	if v.fields.Trapped {
		v.options.Refused(refusedHoneypot)
		return signUpState(v.at.NewcomerResult())
	}
	fault, err := v.stampFault()
	if err != nil {
		return "", err
	}
	if fault != "" {
		v.options.Refused(fault)
		return landingAgain, nil
	}
	return v.signUp(address)
}

// count counts addresses that cannot be read as well, for their sender and the site.
func (v *signUpVisit) count(a consent.Address) error {
	var contact consent.ContactID
	if !a.IsZero() {
		contact = v.service.ContactID(v.at.OrganisationID, a)
	}
	return v.limit(ratelimit.SignUp, v.at.ID, contact)
}

func (v *signUpVisit) signUp(a consent.Address) (landingState, error) {
	ticked := v.ticked()
	view, err := v.view(landingAsk, v.about(ticked))
	if err != nil {
		return "", err
	}
	data, err := consent.NewSignUpPageData(view.wording(), v.page.form, v.url()+v.query(""))
	if err != nil {
		return "", fmt.Errorf("writing down what a page said: %w", err)
	}
	request := consent.SignUpRequest{Request: v.request(consent.Visitor, data), Address: a}
	for _, text := range ticked {
		request.Preferences = append(request.Preferences, text.ID)
	}
	result, err := v.service.SignUp(v.r.Context(), v.at, request)
	if err != nil {
		return "", fmt.Errorf("signing up on a page: %w", err)
	}
	return signUpState(result)
}

func signUpState(result consent.SignUpResult) (landingState, error) {
	switch result {
	case consent.SignUpOK:
		return landingDone, nil
	case consent.SignUpRequiresVerification:
		return landingMailbox, nil
	case consent.SignUpDuplicate:
		return landingAlready, nil
	default:
		return "", fmt.Errorf("signing up on a page: unexpected result %q", string(result))
	}
}

// query is what the address of the page holds, to be shown in a language; none when it is empty.
func (v *signUpVisit) query(lang string) string {
	query := url.Values{}
	if v.named != "" {
		query.Set("site", v.named)
	}
	if lang != "" {
		query.Set("lang", lang)
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}
