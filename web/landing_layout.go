package web

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"assent/brand"
	"assent/consent"
)

// landingDocument is a whole page: what it says, and how it looks.
type landingDocument struct {
	landingView
	Site      consent.Site // zero: the page is nobody's
	Locale    string
	Nonce     string
	Colour    string
	Ink       string // of letters on Colour
	LogoURL   string // empty: the name in letters
	Action    string // of the form
	Fields    landingParameters
	Reference string // of a failure, empty otherwise

	LanguageLabel  string
	ReferenceLabel string
	Languages      []landingLanguage // empty: there is no switch
}

// landingLanguage is the same page in one language.
type landingLanguage struct {
	Locale  string
	Name    string
	Address string
}

func parseLandingLayout() (*template.Template, error) {
	css, err := landingFiles.ReadFile("landing/landing.css")
	if err != nil {
		return nil, fmt.Errorf("reading the style sheet: %w", err)
	}
	layout, err := template.New("landing.html").Funcs(template.FuncMap{
		"css": func() template.CSS { return template.CSS(css) }, //nolint:gosec // a file of ours
	}).ParseFS(landingFiles, "landing/landing.html")
	if err != nil {
		return nil, fmt.Errorf("parsing the layout: %w", err)
	}
	return layout, nil
}

// send renders the whole page before the first byte is sent.
func (v *landingVisit) send(state landingState, about consent.LinkPage) error {
	document, err := v.document(state, about)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := v.layout.Execute(&body, document); err != nil {
		return fmt.Errorf("rendering a landing page: %w", err)
	}
	sendPage(v.w, v.r, state.status(), document.policy(), body.Bytes())
	return nil
}

func (v *landingVisit) document(state landingState, about consent.LinkPage) (d landingDocument, err error) {
	words := v.words(about.Site)
	d = landingDocument{
		Site: about.Site, Locale: words.locale, Nonce: rand.Text(),
		Colour: brand.Colour(about.Site.Brand.Colour), LogoURL: landingLogo(about.Site.Brand.LogoURL),
		Action: v.action(), Fields: v.parameters.in(words.locale),
	}
	d.Ink = brand.InkOn(d.Colour)
	if d.landingView, err = words.view(v.page, state, about); err != nil {
		return d, err
	}
	t := landingTeller{words: words}
	if state == landingFailed {
		d.Reference, d.ReferenceLabel = v.reference(), t.say("label.reference")
	}
	if v.r.Method != http.MethodPost { // a link cannot press the button again
		d.LanguageLabel = t.say("label.language")
		d.Languages, err = v.languages()
	}
	return d, errors.Join(t.err, err)
}

// languages links to the page in every language.
func (v *landingVisit) languages() ([]landingLanguage, error) {
	var languages []landingLanguage
	for _, name := range v.locales.names() {
		t := landingTeller{words: v.locales[name]}
		languages = append(languages, landingLanguage{
			Locale: name, Name: t.say("language"), Address: "?" + v.parameters.in(name).encode(),
		})
		if t.err != nil {
			return nil, t.err
		}
	}
	return languages, nil
}

// action is where the form goes. The parameters of an unsubscribe page stay in the address, as in List-Unsubscribe.
func (v *landingVisit) action() string {
	path := strings.TrimSuffix(v.base.EscapedPath(), "/") + v.page.path
	if v.page.machines {
		return path + "?" + v.parameters.in("").encode()
	}
	return path
}

// policy lets a page load the logo of its site, show its own style and send its own form.
func (d landingDocument) policy() string {
	images := "'none'"
	if logo, err := url.Parse(d.LogoURL); err == nil && d.LogoURL != "" {
		images = logo.Scheme + "://" + logo.Host
	}
	return fmt.Sprintf("default-src 'none'; style-src 'nonce-%s'; img-src %s; form-action 'self'; base-uri 'none'; "+
		"frame-ancestors 'none'", d.Nonce, images)
}

// landingLogo returns the address of a logo, or nothing when its host could mean more than one host in a policy.
func landingLogo(setting string) string {
	logo, err := url.Parse(setting)
	if err != nil || (logo.Scheme != "https" && logo.Scheme != "http") ||
		!regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`).MatchString(logo.Host) {
		return ""
	}
	return setting
}
