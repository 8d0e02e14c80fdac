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

	"assent/brand"
	"assent/consent"
)

// landingFrame is what every page has around what it says: whose it is, how it looks, and in which language.
type landingFrame struct {
	Site      consent.Site // zero: the page is nobody's
	Locale    string
	Nonce     string
	Colour    string
	Ink       string // of letters on Colour
	LogoURL   string // empty: the name in letters
	Mark      string // of how things stand; empty: none
	Action    string // of the form
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

// parseLandingLayout reads the layout of all pages, and a file that replaces parts of it, if any.
func parseLandingLayout(parts ...string) (*template.Template, error) {
	css, err := landingFiles.ReadFile("landing/landing.css")
	if err != nil {
		return nil, fmt.Errorf("reading the style sheet: %w", err)
	}
	layout, err := template.New("landing.html").Funcs(template.FuncMap{
		"css": func() template.CSS { return template.CSS(css) }, //nolint:gosec // a file of ours
	}).ParseFS(landingFiles, append([]string{"landing/landing.html"}, parts...)...)
	if err != nil {
		return nil, fmt.Errorf("parsing the layout: %w", err)
	}
	return layout, nil
}

// landingDocument is a whole page.
type landingDocument interface{ policy() string }

// deliver renders the whole page before the first byte is sent. It apologises when there is no page, because of err.
func (v *landingVisit) deliver(layout *template.Template, state landingState, d landingDocument, err error) {
	var body bytes.Buffer
	if err == nil {
		err = layout.Execute(&body, d)
	}
	if err != nil {
		v.logFailure(fmt.Errorf("rendering a landing page: %w", err))
		apologise(v.w)
		return
	}
	sendPage(v.w, v.r, state.status(), d.policy(), body.Bytes())
}

// frame is what is around the page; address is that of the same page in a language.
func (v *landingVisit) frame(
	state landingState, site consent.Site, action string, address func(lang string) string,
) (landingFrame, error) {
	words := v.words(site)
	f := landingFrame{
		Site: site, Locale: words.locale, Nonce: rand.Text(), Mark: state.mark(), Action: action,
		Colour: brand.Colour(site.Brand.Colour), LogoURL: landingLogo(site.Brand.LogoURL),
	}
	f.Ink = brand.InkOn(f.Colour)
	t := landingTeller{words: words}
	if state == landingFailed {
		f.Reference, f.ReferenceLabel = v.reference(), t.say("label.reference")
	}
	if v.r.Method == http.MethodPost { // a link cannot press the button again
		return f, t.err
	}
	f.LanguageLabel = t.say("label.language")
	var err error
	f.Languages, err = v.languages(address)
	return f, errors.Join(t.err, err)
}

// languages links to the page in every language.
func (v *landingVisit) languages(address func(lang string) string) ([]landingLanguage, error) {
	var languages []landingLanguage
	for _, name := range v.locales.names() {
		t := landingTeller{words: v.locales[name]}
		languages = append(languages, landingLanguage{Locale: name, Name: t.say("language"), Address: address(name)})
		if t.err != nil {
			return nil, t.err
		}
	}
	return languages, nil
}

// policy lets a page load the logo of its site, show its own style and send its own form.
func (f landingFrame) policy() string {
	images := "'none'"
	if logo, err := url.Parse(f.LogoURL); err == nil && f.LogoURL != "" {
		images = logo.Scheme + "://" + logo.Host
	}
	return fmt.Sprintf("default-src 'none'; style-src 'nonce-%s'; img-src %s; form-action 'self'; base-uri 'none'; "+
		"frame-ancestors 'none'", f.Nonce, images)
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
