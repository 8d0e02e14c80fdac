package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// maxLandingBody is in bytes; our form needs a few hundred.
const maxLandingBody = 8 << 10

var errFormUnreadable = errors.New("the form cannot be read")

// maxLandingParameter is longer than what our links carry, in bytes. What exceeds it is taken for nothing: pages repeat it.
const maxLandingParameter = 512

// landingParameters are what a link carries. Others are ignored: mail programs add their own.
type landingParameters struct{ UUID, Email, Lang string }

// landingParametersOf takes the first value of each, and a value in the form before one in the address.
func landingParametersOf(form, query url.Values) landingParameters {
	value := func(name string) string {
		from := query
		if form.Has(name) {
			from = form
		}
		if value := from.Get(name); len(value) <= maxLandingParameter {
			return value
		}
		return ""
	}
	return landingParameters{UUID: value("uuid"), Email: value("email"), Lang: value("lang")}
}

// in are the same parameters, asking for a language; none when it is empty.
func (p landingParameters) in(lang string) landingParameters {
	p.Lang = lang
	return p
}

// encode gives the parameters as a query, in the order of the links in messages.
func (p landingParameters) encode() string {
	query := "uuid=" + url.QueryEscape(p.UUID) + "&email=" + url.QueryEscape(p.Email)
	if p.Lang != "" {
		query += "&lang=" + url.QueryEscape(p.Lang)
	}
	return query
}

// isOneClick recognises what a mail client posts (RFC 8058), in whatever case and with blanks around it.
func isOneClick(form url.Values) bool {
	for name, values := range form {
		if strings.EqualFold(name, "List-Unsubscribe") && strings.EqualFold(strings.TrimSpace(values[0]), "One-Click") {
			return true
		}
	}
	return false
}

// readLandingForm reads a body in either encoding of a form; any other is read as empty. It returns errFormUnreadable.
func readLandingForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	body := r.Clone(r.Context())
	body.URL.RawQuery = "" // an odd query is no fault of the form
	body.Body = http.MaxBytesReader(w, r.Body, maxLandingBody)
	err := body.ParseForm()
	if err == nil {
		err = body.ParseMultipartForm(maxLandingBody)
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, fmt.Errorf("%w: %T", errFormUnreadable, err) // its text may quote the form
	}
	return body.PostForm, nil
}
